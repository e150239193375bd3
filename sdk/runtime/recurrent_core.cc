// The cores lstm and gru: the twins of agents/networks/lstm_core.h and
// gru_core.h.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "sdk/runtime/core.h"
#include "sdk/runtime/gru.h"
#include "sdk/runtime/lstm.h"

namespace credo::runtime {
namespace {

// How a cell steps as part of a core. Its state are some vectors, the hidden
// state first; kShown vectors open the belief, the hidden state first.

struct LstmCell {
  Lstm lstm;

  static constexpr int64_t kShown = 2;
  static std::vector<std::string> Vectors() { return {"hidden", "cell"}; }
  static Result<LstmCell> Load(const Source& source, const std::string& core,
                               int64_t inputs, int64_t size) {
    CREDO_ASSIGN_OR_RETURN(
        Lstm lstm, Lstm::Load(source, {core + ".lstm", inputs, size}));
    return LstmCell{std::move(lstm)};
  }
  int64_t size() const { return lstm.size(); }
  int64_t input_stride() const { return lstm.input_stride(); }
  int64_t scratch(int64_t rows) const { return lstm.scratch(rows); }

  void Step(const Kernels& kernels, const StateLayout& layout,
            const CoreBatch& batch, float* const* hidden,
            float* scratch) const {
    float* cell[kMaxRows];
    float* tanh_cell[kMaxRows];
    for (int64_t row = 0; row < batch.rows; ++row) {
      cell[row] = reinterpret_cast<float*>(batch.states[row] +
                                           layout.fields()[1].offset);
      tanh_cell[row] = batch.beliefs[row] + size();
    }
    lstm.Step(kernels, batch.rows, batch.input, hidden, cell, tanh_cell,
              scratch);
  }
};

struct GruCell {
  Gru gru;
  int64_t inputs;

  static constexpr int64_t kShown = 1;
  static std::vector<std::string> Vectors() { return {"hidden"}; }
  static Result<GruCell> Load(const Source& source, const std::string& core,
                              int64_t inputs, int64_t size) {
    CREDO_ASSIGN_OR_RETURN(Gru gru,
                           Gru::Load(source, {core + ".gru", inputs, size}));
    return GruCell{std::move(gru), inputs};
  }
  int64_t size() const { return gru.size(); }
  int64_t input_stride() const { return Padded(inputs); }
  int64_t scratch(int64_t rows) const { return gru.scratch(rows); }

  void Step(const Kernels& kernels, const StateLayout&, const CoreBatch& batch,
            float* const* hidden, float* scratch) const {
    gru.Step(kernels, batch.rows, batch.input, hidden, scratch);
  }
};

// A cell with a memory beside it, which each step reads and then writes.
template <typename Cell>
class RecurrentCore : public Core {
 public:
  static Result<std::unique_ptr<Core>> Load(
      const RecurrentCoreOptions& options, const Source& source,
      const CorePlace& place, const std::vector<MemoryPart>& memories) {
    CREDO_ASSIGN_OR_RETURN(
        std::unique_ptr<Memory> memory,
        FindPart(memories, options.memory.kind)
            ->make(*options.memory.options, source,
                   {place.name + ".memory", place.encoding, options.size}));
    const RecurrentShape shape(options, place, Cell::Vectors(), Cell::kShown,
                               memory->shape());
    CREDO_ASSIGN_OR_RETURN(
        Cell cell,
        Cell::Load(source, place.name, shape.inputs, options.size));
    auto core = std::make_unique<RecurrentCore>(
        options, place, shape, std::move(cell), std::move(memory));
    if (shape.reads > 0) {
      CREDO_ASSIGN_OR_RETURN(core->query_, Linear::Load(source, shape.query));
    }
    return std::unique_ptr<Core>(std::move(core));
  }

  RecurrentCore(const RecurrentCoreOptions& options, const CorePlace& place,
                const RecurrentShape& shape, Cell cell,
                std::unique_ptr<Memory> memory)
      : cell_(std::move(cell)),
        memory_(std::move(memory)),
        shape_(shape),
        encoding_(place.encoding),
        action_inputs_(place.action_inputs),
        reads_(options.reads),
        reward_input_(options.reward_input) {
    const auto& fields = shape_.layout.fields();
    const size_t first = shape_.first_memory_field;
    memory_offset_ =
        first < fields.size() ? fields[first].offset : shape_.layout.bytes();
    if (options.read_input && shape_.reads > 0) {
      read_offset_ = shape_.layout.Find("read")->offset;
    }
  }

