// Least squares with a ridge for many right-hand sides, as one autograd
// function.
#ifndef CREDO_MEMORY_RIDGE_SOLVE_H_
#define CREDO_MEMORY_RIDGE_SOLVE_H_

#include <ATen/core/Tensor.h>

namespace credo {

// matrices R [B, K, C], right [B, Q, K] -> right (R R' + ridge I)^-1
// [B, Q, K]. On the CPU each matrix is factored once, by hand, and the backward
// pass solves with the same factor; elsewhere this is RidgeSolveReference.
at::Tensor RidgeSolve(const at::Tensor& matrices, const at::Tensor& right,
                      double ridge);

// The same with plain autograd.
at::Tensor RidgeSolveReference(const at::Tensor& matrices,
                               const at::Tensor& right, double ridge);

}  // namespace credo

#endif  // CREDO_MEMORY_RIDGE_SOLVE_H_
