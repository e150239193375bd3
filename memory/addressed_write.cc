#include "memory/addressed_write.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <vector>

#include "memory/addressed_kernels.h"
#include "memory/history.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/kept_rows.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename Real>
at::Tensor Forward(const at::Tensor& weights, const at::Tensor& values,
                   const at::Tensor& contents, const at::Tensor& keep) {
  const int64_t steps = weights.size(0);
  const int64_t rows = weights.size(1);
  const int64_t slots = weights.size(2);
  const int64_t width = values.size(2);
  const int64_t size = slots * width;
  at::Tensor after = at::empty({steps, rows, slots, width}, weights.options());
  const History<Real> history(contents, keep, after);
  const Real* weight = weights.const_data_ptr<Real>();
  const Real* value = values.const_data_ptr<Real>();
  Real* to = after.data_ptr<Real>();
  for (int64_t b = 0; b < rows; ++b) {
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t i = t * rows + b;
      AddressedStep(slots, width, weight + i * slots, value + i * width,
                    history.Before(t, b), to + i * size);
    }
  }
  return after;
}

template <typename Real>
variable_list Backward(const variable_list& saved, const at::Tensor& d_after) {
  const at::Tensor& weights = saved[0];
  const at::Tensor& values = saved[1];
  const at::Tensor& contents = saved[2];
  const at::Tensor& keep = saved[3];
  const at::Tensor& after = saved[4];
  const int64_t steps = after.size(0);
  const int64_t rows = after.size(1);
  const int64_t slots = after.size(2);
  const int64_t width = after.size(3);
  const int64_t size = slots * width;
  at::Tensor d_weights = at::empty_like(weights);
  at::Tensor d_values = at::empty_like(values);
  at::Tensor d_contents = at::zeros_like(contents);
  const History<Real> history(contents, keep, after);
  const Real* weight = weights.const_data_ptr<Real>();
  const Real* value = values.const_data_ptr<Real>();
  const Real* arriving = d_after.const_data_ptr<Real>();
  Real* d_weight = d_weights.data_ptr<Real>();
  Real* d_value = d_values.data_ptr<Real>();
  // Row by row: a row's gradient stays in the cache over all steps.
  for (int64_t b = 0; b < rows; ++b) {
    Real* gradient = d_contents.data_ptr<Real>() + b * size;
    for (int64_t t = steps - 1; t >= 0; --t) {
      const int64_t i = t * rows + b;
      AddressedStepBackward(slots, width, weight + i * slots,
                            value + i * width, history.Before(t, b),
                            arriving + i * size, gradient,
                            d_weight + i * slots, d_value + i * width);
      if (history.IsReset(t, b)) std::fill_n(gradient, size, Real{0});
    }
  }
  return {d_weights, d_values, d_contents};
}

struct WriteFunction : torch::autograd::Function<WriteFunction> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& weights,
                            const at::Tensor& values,
                            const at::Tensor& contents,
                            const Keep& resets) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor& keep = resets.mask;
    const at::Tensor after =
        weights.scalar_type() == at::kDouble
            ? Forward<double>(weights, values, contents, keep)
            : Forward<float>(weights, values, contents, keep);
    context->save_for_backward({weights, values, contents, keep, after});
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

at::Tensor AddressedWrite(const at::Tensor& weights, const at::Tensor& values,
                          const at::Tensor& contents, const at::Tensor& keep) {
  if (!UsesKernels(weights)) {
    return AddressedWriteReference(weights, values, contents, keep);
  }
  return WriteFunction::apply(weights.contiguous(), values.contiguous(),
                              contents.contiguous(),
                              Keep{keep.defined() ? keep.contiguous() : keep});
}

at::Tensor AddressedWriteReference(const at::Tensor& weights,
                                   const at::Tensor& values,
                                   const at::Tensor& contents,
                                   const at::Tensor& keep) {
  std::vector<at::Tensor> after;
  at::Tensor held = contents;
  for (int64_t t = 0; t < weights.size(0); ++t) {
    if (keep.defined()) held = held * keep[t].view({-1, 1, 1});
    held = held + weights[t].unsqueeze(-1) * (values[t].unsqueeze(1) - held);
    after.push_back(held);
  }
  return at::stack(after);
}

}  // namespace credo
