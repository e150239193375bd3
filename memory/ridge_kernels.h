// Least squares with a ridge, hand-written for matrices of a few dozen rows.
#ifndef CREDO_MEMORY_RIDGE_KERNELS_H_
#define CREDO_MEMORY_RIDGE_KERNELS_H_

#include <cstdint>

namespace credo {

// The Cholesky factor of A = R R' + ridge I for R [K, C], of which `turned` is
// the transpose [C, K]: the upper triangle F of A = F'F into that of `factor`
// [K, K], with one over each number on its diagonal. What stands below the
// diagonal is for RidgeSolveRows alone.
void RidgeFactor(int64_t rows, int64_t width, const float* turned, float ridge,
                 float* factor);
void RidgeFactor(int64_t rows, int64_t width, const double* turned,
                 double ridge, double* factor);

// x <- A^-1 x for each of `count` rows x [K].
void RidgeSolveRows(int64_t count, int64_t rows, const float* factor,
                    float* x);
void RidgeSolveRows(int64_t count, int64_t rows, const double* factor,
                    double* x);

}  // namespace credo

#endif  // CREDO_MEMORY_RIDGE_KERNELS_H_
