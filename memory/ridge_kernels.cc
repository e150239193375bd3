#include "memory/ridge_kernels.h"

#include <algorithm>
#include <cmath>

#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

// The column where the vector begins that holds column i.
inline int64_t Begin(int64_t i) { return i / kLanes * kLanes; }

// By rows, so that each inner loop runs along one, and in whole vectors: the
// numbers that lie left of the diagonal come out as anything.
template <typename Real>
[[gnu::always_inline]] inline void Factor(int64_t rows, int64_t width,
                                          const Real* matrix, Real ridge,
                                          Real* factor) {
  for (int64_t i = 0; i < rows; ++i) {
    Real* row = factor + i * rows;
    for (int64_t j = 0; j < i; ++j) row[j] = 0;
    for (int64_t j = i; j < rows; ++j) {
      row[j] = Dot(width, matrix + i * width, matrix + j * width);
    }
    row[i] += ridge;
  }
  for (int64_t k = 0; k < rows; ++k) {
    Real* top = factor + k * rows;
    // No pivot of A is below its least eigenvalue, which is at least the ridge:
    // only round-off makes it so.
    const Real scale = 1 / std::sqrt(std::max(top[k], ridge));
    for (int64_t j = k; j < rows; ++j) top[j] *= scale;
    for (int64_t i = k + 1; i < rows; ++i) {
      const int64_t begin = Begin(i);
      AddScaled(rows - begin, -top[i], top + begin,
                factor + i * rows + begin);
    }
    top[k] = scale;
  }
}

template <typename Real>
[[gnu::always_inline]] inline void Solve(int64_t rows, const Real* factor,
                                         Real* x) {
  for (int64_t k = 0; k < rows; ++k) {
    const Real* top = factor + k * rows;
    x[k] *= top[k];
    AddScaled(rows - k - 1, -x[k], top + k + 1, x + k + 1);
  }
  for (int64_t k = rows - 1; k >= 0; --k) {
    const Real* top = factor + k * rows;
    x[k] = top[k] * (x[k] - Dot(rows - k - 1, top + k + 1, x + k + 1));
  }
}

}  // namespace

CREDO_CLONES void RidgeFactor(int64_t rows, int64_t width, const float* matrix,
                              float ridge, float* factor) {
  Factor(rows, width, matrix, ridge, factor);
}

void RidgeFactor(int64_t rows, int64_t width, const double* matrix,
                 double ridge, double* factor) {
  Factor(rows, width, matrix, ridge, factor);
}

CREDO_CLONES void RidgeSolveRows(int64_t count, int64_t rows,
                                 const float* factor, float* x) {
  for (int64_t n = 0; n < count; ++n) Solve(rows, factor, x + n * rows);
}

void RidgeSolveRows(int64_t count, int64_t rows, const double* factor,
                    double* x) {
  for (int64_t n = 0; n < count; ++n) Solve(rows, factor, x + n * rows);
}

}  // namespace credo
