#include "agents/probes/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sdk/base/random.h"

namespace credo {
namespace {

void ExpectEqual(const Interval& found, const Interval& expected) {
  EXPECT_EQ(found.mean, expected.mean);
  EXPECT_EQ(found.low, expected.low);
  EXPECT_EQ(found.high, expected.high);
}

TEST(BootstrapRatioTest, TheMeanIsTheRatioOfTheSums) {
  const std::vector<double> sums = {1, 0, 6};
  const std::vector<double> counts = {2, 2, 8};
  EXPECT_DOUBLE_EQ(BootstrapRatio(sums, counts, 1).mean, 7.0 / 12);
}

TEST(BootstrapRatioTest, UnitsOfOneRatioLeaveNoDoubt) {
  const std::vector<double> sums = {1, 2, 8, 0.5};
  const std::vector<double> counts = {4, 8, 32, 2};
  ExpectEqual(BootstrapRatio(sums, counts, 1), {0.25, 0.25, 0.25});
}

TEST(BootstrapRatioTest, AUnitWithoutACountSaysNothing) {
  const std::vector<double> sums = {1, 0};
  const std::vector<double> counts = {2, 0};
  ExpectEqual(BootstrapRatio(sums, counts, 1), {0.5, 0.5, 0.5});
}

TEST(BootstrapRatioTest, WithoutACountIsNotANumber) {
  for (const std::vector<double>& counts :
       {std::vector<double>{}, std::vector<double>{0, 0}}) {
    const Interval interval = BootstrapRatio(counts, counts, 1);
    EXPECT_TRUE(std::isnan(interval.mean));
    EXPECT_TRUE(std::isnan(interval.low));
    EXPECT_TRUE(std::isnan(interval.high));
  }
}

TEST(BootstrapRatioTest, RefusesAnotherNumberOfCountsThanOfSums) {
  const std::vector<double> sums = {1, 2};
  const std::vector<double> counts = {1};
  EXPECT_THROW(BootstrapRatio(sums, counts, 1), std::invalid_argument);
}

// n times 0 and n times 1.
std::vector<double> HalfAndHalf(int n) {
  std::vector<double> values(2 * n, 0);
  for (int i = 0; i < n; ++i) values[i] = 1;
  return values;
}

TEST(BootstrapMeanTest, IsAFunctionOfValuesAndSeed) {
  const std::vector<double> values = HalfAndHalf(100);
  ExpectEqual(BootstrapMean(values, 3), BootstrapMean(values, 3));
  // Ends are whole numbers of ones: of some seeds they differ.
  bool differs = false;
  for (uint64_t seed = 4; seed < 20; ++seed) {
    differs |= BootstrapMean(values, seed).low != BootstrapMean(values, 3).low;
  }
  EXPECT_TRUE(differs);
}

TEST(BootstrapMeanTest, IsTheRatioOfEqualCounts) {
  const std::vector<double> values = {3, 1, 4, 1, 5};
  ExpectEqual(BootstrapMean(values, 2),
              BootstrapRatio(values, std::vector<double>(5, 1.0), 2));
}

// The mean of 400 draws of 0 or 1 has the deviation 0.5 / 20.
TEST(BootstrapMeanTest, IsAsWideAsTheNormalInterval) {
  const Interval interval = BootstrapMean(HalfAndHalf(200), 1);
  EXPECT_EQ(interval.mean, 0.5);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * 0.025, 0.006);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * 0.025, 0.006);
}

// Forty episodes of a hundred cells, each all right or all wrong, are forty
// measurements and not four thousand.
TEST(BootstrapRatioTest, DrawsWholeUnits) {
  std::vector<double> sums = HalfAndHalf(20);
  for (double& sum : sums) sum *= 100;
  const std::vector<double> counts(40, 100.0);
  const Interval interval = BootstrapRatio(sums, counts, 1);
  const double half = 1.96 * 0.5 / std::sqrt(40.0);
  EXPECT_NEAR(interval.low, 0.5 - half, 0.03);
  EXPECT_NEAR(interval.high, 0.5 + half, 0.03);
}

// How many of 200 intervals hold the true value, for units of 1 to `most` cells
// that are right with a chance of `chance`.
double Coverage(double chance, uint32_t most) {
  constexpr int kRepetitions = 200;
  constexpr int kUnits = 60;
  const RandomStream stream(11, "coverage");
  int held = 0;
  for (int n = 0; n < kRepetitions; ++n) {
    std::vector<double> sums;
    std::vector<double> counts;
    Draws draws = stream.At(0, static_cast<uint64_t>(n));
    for (int unit = 0; unit < kUnits; ++unit) {
      const uint32_t cells = 1 + draws.Below(most);
      double right = 0;
      for (uint32_t i = 0; i < cells; ++i) right += draws.Uniform() < chance;
      sums.push_back(right);
      counts.push_back(cells);
    }
    const Interval interval =
        BootstrapRatio(sums, counts, static_cast<uint64_t>(n));
    held += interval.low <= chance && chance <= interval.high;
  }
  return static_cast<double>(held) / kRepetitions;
}

TEST(BootstrapCoverage, IsNominalForEqualUnits) {
  const double coverage = Coverage(0.3, 1);
  EXPECT_GE(coverage, 0.90);
  EXPECT_LE(coverage, 0.99);
}

TEST(BootstrapCoverage, IsNominalForUnitsOfManySizes) {
  const double coverage = Coverage(0.7, 20);
  EXPECT_GE(coverage, 0.90);
  EXPECT_LE(coverage, 0.99);
}

}  // namespace
}  // namespace credo
