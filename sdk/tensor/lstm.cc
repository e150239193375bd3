#include "sdk/tensor/lstm.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <numeric>
#include <utility>
#include <vector>

#include "sdk/tensor/device.h"
#include "sdk/tensor/kept_rows.h"
#include "sdk/tensor/lstm_kernels.h"
#include "sdk/tensor/precision.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Which rows of a tensor [N, .] are whose step: those of step 0 come first. A
// step never has more rows than the one before, and they are its first ones.
class StepRows {
 public:
  explicit StepRows(std::vector<int64_t> rows)
      : rows_(std::move(rows)), first_(rows_.size() + 1, 0) {
    std::partial_sum(rows_.begin(), rows_.end(), first_.begin() + 1);
  }

  int64_t count() const { return static_cast<int64_t>(rows_.size()); }
  int64_t rows(int64_t t) const { return rows_[t]; }
  int64_t first(int64_t t) const { return first_[t]; }
  int64_t all() const { return first_.back(); }
  // The rows of each step out of [N, .], as views. All at once: one by one they
  // cost as much as the product of a small step.
  std::vector<at::Tensor> Split(const at::Tensor& x) const {
    return x.split_with_sizes(rows_);
  }

 private:
  std::vector<int64_t> rows_;
  std::vector<int64_t> first_;
};

// What the backward pass needs of the forward pass, all [N, .].
struct Trace {
  at::Tensor hidden;
  at::Tensor cell;
  at::Tensor gates;
  at::Tensor tanh_cell;
  // The state that each step started from, after resets.
  at::Tensor hidden_before;
  at::Tensor cell_before;
};

template <typename Real>
Trace Forward(const StepRows& steps, const at::Tensor& projected,
              const at::Tensor& recurrent, const at::Tensor& hidden0,
              const at::Tensor& cell0, const at::Tensor& keep) {
  const int64_t units = recurrent.size(1);
  const auto options = projected.options();
  Trace trace;
  trace.hidden = at::empty({steps.all(), units}, options);
  trace.cell = at::empty_like(trace.hidden);
  trace.gates = projected.clone();
  trace.tanh_cell = at::empty_like(trace.hidden);
  trace.hidden_before = at::empty_like(trace.hidden);
  trace.cell_before = at::empty_like(trace.hidden);
  const std::vector<at::Tensor> gates = steps.Split(trace.gates);
  const std::vector<at::Tensor> hidden_before =
      steps.Split(trace.hidden_before);
  const at::Tensor weights = recurrent.t();
  const Real* h = hidden0.const_data_ptr<Real>();
  const Real* c = cell0.const_data_ptr<Real>();
  for (int64_t t = 0; t < steps.count(); ++t) {
    const int64_t rows = steps.rows(t);
    const int64_t first = steps.first(t) * units;
    const Real* kept = keep.defined()
                           ? keep.const_data_ptr<Real>() + steps.first(t)
                           : nullptr;
    Real* before = trace.cell_before.data_ptr<Real>() + first;
    CopyKept(rows, units, c, kept, before);
    CopyKept(rows, units, h, kept,
             trace.hidden_before.data_ptr<Real>() + first);
    gates[t].addmm_(hidden_before[t], weights);
    Real* cell = trace.cell.data_ptr<Real>() + first;
    Real* hidden = trace.hidden.data_ptr<Real>() + first;
    LstmStep(rows, units, gates[t].data_ptr<Real>(), before, cell,
             trace.tanh_cell.data_ptr<Real>() + first, hidden);
    h = hidden;
    c = cell;
  }
  return trace;
}

// Gradients of projected, recurrent, hidden0, cell0 out of those of hidden,
// cell and tanh of the cell, of which some may be undefined.
template <typename Real>
variable_list Backward(const StepRows& steps, const variable_list& saved,
                       const variable_list& gradients) {
  const at::Tensor& recurrent = saved[0];
  const at::Tensor& keep = saved[1];
  const at::Tensor& gates = saved[2];
  const at::Tensor& tanh_cell = saved[3];
  const at::Tensor& hidden_before = saved[4];
  const at::Tensor& cell_before = saved[5];
  const int64_t units = recurrent.size(1);
  at::Tensor d_gates = at::empty_like(gates);
  at::Tensor dh = at::zeros({steps.rows(0), units}, gates.options());
  at::Tensor dc = at::zeros({steps.rows(0), units}, gates.options());
  Real* dh_data = dh.data_ptr<Real>();
  Real* dc_data = dc.data_ptr<Real>();
  const std::vector<at::Tensor> d_gate = steps.Split(d_gates);
  const auto add = [&](const at::Tensor& gradient, int64_t t, Real* sum) {
    if (!gradient.defined()) return;
    const Real* from = gradient.const_data_ptr<Real>() + steps.first(t) * units;
    for (int64_t i = 0; i < steps.rows(t) * units; ++i) sum[i] += from[i];
  };
  for (int64_t t = steps.count() - 1; t >= 0; --t) {
    const int64_t rows = steps.rows(t);
    const int64_t first = steps.first(t) * units;
    add(gradients[0], t, dh_data);
    add(gradients[1], t, dc_data);
    if (gradients[2].defined()) {
      const Real* from = gradients[2].const_data_ptr<Real>() + first;
      const Real* tanh_c = tanh_cell.const_data_ptr<Real>() + first;
      for (int64_t i = 0; i < rows * units; ++i) {
        dc_data[i] += from[i] * (1 - tanh_c[i] * tanh_c[i]);
      }
    }
    LstmStepBackward(rows, units, gates.const_data_ptr<Real>() + 4 * first,
                     cell_before.const_data_ptr<Real>() + first,
                     tanh_cell.const_data_ptr<Real>() + first, dh_data,
                     dc_data, d_gate[t].data_ptr<Real>());
    at::Tensor before = rows == dh.size(0) ? dh : dh.narrow(0, 0, rows);
    at::mm_out(before, d_gate[t], recurrent);
    if (keep.defined()) {
      const Real* kept = keep.const_data_ptr<Real>() + steps.first(t);
      CopyKept(rows, units, dh_data, kept, dh_data);
      CopyKept(rows, units, dc_data, kept, dc_data);
    }
  }
  return {d_gates, d_gates.t().mm(hidden_before), dh, dc};
}

