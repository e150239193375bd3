#include "sdk/tensor/state_rows.h"

#include <torch/types.h>

#include "sdk/base/fast_math.h"
#include "sdk/tensor/device.h"

namespace credo {

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
  if (UsesKernels(rows)) {
    const at::Tensor in_order = rows.contiguous();
    if (AllFinite(in_order.numel(), in_order.const_data_ptr<float>())) {
      return rows;
    }
  }
  torch::NoGradGuard no_grad;
  const at::Tensor finite = rows.isfinite().all(/*dim=*/1, /*keepdim=*/true);
  return torch::where(finite, rows, torch::zeros_like(rows));
}

}  // namespace credo
