#include "sdk/tensor/state_rows.h"

#include <torch/types.h>

#include <bit>
#include <cstdint>

#include "sdk/tensor/device.h"

namespace credo {
namespace {

// Whole numbers, as sums of floats would have to keep their order and could not
// be of many at a time.
bool AllFinite(const at::Tensor& numbers) {
  constexpr uint32_t kExponent = 0x7f800000;
  const at::Tensor in_order = numbers.contiguous();
  const float* const x = in_order.const_data_ptr<float>();
  const int64_t count = in_order.numel();
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<uint32_t>(x[i]);
    found |= (bits & kExponent) == kExponent ? 1u : 0u;
  }
  return found == 0;
}

}  // namespace

at::Tensor StateColumns(const StateLayout& layout, const at::Tensor& rows,
                        size_t field) {
  const StateField& f = layout.fields().at(field);
  return rows.narrow(1, f.offset / 4, ElementCount(f.shape));
}

at::Tensor PackState(const StateLayout& layout,
                     const std::vector<at::Tensor>& fields) {
  TORCH_CHECK(fields.size() == layout.fields().size(), "PackState: expected ",
              layout.fields().size(), " fields, found ", fields.size());
  TORCH_CHECK(!fields.empty(), "PackState: a layout without fields");
  torch::NoGradGuard no_grad;
  at::Tensor rows =
      fields[0].new_zeros({fields[0].size(0), layout.floats()});
  for (size_t i = 0; i < fields.size(); ++i) {
    StateColumns(layout, rows, i).copy_(fields[i]);
  }
  return rows;
}

at::Tensor FiniteRows(const at::Tensor& rows) {
  if (UsesKernels(rows) && AllFinite(rows)) return rows;
  torch::NoGradGuard no_grad;
  const at::Tensor finite = rows.isfinite().all(/*dim=*/1, /*keepdim=*/true);
  return torch::where(finite, rows, torch::zeros_like(rows));
}

}  // namespace credo
