#include "sdk/runtime/core.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {
namespace {

// The belief is the encoding.
class Memoryless : public Core {
 public:
  explicit Memoryless(int64_t encoding)
      : size_(encoding), memory_(NoMemory()) {}

  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override { return size_; }
  int64_t recurrent_size() const override { return size_; }
  int64_t input_stride() const override { return Padded(size_); }
  int64_t scratch(int64_t) const override { return 0; }
  const Memory& memory() const override { return *memory_; }
  int64_t memory_offset() const override { return 0; }

  void Step(const Kernels&, const CoreBatch& batch) const override {
    for (int64_t row = 0; row < batch.rows; ++row) {
      std::copy_n(batch.input[row], size_, batch.beliefs[row]);
    }
  }

 private:
  int64_t size_;
  StateLayout layout_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace

Result<std::unique_ptr<Core>> LoadCore(const Source& source,
                                       const Options& options,
                                       const std::string& name,
                                       int64_t encoding,
                                       int64_t action_inputs) {
  CREDO_ASSIGN_OR_RETURN(const std::string kind, options.Text("kind"));
  if (kind == "memoryless") {
    return std::unique_ptr<Core>(std::make_unique<Memoryless>(encoding));
  }
  if (kind == "lstm") {
    return LoadLstmCore(source, options, name, encoding, action_inputs);
  }
  if (kind == "gru") {
    return LoadGruCore(source, options, name, encoding, action_inputs);
  }
  return InvalidArgument(options.place() +
                         ": kind: expected memoryless, lstm or gru, found '" +
                         kind + "'");
}

}  // namespace credo::runtime
