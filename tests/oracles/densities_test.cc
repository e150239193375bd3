#include "tests/oracles/densities.h"

#include <gtest/gtest.h>

#include <cmath>

namespace credo::oracle {
namespace {

constexpr double kEightDecimals = 5.1e-9;

TEST(Densities, GaussianKl) {
  EXPECT_NEAR(GaussianKl(.5, .8, -.2, 1.3), .31982734, kEightDecimals);
  EXPECT_NEAR(GaussianKl(-.2, 1.3, .5, .8), .71761718, kEightDecimals);
  EXPECT_NEAR(GaussianKl(1, .5, 0, 1), .81814718, kEightDecimals);
  EXPECT_EQ(GaussianKl(.3, .7, .3, .7), 0);
}

TEST(Densities, GaussianKlOfTwoSteps) {
  const double first = GaussianKl(.5, .8, 0, 1);
  const double second = GaussianKl(-.1, .6, .2, .9);
  EXPECT_NEAR(first, .16814355, kEightDecimals);
  EXPECT_NEAR(second, .18324289, kEightDecimals);
  EXPECT_NEAR(first + second, .35138644, kEightDecimals);
}

// The integral of q ln(q / p), by the midpoint rule.
TEST(Densities, GaussianKlIsTheIntegral) {
  const double width = 1e-3;
  double sum = 0;
  for (double x = -12 + width / 2; x < 12; x += width) {
    const double q = GaussianNegativeLogLikelihood(x, .5, .8);
    const double p = GaussianNegativeLogLikelihood(x, -.2, 1.3);
    sum += std::exp(-q) * (p - q) * width;
  }
  EXPECT_NEAR(sum, GaussianKl(.5, .8, -.2, 1.3), 1e-10);
}

TEST(Densities, GaussianNegativeLogLikelihood) {
  EXPECT_NEAR(GaussianNegativeLogLikelihood(.3, .1, .7), .60307992,
              kEightDecimals);
  EXPECT_NEAR(GaussianNegativeLogLikelihood(.1, .1, .7), .56226359,
              kEightDecimals);
}

TEST(Densities, CrossEntropy) {
  EXPECT_NEAR(CrossEntropy({2, .5, -1}, 0), .241311, 5.1e-7);
  EXPECT_NEAR(CrossEntropy({0, 0, 0, 0}, 3), std::log(4.0), 1e-15);
  EXPECT_NEAR(CrossEntropy({1000, 0}, 1), 1000, 1e-12);
}

TEST(Densities, Softplus) {
  EXPECT_NEAR(Softplus(.3), .85435524, kEightDecimals);
  EXPECT_NEAR(Softplus(1), 1.313262, 5.1e-7);
  EXPECT_EQ(Softplus(800), 800);
  EXPECT_EQ(Softplus(-800), 0);
}

}  // namespace
}  // namespace credo::oracle
