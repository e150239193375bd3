// The cores lstm and gru: the twins of agents/lstm_core.h and gru_core.h.

#include <algorithm>
#include <utility>

#include "sdk/runtime/core.h"
#include "sdk/runtime/gru.h"
#include "sdk/runtime/lstm.h"

namespace credo::runtime {
namespace {

// How a cell steps as part of a core. State: some vectors of `size` units, the
// first of which is the hidden state. Belief: what Step shows.

struct LstmCell {
  Lstm lstm;

  static constexpr const char* kFields[] = {"hidden", "cell"};
  static constexpr const char* kName = ".lstm";
  static Result<LstmCell> Load(const Source& source, const std::string& name,
                               int64_t inputs, int64_t size) {
    CREDO_ASSIGN_OR_RETURN(Lstm lstm, Lstm::Load(source, name, inputs, size));
    return LstmCell{std::move(lstm)};
  }
  int64_t size() const { return lstm.size(); }
  int64_t shown() const { return 2 * lstm.size(); }
  int64_t input_stride() const { return lstm.input_stride(); }
  int64_t scratch(int64_t rows) const { return lstm.scratch(rows); }

  void Step(const Kernels& kernels, const CoreBatch& batch,
            float* const* hidden, float* scratch) const {
    float* cell[kMaxRows];
    float* tanh_cell[kMaxRows];
    for (int64_t row = 0; row < batch.rows; ++row) {
      // Each field of a state begins on a multiple of 64 bytes.
      cell[row] = hidden[row] + Padded(size());
      tanh_cell[row] = batch.beliefs[row] + size();
    }
    lstm.Step(kernels, batch.rows, batch.input, hidden, cell, tanh_cell,
              scratch);
  }
};

struct GruCell {
  Gru gru;
  int64_t inputs;

  static constexpr const char* kFields[] = {"hidden"};
  static constexpr const char* kName = ".gru";
  static Result<GruCell> Load(const Source& source, const std::string& name,
                              int64_t inputs, int64_t size) {
    CREDO_ASSIGN_OR_RETURN(Gru gru, Gru::Load(source, name, inputs, size));
    return GruCell{std::move(gru), inputs};
  }
  int64_t size() const { return gru.size(); }
  int64_t shown() const { return gru.size(); }
  int64_t input_stride() const { return Padded(inputs); }
  int64_t scratch(int64_t rows) const { return gru.scratch(rows); }

  void Step(const Kernels& kernels, const CoreBatch& batch,
            float* const* hidden, float* scratch) const {
    gru.Step(kernels, batch.rows, batch.input, hidden, scratch);
  }
};

// A cell and a memory that is written after each of its steps.
template <typename Cell>
class RecurrentCore : public Core {
 public:
  RecurrentCore(Cell cell, std::unique_ptr<Memory> memory, int64_t encoding,
                int64_t action_inputs, bool reward_input)
      : cell_(std::move(cell)),
        memory_(std::move(memory)),
        encoding_(encoding),
        action_inputs_(action_inputs),
        reward_input_(reward_input) {
    for (const char* field : Cell::kFields) {
      layout_.Add(field, DType::kF32, {cell_.size()});
    }
    memory_offset_ = layout_.bytes();
    layout_.Append("memory", memory_->layout());
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override {
    return recurrent_size() + memory_->shown();
  }
  int64_t recurrent_size() const override { return cell_.shown(); }
  int64_t input_stride() const override {
    return std::max(cell_.input_stride(), Padded(encoding_));
  }
  int64_t scratch(int64_t rows) const override {
    return rows * Padded(cell_.size()) +
           std::max(cell_.scratch(rows), memory_->scratch(rows));
  }
  const Memory& memory() const override { return *memory_; }
  int64_t memory_offset() const override { return memory_offset_; }

  void Step(const Kernels& kernels, const CoreBatch& batch) const override {
    const int64_t size = cell_.size();
    float* hidden[kMaxRows];
    float* contents[kMaxRows];
    for (int64_t row = 0; row < batch.rows; ++row) {
      float* input = batch.input[row] + encoding_;
      std::copy_n(batch.actions[row], action_inputs_, input);
      if (reward_input_) input[action_inputs_] = batch.rewards[row];
      hidden[row] = reinterpret_cast<float*>(batch.states[row]);
      contents[row] =
          reinterpret_cast<float*>(batch.states[row] + memory_offset_);
    }
    const FloatRows shared = {batch.scratch, Padded(size)};
    float* scratch = batch.scratch + batch.rows * shared.stride;
    cell_.Step(kernels, batch, hidden, scratch);
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(hidden[row], size, shared[row]);
      std::copy_n(hidden[row], size, batch.beliefs[row]);
    }
    memory_->Write(kernels, batch.rows, batch.input, shared, contents,
                   scratch);
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(contents[row], memory_->shown(),
                  batch.beliefs[row] + recurrent_size());
    }
  }

 private:
  Cell cell_;
  std::unique_ptr<Memory> memory_;
  int64_t encoding_;
  int64_t action_inputs_;
  bool reward_input_;
  StateLayout layout_;
  int64_t memory_offset_ = 0;
};

template <typename Cell>
Result<std::unique_ptr<Core>> LoadRecurrent(const Source& source,
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
      Cell cell,
      Cell::Load(source, name + Cell::kName,
                 encoding + action_inputs + (reward_input ? 1 : 0), size));
  CREDO_ASSIGN_OR_RETURN(std::unique_ptr<Memory> memory,
                         LoadMemory(source, memory_options, name + ".memory",
                                    encoding, size));
  return std::unique_ptr<Core>(std::make_unique<RecurrentCore<Cell>>(
      std::move(cell), std::move(memory), encoding, action_inputs,
      reward_input));
}

}  // namespace

Result<std::unique_ptr<Core>> LoadLstmCore(const Source& source,
                                           const Options& options,
                                           const std::string& name,
                                           int64_t encoding,
                                           int64_t action_inputs) {
  return LoadRecurrent<LstmCell>(source, options, name, encoding,
                                 action_inputs);
}

Result<std::unique_ptr<Core>> LoadGruCore(const Source& source,
                                          const Options& options,
                                          const std::string& name,
                                          int64_t encoding,
                                          int64_t action_inputs) {
  return LoadRecurrent<GruCell>(source, options, name, encoding,
                                action_inputs);
}

}  // namespace credo::runtime
