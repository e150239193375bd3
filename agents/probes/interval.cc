#include "agents/probes/interval.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "sdk/base/random.h"

namespace credo {
namespace {

constexpr int kResamples = 2000;
constexpr double kTail = 0.025;

}  // namespace

Interval BootstrapRatio(std::span<const double> sums,
                        std::span<const double> counts, uint64_t seed) {
  if (sums.size() != counts.size()) {
    throw std::invalid_argument(
        "BootstrapRatio: expected as many counts as sums");
  }
  const double count = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (count == 0) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  const double mean = std::accumulate(sums.begin(), sums.end(), 0.0) / count;
  const RandomStream stream(seed, "bootstrap");
  const uint32_t units = static_cast<uint32_t>(sums.size());
  std::vector<double> ratios;
  for (int i = 0; i < kResamples; ++i) {
    Draws draws = stream.At(0, static_cast<uint64_t>(i));
    double sum = 0;
    double drawn = 0;
    for (uint32_t n = 0; n < units; ++n) {
      const uint32_t unit = draws.Below(units);
      sum += sums[unit];
      drawn += counts[unit];
    }
    // A resample of units without a count says nothing.
    if (drawn != 0) ratios.push_back(sum / drawn);
  }
  std::sort(ratios.begin(), ratios.end());
  const auto quantile = [&ratios](double share) {
    return ratios[static_cast<size_t>(
        share * static_cast<double>(ratios.size() - 1) + 0.5)];
  };
  if (ratios.empty()) return {mean, mean, mean};
  return {mean, quantile(kTail), quantile(1 - kTail)};
}

Interval BootstrapMean(std::span<const double> values, uint64_t seed) {
  const std::vector<double> ones(values.size(), 1.0);
  return BootstrapRatio(values, ones, seed);
}

}  // namespace credo
