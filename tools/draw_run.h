// Pictures of what an agent imagines and believes.
#ifndef CREDO_TOOLS_DRAW_RUN_H_
#define CREDO_TOOLS_DRAW_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/runs/loaded_run.h"
#include "sdk/base/status.h"
#include "tools/draw_paths.h"

namespace credo {

struct DrawOptions {
  uint64_t seed = 1;     // of the episodes
  int64_t episodes = 1;
  std::optional<PathOptions> paths;
  bool belief = false;
  std::vector<const LoadedRun*> beside;  // of the same world; for `belief`
  bool film = false;
};

// Lives held-out episodes of `seed` with the run's own source of actions and
// writes into `folder`, which is made, for each episode NNN:
//
//   episode_NNN_imagined.png  for some moments a pair of rows: what was seen
//                             from there on, and what the simulator expected of
//                             it, one column per step; no frame after the first
//                             column is known to it
//   episode_NNN_map.png       over the episode, one column per moment: the true
//                             map (unseen cells pale), the map that the probe
//                             decodes, the probe's posterior of the pose
//   episode_NNN_paths.png     with `paths`: see draw_paths.h
//   episode_NNN_belief.png    with `belief`: see draw_belief.h
//   episode_NNN_film.png      with `film`: see draw_film.h
//
// Fails when a run of `beside` is of another world. A picture whose parts the
// run has not (a simulator that decodes; a probe of kind cells with masks) is
// left out.
Status DrawRun(const LoadedRun& run, const DrawOptions& options,
               const std::string& folder);

}  // namespace credo

#endif  // CREDO_TOOLS_DRAW_RUN_H_
