#include "agents/runs/path.h"

#include <torch/types.h>

#include <span>

#include "agents/acting/episodes.h"

namespace credo {

Result<std::unique_ptr<Unroll>> RecordPath(const Agent& agent,
                                           const EnvironmentFactory& worlds,
                                           uint64_t seed, int64_t episode,
                                           const at::Tensor& actions) {
  CREDO_ASSIGN_OR_RETURN(
      const std::unique_ptr<VectorEnvironment> world,
      VectorEnvironment::Make(worlds, HeldOutSeed(seed), episode, 1));
  const int64_t steps = actions.size(0);
  auto path = std::make_unique<Unroll>(world->spec(), steps, 1,
                                       agent.core().layout().floats());
  path->actions.slice(0, 1).copy_(actions.unsqueeze(1));
  const int64_t words = agent.distribution().words();
  const float* action = path->actions.const_data_ptr<float>();
  for (int64_t t = 0; t <= steps; ++t, action += words) {
    CREDO_RETURN_IF_ERROR(world->Step(
        std::span(action, static_cast<size_t>(words)), path->Rows(t, 0)));
  }
  return path;
}

}  // namespace credo
