// Resets of a recurrent state by a mask: what sequence functions share.
#ifndef CREDO_SDK_TENSOR_KEPT_ROWS_H_
#define CREDO_SDK_TENSOR_KEPT_ROWS_H_

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace credo {

// A mask [T, B] that may be undefined (nothing is reset), as an argument of an
// autograd function, whose tensor arguments must be defined.
struct Keep {
  at::Tensor mask;
};

// Copies `from` [rows, units] to `to`, which may be the same, with zero rows
// where `keep` [rows] is 0. `keep` null: all are kept.
template <typename Real>
void CopyKept(int64_t rows, int64_t units, const Real* from, const Real* keep,
              Real* to) {
  for (int64_t r = 0; r < rows; ++r) {
    if (keep != nullptr && keep[r] == 0) {
      std::fill_n(to + units * r, units, Real{0});
    } else if (from != to) {
      std::memcpy(to + units * r, from + units * r, units * sizeof(Real));
    }
  }
}

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_KEPT_ROWS_H_
