// Pictures of futures: those that came, and those that other actions would have
// brought.
#ifndef CREDO_TOOLS_DRAW_PATHS_H_
#define CREDO_TOOLS_DRAW_PATHS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "tools/episode_view.h"

namespace credo {

struct PathOptions {
  uint64_t seed = 1;     // of the episodes, and of the samples
  int64_t samples = 2;   // futures drawn below their mean
  int64_t others = 2;    // paths that other episodes' actions lead to
  // Further paths: words of each action in an unroll's units, one after
  // another.
  std::vector<std::vector<float>> then;
};

// From a moment two thirds into the episode, or twelve steps before its end if
// that is earlier, for the path that was taken and
// for each that was not, one column per step: what would have been seen; what
// the simulator expects, as the mean of many samples; its deviation, white for
// half of the range of intensities; some of the samples. No frame after
// the first column is known to it. Left out where the run cannot imagine.
Status DrawPaths(const EpisodeView& view, const PathOptions& options,
                 const std::string& path);

}  // namespace credo

#endif  // CREDO_TOOLS_DRAW_PATHS_H_
