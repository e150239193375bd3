#include "sdk/tensor/lstm_cell.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <vector>

#include "sdk/tensor/device.h"
#include "sdk/tensor/lstm_kernels.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename Real>
variable_list Forward(const at::Tensor& sums, const at::Tensor& before) {
  const int64_t units = before.size(-1);
  const int64_t rows = before.numel() / units;
  at::Tensor gates = sums.clone();
  at::Tensor cell = at::empty_like(before);
  at::Tensor tanh_cell = at::empty_like(before);
  at::Tensor hidden = at::empty_like(before);
  LstmStep(rows, units, gates.data_ptr<Real>(), before.const_data_ptr<Real>(),
           cell.data_ptr<Real>(), tanh_cell.data_ptr<Real>(),
           hidden.data_ptr<Real>());
  return {gates, cell, tanh_cell, hidden};
}

template <typename Real>
variable_list Backward(const variable_list& saved, const at::Tensor& d_hidden,
                       const at::Tensor& d_cell) {
  const at::Tensor& gates = saved[0];
  const at::Tensor& before = saved[1];
  const int64_t units = before.size(-1);
  at::Tensor d_gates = at::empty_like(gates);
  at::Tensor d_before = d_cell.clone();
  LstmStepBackward(before.numel() / units, units, gates.const_data_ptr<Real>(),
                   before.const_data_ptr<Real>(),
                   saved[2].const_data_ptr<Real>(),
                   d_hidden.const_data_ptr<Real>(), d_before.data_ptr<Real>(),
                   d_gates.data_ptr<Real>());
  return {d_gates, d_before};
}

struct CellFunction : torch::autograd::Function<CellFunction> {
  static variable_list forward(AutogradContext* context,
                               const at::Tensor& gates,
                               const at::Tensor& cell) {
    at::AutoDispatchBelowADInplaceOrView below;
    const variable_list made = gates.scalar_type() == at::kDouble
                                   ? Forward<double>(gates, cell)
                                   : Forward<float>(gates, cell);
    context->save_for_backward({made[0], cell, made[2]});
    return {made[3], made[1]};
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor d_hidden = gradients[0].contiguous();
    const at::Tensor d_cell = gradients[1].contiguous();
    return d_hidden.scalar_type() == at::kDouble
               ? Backward<double>(saved, d_hidden, d_cell)
               : Backward<float>(saved, d_hidden, d_cell);
  }
};

}  // namespace

LstmCellOutput LstmCell(const at::Tensor& gates, const at::Tensor& cell) {
  if (!UsesKernels(gates)) return LstmCellReference(gates, cell);
  const variable_list output =
      CellFunction::apply(gates.contiguous(), cell.contiguous());
  return {output[0], output[1]};
}

LstmCellOutput LstmCellReference(const at::Tensor& gates,
                                 const at::Tensor& cell) {
  const std::vector<at::Tensor> each = gates.chunk(4, -1);
  const at::Tensor after =
      each[1].sigmoid() * cell + each[0].sigmoid() * each[2].tanh();
  return {each[3].sigmoid() * after.tanh(), after};
}

}  // namespace credo
