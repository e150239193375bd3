#include "memory/delta_write.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <vector>

#include "memory/delta_kernels.h"
#include "memory/history.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/kept_rows.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename Real>
at::Tensor Forward(const at::Tensor& keys, const at::Tensor& values,
                   const at::Tensor& kept, const at::Tensor& written,
                   const at::Tensor& matrix, const at::Tensor& keep) {
  const int64_t steps = keys.size(0);
  const int64_t batch = keys.size(1);
  const int64_t rows = keys.size(2);
  const int64_t width = values.size(2);
  at::Tensor after = at::empty({steps, batch, rows, width}, keys.options());
  const History<Real> history(matrix, keep, after);
  std::vector<Real> scratch(width);
  const Real* key = keys.const_data_ptr<Real>();
  const Real* value = values.const_data_ptr<Real>();
  const Real* a = kept.const_data_ptr<Real>();
  const Real* b = written.const_data_ptr<Real>();
  Real* to = after.data_ptr<Real>();
  for (int64_t r = 0; r < batch; ++r) {
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t i = t * batch + r;
      DeltaStep(rows, width, key + i * rows, value + i * width, a[i], b[i],
                history.Before(t, r), to + i * rows * width, scratch.data());
    }
  }
  return after;
}

template <typename Real>
variable_list Backward(const variable_list& saved, const at::Tensor& d_after) {
  const at::Tensor& keys = saved[0];
  const at::Tensor& values = saved[1];
  const at::Tensor& matrix = saved[4];
  const at::Tensor& keep = saved[5];
  const at::Tensor& after = saved[6];
  const int64_t steps = after.size(0);
  const int64_t batch = after.size(1);
  const int64_t rows = after.size(2);
  const int64_t width = after.size(3);
  const int64_t size = rows * width;
  at::Tensor d_keys = at::empty_like(keys);
  at::Tensor d_values = at::empty_like(values);
  at::Tensor d_kept = at::empty_like(saved[2]);
  at::Tensor d_written = at::empty_like(saved[3]);
  at::Tensor d_matrix = at::zeros_like(matrix);
  const History<Real> history(matrix, keep, after);
  std::vector<Real> scratch(4 * width);
  const Real* key = keys.const_data_ptr<Real>();
  const Real* value = values.const_data_ptr<Real>();
  const Real* a = saved[2].const_data_ptr<Real>();
  const Real* b = saved[3].const_data_ptr<Real>();
  const Real* arriving = d_after.const_data_ptr<Real>();
  Real* d_key = d_keys.data_ptr<Real>();
  Real* d_value = d_values.data_ptr<Real>();
  Real* d_a = d_kept.data_ptr<Real>();
  Real* d_b = d_written.data_ptr<Real>();
  // Row by row: a row's gradient stays in the cache over all steps.
  for (int64_t r = 0; r < batch; ++r) {
    Real* gradient = d_matrix.data_ptr<Real>() + r * size;
    for (int64_t t = steps - 1; t >= 0; --t) {
      const int64_t i = t * batch + r;
      DeltaStepBackward(rows, width, key + i * rows, value + i * width, a[i],
                        b[i], history.Before(t, r), arriving + i * size,
                        gradient, d_key + i * rows, d_value + i * width,
                        d_a + i, d_b + i, scratch.data());
      if (history.IsReset(t, r)) std::fill_n(gradient, size, Real{0});
    }
  }
  return {d_keys, d_values, d_kept, d_written, d_matrix};
}

struct WriteFunction : torch::autograd::Function<WriteFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& keys,
                            const at::Tensor& values, const at::Tensor& kept,
                            const at::Tensor& written,
                            const at::Tensor& matrix, const Keep& resets) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor& keep = resets.mask;
    const at::Tensor after =
        keys.scalar_type() == at::kDouble
            ? Forward<double>(keys, values, kept, written, matrix, keep)
            : Forward<float>(keys, values, kept, written, matrix, keep);
    context->save_for_backward(
        {keys, values, kept, written, matrix, keep, after});
    return after;
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor d_after = gradients[0].contiguous();
    variable_list result = d_after.scalar_type() == at::kDouble
                               ? Backward<double>(saved, d_after)
                               : Backward<float>(saved, d_after);
    result.emplace_back();  // keep
    return result;
  }
};

}  // namespace

at::Tensor DeltaWrite(const at::Tensor& keys, const at::Tensor& values,
                      const at::Tensor& kept, const at::Tensor& written,
                      const at::Tensor& matrix, const at::Tensor& keep) {
  if (!UsesKernels(keys)) {
    return DeltaWriteReference(keys, values, kept, written, matrix, keep);
  }
  return WriteFunction::apply(keys.contiguous(), values.contiguous(),
                              kept.contiguous(), written.contiguous(),
                              matrix.contiguous(),
                              Keep{keep.defined() ? keep.contiguous() : keep});
}

at::Tensor DeltaWriteReference(const at::Tensor& keys,
                               const at::Tensor& values,
                               const at::Tensor& kept,
                               const at::Tensor& written,
                               const at::Tensor& matrix,
                               const at::Tensor& keep) {
  std::vector<at::Tensor> after;
  at::Tensor held = matrix;
  for (int64_t t = 0; t < keys.size(0); ++t) {
    if (keep.defined()) held = held * keep[t].view({-1, 1, 1});
    const at::Tensor key = keys[t].unsqueeze(-1);        // [B, K, 1]
    const at::Tensor value = values[t].unsqueeze(1);     // [B, 1, C]
    const at::Tensor a = kept[t].view({-1, 1, 1});
    const at::Tensor b = written[t].view({-1, 1, 1});
    const at::Tensor read = key.transpose(1, 2).bmm(held);  // [B, 1, C]
    held = a * (held - b * key * read) + b * key * value;
    after.push_back(held);
  }
  return at::stack(after);
}

}  // namespace credo