// projected [N, 4H] -> hidden, cell, tanh of cell [N, H].
struct SequenceFunction : torch::autograd::Function<SequenceFunction> {
  static variable_list forward(AutogradContext* context,
                               const at::Tensor& projected,
                               const at::Tensor& recurrent,
                               const at::Tensor& hidden,
                               const at::Tensor& cell, const Keep& resets,
                               const std::vector<int64_t>& rows) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor& keep = resets.mask;
    const StepRows steps(rows);
    const Trace trace =
        projected.scalar_type() == at::kDouble
            ? Forward<double>(steps, projected, recurrent, hidden, cell, keep)
            : Forward<float>(steps, projected, recurrent, hidden, cell, keep);
    context->save_for_backward({recurrent, keep, trace.gates, trace.tanh_cell,
                                trace.hidden_before, trace.cell_before});
    context->saved_data["rows"] = rows;
    context->set_materialize_grads(false);
    return {trace.hidden, trace.cell, trace.tanh_cell};
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const StepRows steps(context->saved_data["rows"].toIntVector());
    for (at::Tensor& gradient : gradients) {
      if (gradient.defined()) gradient = gradient.contiguous();
    }
    variable_list result =
        saved[2].scalar_type() == at::kDouble
            ? Backward<double>(steps, saved, gradients)
            : Backward<float>(steps, saved, gradients);
    result.emplace_back();  // keep
    result.emplace_back();  // rows
    return result;
  }
};

}  // namespace

LstmOutput LstmSequence(const at::Tensor& projected,
                        const at::Tensor& recurrent, const at::Tensor& hidden,
                        const at::Tensor& cell, const at::Tensor& keep) {
  if (!UsesKernels(projected)) {
    return LstmSequenceReference(projected, recurrent, hidden, cell, keep);
  }
  const int64_t steps = projected.size(0);
  const int64_t rows = projected.size(1);
  const variable_list output = SequenceFunction::apply(
      projected.contiguous().flatten(0, 1), recurrent, hidden.contiguous(),
      cell.contiguous(), Keep{keep.defined() ? keep.contiguous() : keep},
      std::vector<int64_t>(steps, rows));
  return {output[0].view({steps, rows, -1}), output[1].view({steps, rows, -1}),
          output[2].view({steps, rows, -1})};
}

at::Tensor LstmOfFewerRows(const at::Tensor& projected,
                           const at::Tensor& recurrent,
                           const at::Tensor& hidden, const at::Tensor& cell,
                           const std::vector<int64_t>& rows) {
  return SequenceFunction::apply(projected.contiguous(), recurrent,
                                 hidden.contiguous(), cell.contiguous(),
                                 Keep{}, rows)[0];
}

LstmOutput LstmSequenceReference(const at::Tensor& projected,
                                 const at::Tensor& recurrent,
                                 const at::Tensor& hidden,
                                 const at::Tensor& cell,
                                 const at::Tensor& keep) {
  std::vector<at::Tensor> hiddens;
  std::vector<at::Tensor> cells;
  at::Tensor h = hidden;
  at::Tensor c = cell;
  for (int64_t t = 0; t < projected.size(0); ++t) {
    if (keep.defined()) {
      h = h * keep[t].unsqueeze(-1);
      c = c * keep[t].unsqueeze(-1);
    }
    const at::Tensor sum = projected[t] + h.matmul(recurrent.t());
    const std::vector<at::Tensor> gates = sum.chunk(4, -1);
    c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
    h = gates[3].sigmoid() * c.tanh();
    hiddens.push_back(h);
    cells.push_back(c);
  }
  const at::Tensor all = at::stack(cells);
  return {at::stack(hiddens), all, all.tanh()};
}

Lstm::Lstm(Parameters& parameters, const LstmSpec& spec, double forget_bias)
    : size_(spec.size),
      input_(parameters.Add(spec.name + ".input", {4 * size_, spec.inputs},
                            Init::FanIn(size_))),
      recurrent_(parameters.Add(spec.name + ".recurrent", {4 * size_, size_},
                                Init::FanIn(size_))),
      bias_(parameters.Add(
          spec.name + ".bias", {4 * size_},
          Init::FanIn(size_).Shifted(forget_bias, size_, 2 * size_))) {}

LstmOutput Lstm::operator()(const at::Tensor& inputs, const at::Tensor& hidden,
                            const at::Tensor& cell,
                            const at::Tensor& keep) const {
  return LstmSequence(LinearProduct(inputs, input_->value, bias_->value),
                      recurrent_->value, hidden, cell, keep);
}

at::Tensor Lstm::OfFewerRows(const at::Tensor& inputs,
                             const at::Tensor& hidden, const at::Tensor& cell,
                             const std::vector<int64_t>& rows) const {
  return LstmOfFewerRows(LinearProduct(inputs, input_->value, bias_->value),
                         recurrent_->value, hidden, cell, rows);
}

}  // namespace credo
