#include "memory/none.h"

#include <torch/types.h>

#include "sdk/model/none_memory.h"

namespace credo {
namespace {

class None : public Memory {
 public:
  None() : Memory(MemoryShape()) {}

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor&,
                     const at::Tensor&, const at::Tensor&) const override {
    return {encoded.new_zeros({encoded.size(0), encoded.size(1), 0}), {}, {}};
  }
  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return contents.new_zeros({queries.size(0), queries.size(1), 0});
  }
};

}  // namespace

MemoryPart NoMemory() {
  return {NoneInfo(),
          [](const Options&, Parameters&, const MemoryPlace&)
              -> std::unique_ptr<Memory> { return std::make_unique<None>(); }};
}

}  // namespace credo
