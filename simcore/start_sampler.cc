#include "simcore/start_sampler.h"

#include <algorithm>
#include <numeric>

namespace credo {
namespace {

// The starts of one column and how likely each is.
struct Column {
  std::vector<StartPlan::Start> starts;
  std::vector<int64_t> chances;  // whole numbers, in proportion
};

Column Candidates(const StartOptions& options,
                  const std::vector<int64_t>& valid, int64_t records,
                  int64_t columns, int64_t b) {
  Column column;
  int64_t longest = 0;
  for (int64_t t = 0; t < records; ++t) {
    longest = std::max(longest, std::min(valid[t * columns + b],
                                         options.overshoot));
  }
  if (longest == 0) return column;
  for (int64_t t = 0; t < records; ++t) {
    const int64_t horizon =
        std::min(valid[t * columns + b], options.overshoot);
    if (horizon == 0) continue;
    if (options.scheme == StartScheme::kFullHorizon) {
      if (horizon < longest) continue;
      column.chances.push_back(1);
    } else {
      // All offsets of a start are decoded at once when frames is 0, so starts
      // are then equally likely and long ones weigh more.
      column.chances.push_back(options.frames == 0 ? 1 : horizon);
    }
    column.starts.push_back({t, b, horizon});
  }
  return column;
}

size_t Pick(const std::vector<int64_t>& chances, Draws& draws) {
  const int64_t total =
      std::accumulate(chances.begin(), chances.end(), int64_t{0});
  int64_t left = draws.Below(static_cast<uint32_t>(total));
  size_t i = 0;
  while (left >= chances[i]) left -= chances[i++];
  return i;
}

// Valid pairs of a start, on average: what makes the weights of kPairs with all
// frames decoded unbiased.
double MeanHorizon(const Column& column) {
  double mean = 0;
  for (const StartPlan::Start& start : column.starts) {
    mean += static_cast<double>(start.horizon) /
            static_cast<double>(column.starts.size());
  }
  return mean;
}

// The decoded frames of the plan's last start.
void AddFrames(const StartOptions& options, double mean_horizon, Draws& draws,
               StartPlan& plan) {
  const int64_t row = static_cast<int64_t>(plan.rows.size()) - 1;
  const int64_t horizon = plan.rows.back().horizon;
  const double offsets = static_cast<double>(options.overshoot);
  const double later = options.now ? offsets / (offsets + 1) : 1.0;
  if (options.now) plan.frames.push_back({row, 0, 1.0 - later});
  if (options.frames == 0) {
    for (int64_t k = 1; k <= horizon; ++k) {
      plan.frames.push_back({row, k, later / mean_horizon});
    }
    return;
  }
  for (int64_t j = 0; j < options.frames; ++j) {
    const int64_t k = 1 + draws.Below(static_cast<uint32_t>(horizon));
    plan.frames.push_back(
        {row, k, later / static_cast<double>(options.frames)});
  }
}

}  // namespace

std::vector<int64_t> ValidOffsets(const std::vector<Kind>& kinds,
                                  int64_t records, int64_t columns) {
  std::vector<int64_t> valid(records * columns, 0);
  for (int64_t t = records - 2; t >= 0; --t) {
    for (int64_t b = 0; b < columns; ++b) {
      const int64_t next = (t + 1) * columns + b;
      if (kinds[next] != Kind::kFirst) {
        valid[t * columns + b] = valid[next] + 1;
      }
    }
  }
  return valid;
}

StartPlan SampleStarts(const StartOptions& options,
                       const std::vector<Kind>& kinds, int64_t records,
                       int64_t columns, const RandomStream& stream,
                       uint64_t update) {
  const std::vector<int64_t> valid = ValidOffsets(kinds, records, columns);
  StartPlan plan;
  int64_t used_columns = 0;
  for (int64_t b = 0; b < columns; ++b) {
    const Column column = Candidates(options, valid, records, columns, b);
    if (column.starts.empty()) continue;
    ++used_columns;
    Draws draws = stream.At(static_cast<uint32_t>(b), update);
    const double mean_horizon = MeanHorizon(column);
    for (int64_t i = 0; i < options.starts; ++i) {
      plan.rows.push_back(column.starts[Pick(column.chances, draws)]);
      AddFrames(options, mean_horizon, draws, plan);
    }
  }
  const double share =
      1.0 / static_cast<double>(std::max<int64_t>(
                1, used_columns * options.starts));
  int64_t number = 0;
  for (DecodedFrame& frame : plan.frames) {
    frame.weight *= share;
    frame.number = number++;
  }
  return plan;
}

StartPlan ShareOf(const StartPlan& plan, int64_t first, int64_t columns,
                  double factor) {
  StartPlan share;
  std::vector<int64_t> row_of(plan.rows.size(), -1);
  for (size_t i = 0; i < plan.rows.size(); ++i) {
    StartPlan::Start start = plan.rows[i];
    start.b -= first;
    if (start.b < 0 || start.b >= columns) continue;
    row_of[i] = static_cast<int64_t>(share.rows.size());
    share.rows.push_back(start);
  }
  for (DecodedFrame frame : plan.frames) {
    frame.row = row_of[frame.row];
    frame.weight *= factor;
    if (frame.row >= 0) share.frames.push_back(frame);
  }
  return share;
}

}  // namespace credo
