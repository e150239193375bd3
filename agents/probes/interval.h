// A mean with its bootstrap interval.
#ifndef CREDO_AGENTS_PROBES_INTERVAL_H_
#define CREDO_AGENTS_PROBES_INTERVAL_H_

#include <cstdint>
#include <span>

namespace credo {

struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
};

// The ratio sum(sums) / sum(counts) with its 95 % percentile interval, drawing
// whole units (episodes) with replacement: what is measured within an episode
// is far from independent. `sums` and `counts` are of equal size, one pair per
// unit. All NaN when the counts add up to 0. 2,000 resamples out of (seed,
// "bootstrap"): a function of its arguments. Source: Efron and Tibshirani 1993,
// chapter 13.
Interval BootstrapRatio(std::span<const double> sums,
                        std::span<const double> counts, uint64_t seed);

// The mean of `values` in the same way.
Interval BootstrapMean(std::span<const double> values, uint64_t seed);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_INTERVAL_H_
