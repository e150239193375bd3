#include "memory/ridge_kernels.h"

#include <algorithm>
#include <cmath>

#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

// The multiple of `step` at or below i.
inline int64_t Down(int64_t i, int64_t step) { return i / step * step; }

// a.b for `count` rows b [width] one after another.
template <int count, typename Real>
[[gnu::always_inline]] inline void Dots(int64_t width, const Real* a,
                                        const Real* b, Real* dots) {
  Sum<Real> sums[count];
  ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
    for (int n = 0; n < count; ++n) {
      sums[n].Add(At<Pack>(a + c) * At<Pack>(b + n * width + c));
    }
  });
  for (int n = 0; n < count; ++n) dots[n] = sums[n].Total();
}

// By rows, so that each inner loop runs along one, and in whole vectors: the
// numbers that lie left of the diagonal come out as anything.
template <typename Real>
[[gnu::always_inline]] inline void Factor(int64_t rows, int64_t width,
                                          const Real* matrix, Real ridge,
                                          Real* factor) {
  for (int64_t i = 0; i < rows; ++i) {
    const Real* a = matrix + i * width;
    Real* row = factor + i * rows;
    int64_t j = Down(i, kLanes);
    for (; j + 4 <= rows; j += 4) {
      Dots<4>(width, a, matrix + j * width, row + j);
    }
    for (; j < rows; ++j) Dots<1>(width, a, matrix + j * width, row + j);
    row[i] += ridge;
  }
  for (int64_t k = 0; k < rows; ++k) {
    Real* top = factor + k * rows;
    // No pivot of A is below its least eigenvalue, which is at least the ridge:
    // only round-off makes it so.
    const Real scale = 1 / std::sqrt(std::max(top[k], ridge));
    for (int64_t j = k; j < rows; ++j) top[j] *= scale;
    for (int64_t i = k + 1; i < rows; ++i) {
      const int64_t begin = Down(i, kLanes);
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
