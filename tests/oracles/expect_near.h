// Comparing vectors and matrices entry by entry.
#ifndef CREDO_TESTS_ORACLES_EXPECT_NEAR_H_
#define CREDO_TESTS_ORACLES_EXPECT_NEAR_H_

#include <gtest/gtest.h>

#include <cstddef>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// For numbers that are printed with six decimals: half a unit of the last one,
// and a little.
constexpr double kSixDecimals = 5.1e-7;

inline void ExpectNear(const Vector& found, const Vector& expected,
                       double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], tolerance) << "entry " << i;
  }
}

inline void ExpectNear(const Matrix& found, const Matrix& expected,
                       double tolerance) {
  ASSERT_EQ(found.rows, expected.rows);
  ASSERT_EQ(found.cols, expected.cols);
  for (size_t i = 0; i < found.rows; ++i) {
    for (size_t j = 0; j < found.cols; ++j) {
      EXPECT_NEAR(found(i, j), expected(i, j), tolerance)
          << "entry " << i << ", " << j;
    }
  }
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_EXPECT_NEAR_H_
