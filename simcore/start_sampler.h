// Where simulations start and which of their frames are decoded: the scheme
// that makes long overshoots affordable.
//
// A pair (t, k) is valid when record t + k exists in the unroll and belongs to
// the same episode as record t. Only valid pairs are ever used. The plan is
// made on the host from (seed, name, update) and from the kinds of the records.
#ifndef CREDO_SIMCORE_START_SAMPLER_H_
#define CREDO_SIMCORE_START_SAMPLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/record.h"

namespace credo {

// For each record [T+1, B], row-major, the largest k such that k steps ahead
// are valid. `kinds` is [T+1, B].
std::vector<int64_t> ValidOffsets(const std::vector<Kind>& kinds,
                                  int64_t records, int64_t columns);

enum class StartScheme {
  // t uniform over the starts whose whole overshoot is valid (those of the
  // largest horizon when a column has none), k uniform over 1..horizon.
  kFullHorizon,
  // (t, k) uniform over all valid pairs.
  kPairs,
};

struct StartOptions {
  int64_t overshoot = 1;  // L
  int64_t starts = 1;     // per column
  int64_t frames = 0;     // decoded offsets k >= 1 per start; 0: all valid ones
  bool now = true;        // the frame of the start itself (k = 0) as well
  StartScheme scheme = StartScheme::kFullHorizon;
};

// One decoded frame: offset k of start `row`, and its weight in the loss.
struct DecodedFrame {
  int64_t row;
  int64_t offset;
  double weight;
  int64_t number = 0;  // among all of the plan that was sampled
};

struct StartPlan {
  // Start `row` is record rows[row].t of column rows[row].b.
  struct Start {
    int64_t t;
    int64_t b;
    int64_t horizon;  // valid offsets, at most the overshoot
  };
  std::vector<Start> rows;
  // In expectation, the loss with these weights is the mean over columns of the
  // mean over a column's pairs under the scheme, with k = 0 as one of
  // overshoot + 1 offsets.
  std::vector<DecodedFrame> frames;
};

// Columns without a valid start are left out.
StartPlan SampleStarts(const StartOptions& options,
                       const std::vector<Kind>& kinds, int64_t records,
                       int64_t columns, const RandomStream& stream,
                       uint64_t update);

// What a plan asks of `columns` columns from `first` on, which it then counts
// from 0. Weights are multiplied by `factor`.
StartPlan ShareOf(const StartPlan& plan, int64_t first, int64_t columns,
                  double factor);

}  // namespace credo

#endif  // CREDO_SIMCORE_START_SAMPLER_H_
