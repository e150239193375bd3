// Paths that an episode did not take: what a world would have shown.
#ifndef CREDO_AGENTS_RUNS_PATH_H_
#define CREDO_AGENTS_RUNS_PATH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "agents/acting/unroll.h"
#include "agents/networks/agent.h"
#include "sdk/base/status.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

// The held-out episode `episode` of `seed` (RecordEpisodes) lived again under
// `actions` f32 [n, W], in an unroll's units: one column, records 0 .. n. A
// world is a function of seed and actions, so where the first actions are those
// of the episode the first records are its records, and what follows is the
// path that was not taken. Where the episode ends early, records of the
// next one follow. Fails when the world does; throws std::invalid_argument for
// an action that is none of the choices.
Result<std::unique_ptr<Unroll>> RecordPath(const Agent& agent,
                                           const EnvironmentFactory& worlds,
                                           uint64_t seed, int64_t episode,
                                           const at::Tensor& actions);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_PATH_H_
