// Held-out episodes of a run's world.
#ifndef CREDO_AGENTS_RUNS_HELD_OUT_H_
#define CREDO_AGENTS_RUNS_HELD_OUT_H_

#include <cstdint>
#include <vector>

#include "agents/acting/episodes.h"
#include "agents/runs/loaded_run.h"
#include "sdk/base/status.h"

namespace credo {

// As RecordEpisodes. Of a run whose host played its world: those of the
// episodes that it recorded which are held out, `count` at most, whatever
// `source` and `seed`; fails with kFailedPrecondition when there are none.
Result<std::vector<EpisodeGroup>> HeldOutEpisodes(const LoadedRun& run,
                                                  uint64_t seed, int64_t count,
                                                  ActionSource source);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_HELD_OUT_H_
