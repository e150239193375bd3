// The addressed memory: a write overwrites by where it points, never by age.
//
// A plan of this project; like the interpolating write of the neural Turing
// machine (Graves et al., 2014) with an erase vector of ones.
#ifndef CREDO_TESTS_ORACLES_ADDRESSED_H_
#define CREDO_TESTS_ORACLES_ADDRESSED_H_

#include <cstddef>

#include "tests/oracles/matrix.h"
#include "tests/oracles/softmax.h"  // IWYU pragma: export (SoftmaxAddress)

namespace credo::oracle {

// M[n] <- M[n] + w[n] (v - M[n]), for an address w [N] of weights in [0, 1]:
// convex, so the memory stays within what was written.
inline void AddressedStep(Matrix& M, const Vector& w, const Vector& v) {
  for (size_t n = 0; n < M.rows; ++n) {
    for (size_t j = 0; j < M.cols; ++j) {
      M(n, j) += w.at(n) * (v.at(j) - M(n, j));
    }
  }
}

// sum_n w[n] M[n].
inline Vector AddressedRead(const Matrix& M, const Vector& w) {
  return Product(w, M);
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_ADDRESSED_H_
