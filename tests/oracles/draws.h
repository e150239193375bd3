// Numbers without a pattern, the same ones on every machine.
#ifndef CREDO_TESTS_ORACLES_DRAWS_H_
#define CREDO_TESTS_ORACLES_DRAWS_H_

#include <cstddef>
#include <cstdint>
#include <random>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// Uniform in [-1, 1].
class Draws {
 public:
  explicit Draws(uint32_t seed) : bits_(seed) {}

  // Not a distribution of the standard library: those differ between libraries.
  double Next() { return static_cast<double>(bits_()) / 2147483647.5 - 1; }

  Vector Next(size_t count) {
    Vector numbers(count);
    for (double& number : numbers) number = Next();
    return numbers;
  }

  Matrix Next(size_t rows, size_t cols) {
    return Matrix(rows, cols, Next(rows * cols));
  }

 private:
  std::mt19937 bits_;
};

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_DRAWS_H_
