#include <algorithm>

#include "sdk/runtime/core.h"

namespace credo::runtime {
namespace {

// The belief is the encoding.
class Memoryless : public Core {
 public:
  explicit Memoryless(int64_t encoding)
      : size_(encoding), memory_(MakeNoMemory()) {}

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

CorePart MemorylessCore() {
  return {MemorylessInfo(),
          [](const Options&, const Source&,
             const CorePlace& place) -> Result<std::unique_ptr<Core>> {
            return std::unique_ptr<Core>(
                std::make_unique<Memoryless>(place.encoding));
          }};
}

}  // namespace credo::runtime
