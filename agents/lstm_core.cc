#include "agents/lstm_core.h"

#include <torch/torch.h>

#include <utility>

#include "sdk/tensor/lstm.h"
#include "sdk/tensor/state_rows.h"

namespace credo {
namespace {

struct LstmCoreOptions : Options {
  explicit LstmCoreOptions(PartCatalog catalog)
      : memories(std::move(catalog)), memory(Select(memories, "none")) {}

  PartCatalog memories;
  int64_t size = 128;
  double forget_bias = 1.5;
  bool reward_input = true;
  Selection memory;

  void Visit(FieldVisitor& v) override {
    v.Int("size", size, {1, 8192}, "units of the LSTM");
    v.Real("forget_bias", forget_bias, {-10, 10},
           "added to the start of the forget gate's bias; at 0 half of the "
           "state is forgotten at each step");
    v.Bool("reward_input", reward_input, "whether the LSTM sees the reward");
    v.Part("memory", memory, memories, "memory beside the LSTM");
  }
};

class LstmCoreNet : public BeliefCore {
 public:
  LstmCoreNet(const LstmCoreOptions& options, const MemoryPart& memory,
              Parameters& parameters, const std::string& name,
              int64_t encoding, int64_t action_inputs)
      : reward_input_(options.reward_input),
        lstm_(parameters, name + ".lstm",
              encoding + action_inputs + (options.reward_input ? 1 : 0),
              options.size, options.forget_bias),
        memory_(memory.make(*options.memory.options, parameters,
                            name + ".memory", encoding, options.size)) {
    layout_.Add("hidden", DType::kF32, {options.size});
    layout_.Add("cell", DType::kF32, {options.size});
    layout_.Append("memory", memory_->layout());
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override {
    return recurrent_size() + memory_->shown();
  }
  int64_t recurrent_size() const override { return 2 * lstm_.size(); }
  const Memory& memory() const override { return *memory_; }

  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t carry) const override {
    std::vector<at::Tensor> inputs = {input.encoded, input.actions};
    if (reward_input_) inputs.push_back(input.rewards.unsqueeze(-1));
    const LstmOutput lstm =
        lstm_(at::cat(inputs, -1), StateColumns(layout_, state, 0),
              StateColumns(layout_, state, 1), input.keep);
    MemoryOutput memory = memory_->Write(input.encoded, lstm.hidden,
                                         Contents(state), input.keep);
    CoreOutput output;
    std::vector<at::Tensor> columns = {lstm.hidden, at::tanh(lstm.cell)};
    if (memory_->shown() > 0) {
      columns.push_back(memory.contents.narrow(2, 0, memory_->shown()));
    }
    output.beliefs = at::cat(columns, -1);
    output.memory = memory.contents;
    output.state = Pack(lstm.hidden[carry], lstm.cell[carry],
                        memory.contents[carry]);
    output.losses = std::move(memory.losses);
    return output;
  }

 private:
  // [B, M]: the memory's fields side by side.
  at::Tensor Contents(const at::Tensor& state) const {
    std::vector<at::Tensor> fields;
    for (size_t i = 2; i < layout_.fields().size(); ++i) {
      fields.push_back(StateColumns(layout_, state, i));
    }
    if (fields.empty()) return state.new_zeros({state.size(0), 0});
    return fields.size() == 1 ? fields[0] : at::cat(fields, -1);
  }

  at::Tensor Pack(const at::Tensor& hidden, const at::Tensor& cell,
                  const at::Tensor& contents) const {
    std::vector<at::Tensor> fields = {hidden, cell};
    int64_t begin = 0;
    for (size_t i = 2; i < layout_.fields().size(); ++i) {
      const int64_t size = ElementCount(layout_.fields()[i].shape);
      fields.push_back(contents.narrow(1, begin, size));
      begin += size;
    }
    return PackState(layout_, fields);
  }

  bool reward_input_;
  Lstm lstm_;
  std::unique_ptr<Memory> memory_;
  StateLayout layout_;
};

}  // namespace

BeliefCorePart LstmCore(std::vector<MemoryPart> memories) {
  PartCatalog catalog;
  for (const MemoryPart& part : memories) catalog.push_back(part.info);
  return {{"lstm", "an LSTM with a memory beside it",
           [catalog] { return std::make_unique<LstmCoreOptions>(catalog); }},
          [memories](const Options& any, Parameters& parameters,
                     const std::string& name, int64_t encoding,
                     int64_t action_inputs) -> std::unique_ptr<BeliefCore> {
            const auto& options = dynamic_cast<const LstmCoreOptions&>(any);
            for (const MemoryPart& part : memories) {
              if (part.info.name != options.memory.kind) continue;
              return std::make_unique<LstmCoreNet>(options, part, parameters,
                                                   name, encoding,
                                                   action_inputs);
            }
            TORCH_CHECK(false, "no memory named ", options.memory.kind);
          }};
}

}  // namespace credo
