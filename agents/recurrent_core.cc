#include "agents/recurrent_core.h"

#include <torch/torch.h>

#include <utility>

#include "sdk/tensor/state_rows.h"

namespace credo {

RecurrentCoreOptions::RecurrentCoreOptions(PartCatalog catalog)
    : memories(std::move(catalog)), memory(Select(memories, "none")) {}

void RecurrentCoreOptions::Visit(FieldVisitor& v) {
  v.Bool("reward_input", reward_input, "whether the core sees the reward");
  v.Part("memory", memory, memories, "memory beside the core");
}

RecurrentCore::RecurrentCore(const RecurrentCoreOptions& options,
                             const std::vector<std::string>& fields)
    : reward_input_(options.reward_input), vectors_(fields.size()) {
  for (const std::string& field : fields) {
    layout_.Add(field, DType::kF32, {options.size});
  }
}

void RecurrentCore::AddMemory(const RecurrentCoreOptions& options,
                              const MemoryPart& memory, Parameters& parameters,
                              const std::string& name, int64_t encoding) {
  memory_ = memory.make(*options.memory.options, parameters, name + ".memory",
                        encoding, options.size);
  layout_.Append("memory", memory_->layout());
}

CoreOutput RecurrentCore::Unroll(const CoreInput& input,
                                 const at::Tensor& state,
                                 int64_t carry) const {
  std::vector<at::Tensor> inputs = {input.encoded, input.actions};
  if (reward_input_) inputs.push_back(input.rewards.unsqueeze(-1));
  std::vector<at::Tensor> before;
  for (size_t i = 0; i < vectors_; ++i) {
    before.push_back(StateColumns(layout_, state, i));
  }
  const Steps steps = Run(at::cat(inputs, -1), before, input.keep);
  MemoryOutput memory = memory_->Write(input.encoded, steps.vectors[0],
                                       Contents(state), input.keep);
  CoreOutput output;
  std::vector<at::Tensor> columns = steps.shown;
  if (memory_->shown() > 0) {
    columns.push_back(memory.contents.narrow(2, 0, memory_->shown()));
  }
  output.beliefs = columns.size() == 1 ? columns[0] : at::cat(columns, -1);
  output.memory = memory.contents;
  std::vector<at::Tensor> fields;
  for (const at::Tensor& vector : steps.vectors) {
    fields.push_back(vector[carry]);
  }
  int64_t begin = 0;
  for (size_t i = vectors_; i < layout_.fields().size(); ++i) {
    const int64_t size = ElementCount(layout_.fields()[i].shape);
    fields.push_back(memory.contents[carry].narrow(1, begin, size));
    begin += size;
  }
  output.state = PackState(layout_, fields);
  output.losses = std::move(memory.losses);
  return output;
}

// [B, M]: the memory's fields side by side.
at::Tensor RecurrentCore::Contents(const at::Tensor& state) const {
  std::vector<at::Tensor> fields;
  for (size_t i = vectors_; i < layout_.fields().size(); ++i) {
    fields.push_back(StateColumns(layout_, state, i));
  }
  if (fields.empty()) return state.new_zeros({state.size(0), 0});
  return fields.size() == 1 ? fields[0] : at::cat(fields, -1);
}

const MemoryPart& FindMemory(const std::vector<MemoryPart>& memories,
                             const std::string& kind) {
  for (const MemoryPart& part : memories) {
    if (part.info.name == kind) return part;
  }
  TORCH_CHECK(false, "no memory named ", kind);
}

}  // namespace credo