  const StateLayout& layout() const override { return shape_.layout; }
  int64_t belief_size() const override { return shape_.belief; }
  int64_t recurrent_size() const override { return shape_.recurrent; }
  int64_t input_stride() const override {
    return std::max(cell_.input_stride(), Padded(encoding_));
  }
  int64_t scratch(int64_t rows) const override {
    return rows * (Padded(cell_.size()) + query_stride()) +
           std::max({cell_.scratch(rows), memory_->write_scratch(rows),
                     memory_->read_scratch()});
  }
  const Memory& memory() const override { return *memory_; }
  int64_t memory_offset() const override { return memory_offset_; }

  void Step(const Kernels& kernels, const CoreBatch& batch) const override {
    const int64_t size = cell_.size();
    float* vectors[kMaxRows];
    float* contents[kMaxRows];
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::byte* const state = batch.states[row];
      vectors[row] = reinterpret_cast<float*>(state);
      contents[row] = reinterpret_cast<float*>(state + memory_offset_);
      CompleteInput(batch, row);
    }
    const FloatRows hidden = {batch.scratch, Padded(size)};
    const FloatRows queries = {hidden.data + batch.rows * hidden.stride,
                               query_stride()};
    float* const scratch = queries.data + batch.rows * queries.stride;
    cell_.Step(kernels, shape_.layout, batch, vectors, scratch);
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(vectors[row], size, hidden[row]);
      std::copy_n(vectors[row], size, batch.beliefs[row]);
    }
    if (query_) Read(kernels, batch, hidden, queries, contents, scratch);
    memory_->Write(kernels, batch.rows, batch.input, hidden, contents,
                   scratch);
    if (shape_.shown_memory == 0) return;
    for (int64_t row = 0; row < batch.rows; ++row) {
      memory_->Show(contents[row], batch.beliefs[row] + shape_.recurrent);
    }
  }

 private:
  int64_t query_stride() const { return Padded(shape_.query.out); }

  // What follows the encoding.
  void CompleteInput(const CoreBatch& batch, int64_t row) const {
    float* input = batch.input[row] + encoding_;
    input = std::copy_n(batch.actions[row], action_inputs_, input);
    if (reward_input_) *input++ = batch.rewards[row];
    if (!read_offset_) return;
    std::copy_n(
        reinterpret_cast<const float*>(batch.states[row] + *read_offset_),
        shape_.reads, input);
  }

  // The memory as the step before left it, into the belief and the state.
  void Read(const Kernels& kernels, const CoreBatch& batch, FloatRows hidden,
            FloatRows queries, float* const* contents, float* scratch) const {
    (*query_)(kernels, batch.rows, hidden, queries);
    for (int64_t row = 0; row < batch.rows; ++row) {
      float* const read =
          batch.beliefs[row] + shape_.recurrent - shape_.reads;
      memory_->Read(kernels, contents[row], reads_, queries[row], read,
                    scratch);
      if (!read_offset_) continue;
      std::copy_n(read, shape_.reads,
                  reinterpret_cast<float*>(batch.states[row] + *read_offset_));
    }
  }

  Cell cell_;
  std::unique_ptr<Memory> memory_;
  RecurrentShape shape_;
  int64_t encoding_;
  int64_t action_inputs_;
  int64_t reads_;
  bool reward_input_;
  std::optional<Linear> query_;
  int64_t memory_offset_ = 0;
  std::optional<int64_t> read_offset_;  // of the state's field, when fed back
};

template <typename CoreOptions, typename Cell>
CorePart RecurrentPart(PartInfo info, std::vector<MemoryPart> memories) {
  return {std::move(info),
          [memories = std::move(memories)](
              const Options& options, const Source& source,
              const CorePlace& place) {
            return RecurrentCore<Cell>::Load(As<CoreOptions>(options), source,
                                             place, memories);
          }};
}

}  // namespace

CorePart LstmCore(std::vector<MemoryPart> memories) {
  return RecurrentPart<LstmCoreOptions, LstmCell>(
      LstmCoreInfo(Catalog(memories)), memories);
}

CorePart GruCore(std::vector<MemoryPart> memories) {
  return RecurrentPart<GruCoreOptions, GruCell>(
      GruCoreInfo(Catalog(memories)), memories);
}

}  // namespace credo::runtime
