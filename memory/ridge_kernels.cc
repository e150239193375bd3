#include "memory/ridge_kernels.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

// The multiple of `step` at or below i.
inline int64_t Down(int64_t i, int64_t step) { return i / step * step; }

// `count` rows of R R' from row i on, from column Down(i, kLanes) on.
template <int count, typename Real>
[[gnu::always_inline]] inline void Squares(int64_t i, int64_t rows,
                                           int64_t width, const Real* turned,
                                           Real* factor) {
  const int64_t begin = Down(i, kLanes);
  ForRow<Real>(rows - begin, [&]<typename Pack>(int64_t at) CREDO_INLINE {
    typename Pack::Type sums[count] = {};
    for (int64_t c = 0; c < width; ++c) {
      const Real* column = turned + c * rows;
      const auto pack = At<Pack>(column + begin + at);
      for (int n = 0; n < count; ++n) sums[n] += column[i + n] * pack;
    }
    for (int n = 0; n < count; ++n) {
      At<Pack>(factor + (i + n) * rows + begin + at) = sums[n];
    }
  });
}

// By rows, so that each inner loop runs along one, and in whole vectors: from
// the multiple of eight at or left of the diagonal on, with zeros left of it.
template <typename Real>
[[gnu::always_inline]] inline void Factor(int64_t rows, int64_t width,
                                          const Real* turned, Real ridge,
                                          Real* factor) {
  int64_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) {
    Squares<kLanes>(i, rows, width, turned, factor);
  }
  for (; i < rows; ++i) Squares<1>(i, rows, width, turned, factor);
  for (int64_t k = 0; k < rows; ++k) {
    const int64_t first = Down(k, kLanes);
    Real* top = factor + k * rows;
    for (int64_t j = first; j < k; ++j) top[j] = 0;
    // No pivot of A is below its least eigenvalue, which is at least the ridge:
    // only round-off makes it so.
    const Real scale =
        1 / std::sqrt(std::max(top[k] + ridge, ridge));
    ForRow<Real>(rows - first, [&]<typename Pack>(int64_t j) CREDO_INLINE {
      At<Pack>(top + first + j) *= scale;
    });
    for (int64_t below = k + 1; below < rows; ++below) {
      const int64_t begin = Down(below, kLanes);
      AddScaled(rows - begin, -top[below], top + begin,
                factor + below * rows + begin);
    }
    top[k] = scale;
  }
}

// F'y = x, then F x = y. In whole vectors: what they take along left of the
// diagonal is zeros, and the diagonal itself is set right afterwards.
template <typename Real>
[[gnu::always_inline]] inline void Solve(int64_t rows, const Real* factor,
                                         Real* x) {
  for (int64_t k = 0; k < rows; ++k) {
    const int64_t first = Down(k, kLanes);
    const Real* top = factor + k * rows;
    const Real solved = x[k] * top[k];
    AddScaled(rows - first, -solved, top + first, x + first);
    x[k] = solved;
  }
  for (int64_t k = rows - 1; k >= 0; --k) {
    const int64_t first = Down(k, kLanes);
    const Real* top = factor + k * rows;
    const Real right = std::exchange(x[k], Real{0});
    x[k] = top[k] * (right - Dot(rows - first, top + first, x + first));
  }
}

}  // namespace

CREDO_CLONES void RidgeFactor(int64_t rows, int64_t width, const float* turned,
                              float ridge, float* factor) {
  Factor(rows, width, turned, ridge, factor);
}

void RidgeFactor(int64_t rows, int64_t width, const double* turned,
                 double ridge, double* factor) {
  Factor(rows, width, turned, ridge, factor);
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
