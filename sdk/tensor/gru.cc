#include "sdk/tensor/gru.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <vector>

#include "sdk/tensor/device.h"
#include "sdk/tensor/gru_kernels.h"
#include "sdk/tensor/kept_rows.h"
#include "sdk/tensor/precision.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What the backward pass needs of the forward pass, all [T, B, .].
struct Trace {
  at::Tensor hidden;
  at::Tensor products;
  at::Tensor gates;
  at::Tensor before;  // the state that each step started from, after resets
};

template <typename Real>
Trace Forward(const at::Tensor& projected, const at::Tensor& recurrent,
              const at::Tensor& recurrent_bias, const at::Tensor& hidden0,
              const at::Tensor& keep) {
  const int64_t steps = projected.size(0);
  const int64_t rows = projected.size(1);
  const int64_t units = recurrent.size(1);
  const int64_t step = rows * units;
  const auto options = projected.options();
  Trace trace;
  trace.hidden = at::empty({steps, rows, units}, options);
  trace.before = at::empty_like(trace.hidden);
  trace.products = at::empty_like(projected);
  trace.gates = at::empty_like(projected);
  const at::Tensor weights = recurrent.t();
  const at::Tensor bias =
      at::cat({at::zeros({2 * units}, options), recurrent_bias});
  const Real* h = hidden0.const_data_ptr<Real>();
  for (int64_t t = 0; t < steps; ++t) {
    const Real* kept =
        keep.defined() ? keep.const_data_ptr<Real>() + t * rows : nullptr;
    Real* before = trace.before.data_ptr<Real>() + t * step;
    CopyKept(rows, units, h, kept, before);
    at::Tensor products = trace.products.select(0, t);
    at::addmm_out(products, bias, trace.before.select(0, t), weights);
    Real* hidden = trace.hidden.data_ptr<Real>() + t * step;
    GruStep(rows, units, projected.const_data_ptr<Real>() + 3 * t * step,
            products.const_data_ptr<Real>(), before,
            trace.gates.data_ptr<Real>() + 3 * t * step, hidden);
    h = hidden;
  }
  return trace;
}

// Gradients of projected, recurrent, recurrent_bias, hidden0.
template <typename Real>
variable_list Backward(const variable_list& saved,
                       const at::Tensor& d_hidden) {
  const at::Tensor& recurrent = saved[0];
  const at::Tensor& keep = saved[1];
  const at::Tensor& products = saved[2];
  const at::Tensor& gates = saved[3];
  const at::Tensor& before = saved[4];
  const int64_t steps = gates.size(0);
  const int64_t rows = gates.size(1);
  const int64_t units = recurrent.size(1);
  const int64_t step = rows * units;
  at::Tensor d_projected = at::empty_like(gates);
  at::Tensor d_products = at::empty_like(gates);
  at::Tensor dh = at::zeros({rows, units}, gates.options());
  Real* const dh_data = dh.data_ptr<Real>();
  const Real* const from = d_hidden.const_data_ptr<Real>();
  for (int64_t t = steps - 1; t >= 0; --t) {
    for (int64_t i = 0; i < step; ++i) dh_data[i] += from[t * step + i];
    at::Tensor d_product = d_products.select(0, t);
    GruStepBackward(rows, units, products.const_data_ptr<Real>() + 3 * t * step,
                    before.const_data_ptr<Real>() + t * step,
                    gates.const_data_ptr<Real>() + 3 * t * step, dh_data,
                    d_projected.data_ptr<Real>() + 3 * t * step,
                    d_product.data_ptr<Real>());
    at::addmm_out(dh, dh, d_product, recurrent);
    if (keep.defined()) {
      const Real* kept = keep.const_data_ptr<Real>() + t * rows;
      CopyKept(rows, units, dh_data, kept, dh_data);
    }
  }
  const at::Tensor flat = d_products.view({-1, 3 * units});
  return {d_projected, flat.t().mm(before.view({-1, units})),
          flat.narrow(1, 2 * units, units).sum(0), dh};
}

struct SequenceFunction : torch::autograd::Function<SequenceFunction> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& projected,
                            const at::Tensor& recurrent,
                            const at::Tensor& recurrent_bias,
                            const at::Tensor& hidden, const Keep& resets) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor& keep = resets.mask;
    const Trace trace =
        projected.scalar_type() == at::kDouble
            ? Forward<double>(projected, recurrent, recurrent_bias, hidden,
                              keep)
            : Forward<float>(projected, recurrent, recurrent_bias, hidden,
                             keep);
    context->save_for_backward(
        {recurrent, keep, trace.products, trace.gates, trace.before});
    return trace.hidden;
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor d_hidden = gradients[0].contiguous();
    variable_list result = d_hidden.scalar_type() == at::kDouble
                               ? Backward<double>(saved, d_hidden)
                               : Backward<float>(saved, d_hidden);
    result.emplace_back();  // keep
    return result;
  }
};

}  // namespace

at::Tensor GruSequence(const at::Tensor& projected, const at::Tensor& recurrent,
                       const at::Tensor& recurrent_bias,
                       const at::Tensor& hidden, const at::Tensor& keep) {
  if (!UsesKernels(projected)) {
    return GruSequenceReference(projected, recurrent, recurrent_bias, hidden,
                                keep);
  }
  return SequenceFunction::apply(
      projected.contiguous(), recurrent, recurrent_bias, hidden.contiguous(),
      Keep{keep.defined() ? keep.contiguous() : keep});
}

at::Tensor GruSequenceReference(const at::Tensor& projected,
                                const at::Tensor& recurrent,
                                const at::Tensor& recurrent_bias,
                                const at::Tensor& hidden,
                                const at::Tensor& keep) {
  std::vector<at::Tensor> states;
  at::Tensor h = hidden;
  const std::vector<at::Tensor> weights = recurrent.chunk(3, 0);
  for (int64_t t = 0; t < projected.size(0); ++t) {
    if (keep.defined()) h = h * keep[t].unsqueeze(-1);
    const std::vector<at::Tensor> x = projected[t].chunk(3, -1);
    const at::Tensor reset = (x[0] + h.matmul(weights[0].t())).sigmoid();
    const at::Tensor update = (x[1] + h.matmul(weights[1].t())).sigmoid();
    const at::Tensor fresh =
        (x[2] + reset * (h.matmul(weights[2].t()) + recurrent_bias)).tanh();
    h = (1 - update) * fresh + update * h;
    states.push_back(h);
  }
  return at::stack(states);
}

Gru::Gru(Parameters& parameters, const GruSpec& spec)
    : size_(spec.size),
      input_(parameters.Add(spec.name + ".input", {3 * size_, spec.inputs},
                            Init::FanIn(size_))),
      recurrent_(parameters.Add(spec.name + ".recurrent", {3 * size_, size_},
                                Init::FanIn(size_))),
      bias_(parameters.Add(spec.name + ".bias", {3 * size_},
                           Init::FanIn(size_))),
      recurrent_bias_(parameters.Add(spec.name + ".recurrent_bias", {size_},
                                     Init::FanIn(size_))) {}

at::Tensor Gru::operator()(const at::Tensor& inputs, const at::Tensor& hidden,
                           const at::Tensor& keep) const {
  return GruSequence(LinearProduct(inputs, input_->value, bias_->value),
                     recurrent_->value, recurrent_bias_->value, hidden, keep);
}

}  // namespace credo
