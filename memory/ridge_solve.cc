#include "memory/ridge_solve.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <tuple>

#include "memory/ridge_kernels.h"
#include "sdk/tensor/device.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename Real>
at::Tensor Factors(const at::Tensor& matrices, double ridge) {
  const int64_t batch = matrices.size(0);
  const int64_t rows = matrices.size(1);
  const int64_t width = matrices.size(2);
  const at::Tensor turned = matrices.transpose(1, 2).contiguous();
  at::Tensor factors = at::empty({batch, rows, rows}, matrices.options());
  for (int64_t b = 0; b < batch; ++b) {
    RidgeFactor(rows, width,
                turned.const_data_ptr<Real>() + b * rows * width,
                static_cast<Real>(ridge),
                factors.data_ptr<Real>() + b * rows * rows);
  }
  return factors;
}

template <typename Real>
at::Tensor Solved(const at::Tensor& factors, const at::Tensor& right) {
  const int64_t queries = right.size(1);
  const int64_t rows = right.size(2);
  at::Tensor solved = right.clone(at::MemoryFormat::Contiguous);
  for (int64_t b = 0; b < right.size(0); ++b) {
    RidgeSolveRows(queries, rows,
                   factors.const_data_ptr<Real>() + b * rows * rows,
                   solved.data_ptr<Real>() + b * queries * rows);
  }
  return solved;
}

at::Tensor Solve(const at::Tensor& factors, const at::Tensor& right) {
  return right.scalar_type() == at::kDouble ? Solved<double>(factors, right)
                                            : Solved<float>(factors, right);
}

// With A = R R' + ridge I, W = B A^-1 and G the gradient of W:
//   Y = G A^-1,  dB = Y,  dA = -Y'W,  dR = (dA + dA') R.
struct SolveFunction : torch::autograd::Function<SolveFunction> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& matrices,
                            const at::Tensor& right, double ridge) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor factors = matrices.scalar_type() == at::kDouble
                                   ? Factors<double>(matrices, ridge)
                                   : Factors<float>(matrices, ridge);
    const at::Tensor solved = Solve(factors, right);
    context->save_for_backward({matrices, factors, solved});
    return solved;
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor d_right = Solve(saved[1], gradients[0]);
    const at::Tensor turned = d_right.transpose(1, 2).bmm(saved[2]);  // -dA
    return {-(turned + turned.transpose(1, 2)).bmm(saved[0]), d_right,
            at::Tensor()};
  }
};

}  // namespace

at::Tensor RidgeSolve(const at::Tensor& matrices, const at::Tensor& right,
                      double ridge) {
  if (!UsesKernels(matrices)) {
    return RidgeSolveReference(matrices, right, ridge);
  }
  return SolveFunction::apply(matrices.contiguous(), right, ridge);
}

at::Tensor RidgeSolveReference(const at::Tensor& matrices,
                               const at::Tensor& right, double ridge) {
  const at::Tensor square =
      matrices.bmm(matrices.transpose(1, 2)) +
      ridge * at::eye(matrices.size(1), matrices.options());
  const at::Tensor factors = std::get<0>(at::linalg_cholesky_ex(square));
  const at::Tensor half = at::linalg_solve_triangular(
      factors, right.transpose(1, 2), /*upper=*/false);
  return at::linalg_solve_triangular(factors.transpose(1, 2), half,
                                     /*upper=*/true)
      .transpose(1, 2);
}

}  // namespace credo
