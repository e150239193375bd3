// How wrong imagined frames are, step by step ahead.
#ifndef CREDO_AGENTS_RUNS_IMAGINATION_ERRORS_H_
#define CREDO_AGENTS_RUNS_IMAGINATION_ERRORS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agents/runs/loaded_run.h"
#include "sdk/base/status.h"

namespace credo {

// Mean squared errors of frames `offset` steps ahead of a belief, per number of
// the observation, intensities in [0, 1]: of the mean of imagined samples, and
// of the mean of all frames of these episodes, which is what a model that knows
// nothing of the moment can do at best.
struct OffsetErrors {
  std::string observation;
  int64_t offset = 0;
  int64_t frames = 0;
  double imagined = 0;
  double mean_frame = 0;
  // Of frames that show nothing but what had been seen when they were imagined;
  // without a map of what is seen there are none.
  int64_t seen_frames = 0;
  double seen_imagined = 0;
  double seen_mean_frame = 0;
};

struct ImaginationErrorOptions {
  uint64_t seed = 1;  // of the held-out episodes, and of the samples
  int64_t episodes = 64;
  int64_t ahead = 12;    // largest offset
  int64_t samples = 8;   // that the mean is of
  int64_t every = 8;     // a belief is imagined from each so many records
};

// Along the paths that the run's own source of actions takes. For each
// observation that the run's simulator shows and each offset 0 .. ahead that an
// episode reaches.
// Fails with kFailedPrecondition when the run cannot imagine, and when the
// world fails.
Result<std::vector<OffsetErrors>> ImaginationErrors(
    const LoadedRun& run, const ImaginationErrorOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_IMAGINATION_ERRORS_H_
