#include "sdk/model/none_memory.h"

#include "sdk/runtime/memory.h"

namespace credo::runtime {
namespace {

class None : public Memory {
 public:
  None() : Memory(MemoryShape()) {}

  int64_t write_scratch(int64_t) const override { return 0; }
  void Write(const Kernels&, int64_t, FloatRows, FloatRows, float* const*,
             float*) const override {}
  void Read(const Kernels&, const float*, int64_t, float*, float*,
            float*) const override {}
};

}  // namespace

std::unique_ptr<Memory> MakeNoMemory() { return std::make_unique<None>(); }

MemoryPart NoneMemory() {
  return {NoneInfo(),
          [](const Options&, const Source&,
             const MemoryPlace&) -> Result<std::unique_ptr<Memory>> {
            return MakeNoMemory();
          }};
}

}  // namespace credo::runtime
