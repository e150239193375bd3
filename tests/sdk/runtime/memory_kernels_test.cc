// The kernels that memories are made of.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "tests/oracles/kanerva.h"
#include "tests/sdk/runtime/tested_kernels.h"

namespace credo::runtime {
namespace {

class MemoryKernelsTest : public testing::TestWithParam<const Kernels*> {};

TEST_P(MemoryKernelsTest, WritesAndReadsSlots) {
  constexpr int64_t kSlots = 5;
  constexpr int64_t kWidth = 11;
  std::vector<float> weights = RandomFloats("logits", kSlots);
  const std::vector<float> logits = weights;
  GetParam()->softmax(kSlots, 2.5f, weights.data());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(2.5 * logit);
  for (int64_t n = 0; n < kSlots; ++n) {
    EXPECT_NEAR(weights[n], std::exp(2.5 * logits[n]) / sum, 1e-6);
  }
  const std::vector<float> value = RandomFloats("value", kWidth);
  const std::vector<float> before = RandomFloats("slots", kSlots * kWidth);
  std::vector<float> contents = before;
  GetParam()->write(kSlots, kWidth, weights.data(), value.data(),
                    contents.data());
  std::vector<float> read(kWidth);
  GetParam()->read(kSlots, kWidth, weights.data(), contents.data(),
                   read.data());
  for (int64_t i = 0; i < kWidth; ++i) {
    double expected = 0;
    for (int64_t n = 0; n < kSlots; ++n) {
      const double held = before[n * kWidth + i];
      const double after = held + weights[n] * (value[i] - held);
      EXPECT_NEAR(contents[n * kWidth + i], after, 1e-6);
      expected += weights[n] * after;
    }
    EXPECT_NEAR(read[i], expected, 1e-6);
  }
}

// Rows that lie apart, of any number of registers and what is left of them.
TEST_P(MemoryKernelsTest, ScoresAreSumsOfProducts) {
  constexpr int64_t kRows = 3;
  for (const int64_t width : {1, 3, 4, 15, 16, 17, 63, 64, 65, 300}) {
    const int64_t stride = width + 5;
    const std::vector<float> contents =
        RandomFloats("contents", kRows * stride);
    const std::vector<float> vector = RandomFloats("vector", width);
    std::vector<float> scores(kRows);
    std::vector<float> squares(kRows);
    GetParam()->scores(kRows, width, stride, contents.data(), vector.data(),
                       scores.data());
    GetParam()->squares(kRows, width, stride, contents.data(), squares.data());
    for (int64_t n = 0; n < kRows; ++n) {
      double score = 0;
      double square = 0;
      for (int64_t i = 0; i < width; ++i) {
        const double x = contents[n * stride + i];
        score += x * vector[i];
        square += x * x;
      }
      EXPECT_NEAR(scores[n], score, 1e-5 * width);
      EXPECT_NEAR(squares[n], square, 1e-5 * width);
    }
  }
}

TEST_P(MemoryKernelsTest, UpdatesByAProductOfTwoVectors) {
  constexpr int64_t kRows = 6;
  constexpr int64_t kWidth = 19;
  const std::vector<float> before = RandomFloats("contents", kRows * kWidth);
  const std::vector<float> weights = RandomFloats("weights", kRows);
  const std::vector<float> row = RandomFloats("row", kWidth);
  std::vector<float> contents = before;
  GetParam()->update(kRows, kWidth, 0.75f, weights.data(), row.data(),
                     contents.data());
  for (int64_t n = 0; n < kRows; ++n) {
    for (int64_t i = 0; i < kWidth; ++i) {
      const int64_t at = n * kWidth + i;
      EXPECT_NEAR(contents[at],
                  0.75 * before[at] +
                      static_cast<double>(weights[n]) * row[i],
                  1e-6);
    }
  }
}

// What is taken from a symmetric matrix by one vector leaves it symmetric, to
// the last bit and for ever.
TEST_P(MemoryKernelsTest, KeepsASymmetricMatrixSymmetric) {
  constexpr int64_t kSize = 21;
  std::vector<float> matrix(kSize * kSize, 0);
  for (int t = 0; t < 200; ++t) {
    const std::vector<float> vector =
        RandomFloats("vector" + std::to_string(t), kSize);
    std::vector<float> negative;
    for (const float x : vector) negative.push_back(-x);
    GetParam()->update(kSize, kSize, 0.99f, negative.data(), vector.data(),
                       matrix.data());
  }
  for (int64_t i = 0; i < kSize; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      ASSERT_EQ(matrix[i * kSize + j], matrix[j * kSize + i]);
    }
  }
}

TEST_P(MemoryKernelsTest, FitsByLeastSquaresWithARidge) {
  constexpr double kRidge = 0.3;
  for (const int64_t rows : {1, 2, 5, 16, 33, 70}) {
    for (const int64_t width : {1, 9, 40}) {
      const auto n = static_cast<size_t>(rows);
      const auto m = static_cast<size_t>(width);
      const std::vector<float> numbers = RandomFloats("rows", rows * width);
      const std::vector<float> given = RandomFloats("value", width);
      const std::vector<double> contents(numbers.begin(), numbers.end());
      const std::vector<double> value(given.begin(), given.end());
      std::vector<double> factors(n * n, NAN);
      std::vector<double> weights(n, NAN);
      GetParam()->factor(rows, width, contents.data(), kRidge,
                         factors.data());
      GetParam()->fit(rows, width, contents.data(), factors.data(),
                      value.data(), weights.data());
      const oracle::Vector expected = oracle::RidgeAddress(
          oracle::Matrix(n, m, contents), value, kRidge);
      for (size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(weights[i], expected[i], 1e-10) << rows << " " << width;
      }
    }
  }
}

// Rounding may leave less than nothing where in truth there is a little.
TEST_P(MemoryKernelsTest, DiagonalsOfFactorsDoNotVanish) {
  // Twice the same row, so large that the ridge is below its last digit.
  const std::vector<double> contents = {1e9, 3e9, 1e9, 3e9};
  std::vector<double> factors(4);
  GetParam()->factor(2, 2, contents.data(), 0.25, factors.data());
  EXPECT_GE(factors[3], 0.5);
  EXPECT_LT(factors[3], 1e4);
}

INSTANTIATE_TEST_SUITE_P(
    Available, MemoryKernelsTest, testing::ValuesIn(TestedKernels()),
    [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace credo::runtime
