#include <algorithm>
#include <utility>

#include "sdk/runtime/core.h"
#include "sdk/runtime/lstm.h"

namespace credo::runtime {
namespace {

// State: hidden, cell, the memory's fields. Belief: hidden, tanh of cell, what
// the memory shows.
class LstmCore : public Core {
 public:
  LstmCore(Lstm lstm, std::unique_ptr<Memory> memory, int64_t encoding,
           int64_t action_inputs, bool reward_input)
      : lstm_(std::move(lstm)),
        memory_(std::move(memory)),
        encoding_(encoding),
        action_inputs_(action_inputs),
        reward_input_(reward_input) {
    layout_.Add("hidden", DType::kF32, {lstm_.size()});
    layout_.Add("cell", DType::kF32, {lstm_.size()});
    memory_offset_ = layout_.bytes();
    layout_.Append("memory", memory_->layout());
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override {
    return recurrent_size() + memory_->shown();
  }
  int64_t recurrent_size() const override { return 2 * lstm_.size(); }
  int64_t input_stride() const override {
    return std::max(lstm_.input_stride(), Padded(encoding_));
  }
  int64_t scratch(int64_t rows) const override {
    return rows * Padded(lstm_.size()) +
           std::max(lstm_.scratch(rows), memory_->scratch(rows));
  }
  const Memory& memory() const override { return *memory_; }
  int64_t memory_offset() const override { return memory_offset_; }

  void Step(const Kernels& kernels, const CoreBatch& batch) const override {
    const int64_t size = lstm_.size();
    float* hidden[kMaxRows];
    float* cell[kMaxRows];
    float* tanh_cell[kMaxRows];
    float* contents[kMaxRows];
    for (int64_t row = 0; row < batch.rows; ++row) {
      float* input = batch.input[row] + encoding_;
      std::copy_n(batch.actions[row], action_inputs_, input);
      if (reward_input_) input[action_inputs_] = batch.rewards[row];
      std::byte* state = batch.states[row];
      const auto field = [&](int64_t offset) {
        return reinterpret_cast<float*>(state + offset);
      };
      hidden[row] = field(layout_.fields()[0].offset);
      cell[row] = field(layout_.fields()[1].offset);
      contents[row] = field(memory_offset_);
      tanh_cell[row] = batch.beliefs[row] + size;
    }
    const FloatRows shared = {batch.scratch, Padded(size)};
    float* scratch = batch.scratch + batch.rows * shared.stride;
    lstm_.Step(kernels, batch.rows, batch.input, hidden, cell, tanh_cell,
               scratch);
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(hidden[row], size, shared[row]);
      std::copy_n(hidden[row], size, batch.beliefs[row]);
    }
    memory_->Write(kernels, batch.rows, batch.input, shared, contents,
                   scratch);
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(contents[row], memory_->shown(),
                  batch.beliefs[row] + 2 * size);
    }
  }

 private:
  Lstm lstm_;
  std::unique_ptr<Memory> memory_;
  int64_t encoding_;
  int64_t action_inputs_;
  bool reward_input_;
  StateLayout layout_;
  int64_t memory_offset_ = 0;
};

}  // namespace

Result<std::unique_ptr<Core>> LoadLstmCore(const Source& source,
                                           const Options& options,
                                           const std::string& name,
                                           int64_t encoding,
                                           int64_t action_inputs) {
  CREDO_ASSIGN_OR_RETURN(const int64_t size, options.Int("size", 1, 8192));
  CREDO_ASSIGN_OR_RETURN(const bool reward_input,
                         options.Bool("reward_input"));
  CREDO_ASSIGN_OR_RETURN(const Options memory_options,
                         options.Group("memory"));
  CREDO_ASSIGN_OR_RETURN(
      Lstm lstm,
      Lstm::Load(source, name + ".lstm",
                 encoding + action_inputs + (reward_input ? 1 : 0), size));
  CREDO_ASSIGN_OR_RETURN(std::unique_ptr<Memory> memory,
                         LoadMemory(source, memory_options, name + ".memory",
                                    encoding, size));
  return std::unique_ptr<Core>(std::make_unique<LstmCore>(
      std::move(lstm), std::move(memory), encoding, action_inputs,
      reward_input));
}

}  // namespace credo::runtime
