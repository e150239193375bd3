// How well an agent acts in episodes that it has not learned from.
#ifndef CREDO_AGENTS_RUNS_EVALUATION_H_
#define CREDO_AGENTS_RUNS_EVALUATION_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "agents/acting/actor.h"
#include "agents/acting/episodes.h"
#include "agents/networks/agent.h"
#include "agents/probes/interval.h"
#include "sdk/base/status.h"

namespace credo {

struct Evaluation {
  int64_t episodes = 0;
  uint64_t seed = 0;
  ActionSource source = ActionSource::kPolicy;  // what acted
  Interval episode_return;  // sum of rewards, unclipped, with its 95 % interval
  double length = 0;        // mean number of decisions
  double frames_per_second = 0;  // of one thread; no function of the seed
};

// Lives the held-out episodes of `seed` (agents/acting/episodes.h), keeps no
// record of them and reports what they came to. Fails as RecordEpisodes does,
// and with kCancelled once `stop` is not 0.
Result<Evaluation> Evaluate(const Agent& agent,
                            const EnvironmentFactory& worlds, uint64_t seed,
                            int64_t episodes, ActionSource source,
                            double reward_clip,
                            int64_t longest = kLongestEpisode,
                            const std::atomic<int>* stop = nullptr);

// One line {"episodes", "seed", "actions": "policy", "greedy" or "scripted",
// "return", "return_low", "return_high", "length", "frames_per_second"}.
std::string EvaluationToJson(const Evaluation& evaluation);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_EVALUATION_H_
