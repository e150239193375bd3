#include "sdk/base/fast_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace credo {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The numbers from low to high in steps of about `step`.
template <typename Check>
void Sweep(float low, float high, float step, Check check) {
  for (double x = low; x <= high; x += step) check(static_cast<float>(x));
}

TEST(FastExp, HasARelativeErrorBelow2e7) {
  double worst = 0;
  Sweep(-87, 88, 1e-4f, [&](float x) {
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::fabs(FastExp(x) / exact - 1));
  });
  EXPECT_LT(worst, 2e-7);
  EXPECT_GT(worst, 0);
}

TEST(FastExp, OfZeroIsOne) { EXPECT_EQ(FastExp(0), 1.0f); }

TEST(FastExp, StopsAtItsBounds) {
  EXPECT_EQ(FastExp(-1000), FastExp(-87));
  EXPECT_EQ(FastExp(-kInfinity), FastExp(-87));
  EXPECT_EQ(FastExp(1000), FastExp(88));
  EXPECT_EQ(FastExp(kInfinity), FastExp(88));
  EXPECT_TRUE(std::isfinite(FastExp(kInfinity)));
}

TEST(FastSigmoid, HasAnAbsoluteErrorBelow2e7) {
  double worst = 0;
  Sweep(-100, 100, 1e-4f, [&](float x) {
    const double exact = 1 / (1 + std::exp(-static_cast<double>(x)));
    worst = std::max(worst, std::fabs(FastSigmoid(x) - exact));
  });
  EXPECT_LT(worst, 2e-7);
}

TEST(FastSigmoid, StaysBetweenZeroAndOne) {
  EXPECT_GE(FastSigmoid(-kInfinity), 0.0f);
  EXPECT_LT(FastSigmoid(-kInfinity), 1e-30f);
  EXPECT_EQ(FastSigmoid(kInfinity), 1.0f);
  EXPECT_EQ(FastSigmoid(0), 0.5f);
}

TEST(FastTanh, HasAnAbsoluteErrorBelow3e7) {
  double worst = 0;
  Sweep(-50, 50, 1e-4f, [&](float x) {
    worst = std::max(
        worst, std::fabs(FastTanh(x) - std::tanh(static_cast<double>(x))));
  });
  EXPECT_LT(worst, 3e-7);
}

TEST(FastTanh, StaysBetweenItsLimits) {
  Sweep(-50, 50, 1e-3f, [](float x) {
    EXPECT_GE(FastTanh(x), -1.0f);
    EXPECT_LE(FastTanh(x), 1.0f);
  });
  EXPECT_EQ(FastTanh(-kInfinity), -1.0f);
  EXPECT_EQ(FastTanh(kInfinity), 1.0f);
  EXPECT_EQ(FastTanh(0), 0.0f);
}

TEST(FastMath, KeepsNan) {
  EXPECT_TRUE(std::isnan(FastExp(kNan)));
  EXPECT_TRUE(std::isnan(FastSigmoid(kNan)));
  EXPECT_TRUE(std::isnan(FastTanh(kNan)));
}

}  // namespace
}  // namespace credo
