// Probes from scratch on a frozen agent: what tables report, since probes that
// learn along with the agent lag behind it.
#ifndef CREDO_AGENTS_RUNS_FROZEN_PROBE_H_
#define CREDO_AGENTS_RUNS_FROZEN_PROBE_H_

#include <ATen/core/Tensor.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/actor.h"
#include "agents/acting/unroll.h"
#include "agents/learning/experiment_options.h"
#include "agents/networks/agent.h"
#include "agents/probes/probe_net.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

// What a probe reads of an agent.
enum class ProbeInput {
  kBelief,
  kEncoding,  // of the present record alone: a control without any memory
};

// An agent that no longer learns, seen through one of its layers.
struct FrozenAgent {
  const Agent* agent = nullptr;
  ProbeInput input = ProbeInput::kBelief;
  double reward_clip = 0;

  ProbedShape shape() const;
  // Whether there is a memory that probes may query.
  bool can_be_queried() const;
  // [T+1, B, .] of an unroll whose belief state before record 0 is `state` [B,
  // S], which becomes the state before record T.
  ProbeView Read(const Unroll& unroll, at::Tensor& state) const;
  // The state before an episode, [columns, S].
  at::Tensor InitialState(int64_t columns) const;
};

// A stream of unrolls in which the scripted policy acts: what probes learn
// from, the same for every agent.
class ScriptedStream {
 public:
  // Unrolls of learner.batch columns and learner.unroll steps in new worlds.
  static Result<std::unique_ptr<ScriptedStream>> Make(
      const Agent& agent, const EnvironmentFactory& worlds,
      const LearnerOptions& learner, uint64_t seed);
  // The next unroll, valid until the next call.
  Result<const Unroll*> Next();

 private:
  ScriptedStream() = default;

  std::unique_ptr<Actor> actor_;
  std::unique_ptr<Unroll> last_;
  std::unique_ptr<Unroll> spare_;
  bool opened_ = false;
};

struct FrozenProbe {
  std::unique_ptr<ProbeNet> net;
  // Of each head, its mean over the last tenth of the training.
  std::vector<double> losses;
};

// Trains new probes with these heads for probing.frames frames of the scripted
// policy. A function of its arguments; `stop` not 0 ends it with kCancelled.
Result<FrozenProbe> TrainFrozenProbe(
    const FrozenAgent& frozen, ProbeReader reader,
    const EnvironmentFactory& worlds, const LearnerOptions& learner,
    const ProbingOptions& probing,
    std::vector<std::unique_ptr<ProbeHead>> heads, uint64_t seed,
    const std::atomic<int>& stop);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_FROZEN_PROBE_H_
