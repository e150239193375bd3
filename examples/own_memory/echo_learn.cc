#include <torch/types.h>
#include "examples/own_memory/echo.h"
#include "memory/memory.h"
#include "sdk/tensor/layers.h"

namespace credo {

struct Echo : Memory {
  Echo(const EchoModel& m, Parameters& parameters)
      : Memory(m.shape), value(parameters, m.value) {}
  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor&,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    const at::Tensor values = value(encoded);  // [T, B, W]
    std::vector<at::Tensor> after = {contents};
    for (int64_t t = 0; t < values.size(0); ++t) {
      at::Tensor held = after.back();
      if (keep.defined()) held = held * keep[t].unsqueeze(1);
      after.push_back(held + kEchoRate * (values[t] - held));
    }
    return {at::stack(after).slice(0, 1), {}, {}};
  }
  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return contents.unsqueeze(1).expand({-1, queries.size(1), -1});
  }
  Linear value;
};

MemoryPart EchoMemory() { return PartOf<Echo, EchoModel>(EchoInfo()); }

}  // namespace credo
