// The gated delta memory: an association that is corrected, not added to.
//
// Yang et al., "Gated Delta Networks", 2024; the rule is that of Widrow and
// Hoff. The memory M [K, C] maps a key k [K] of length 1 to a value v [C]. Its
// write is a Kanerva write with the gain b k.
#ifndef CREDO_TESTS_ORACLES_DELTA_H_
#define CREDO_TESTS_ORACLES_DELTA_H_

#include <cstddef>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// x / |x|. The zero vector has no direction and stays as it is.
inline Vector Normalised(Vector x) {
  const double length = Length(x);
  if (length == 0) return x;
  for (double& value : x) value /= length;
  return x;
}

// M <- a (M - b k (k' M)) + b k v', with k of length 1: this function divides
// the key by its length. The gate a keeps, the gate b writes; both are in
// [0, 1].
inline void DeltaStep(Matrix& M, const Vector& key, const Vector& v, double a,
                      double b) {
  const Vector k = Normalised(key);
  const Vector old = Product(k, M);  // k' M: what the key reads so far
  for (size_t i = 0; i < M.rows; ++i) {
    for (size_t j = 0; j < M.cols; ++j) {
      M(i, j) = a * (M(i, j) - b * k[i] * old[j]) + b * k[i] * v.at(j);
    }
  }
}

// q' M, with q of length 1: this function divides the query by its length.
inline Vector DeltaRead(const Matrix& M, const Vector& query) {
  return Product(Normalised(query), M);
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_DELTA_H_
