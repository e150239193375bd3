// A share of a run's columns: worlds, actors and a learner of them.
#ifndef CREDO_AGENTS_RUNS_SHARD_H_
#define CREDO_AGENTS_RUNS_SHARD_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "agents/acting/actor_pool.h"
#include "agents/acting/unroll.h"
#include "agents/learning/experiment_options.h"
#include "agents/learning/learner.h"
#include "agents/learning/parts.h"
#include "sdk/tensor/learner_group.h"

namespace credo {

class Shard {
 public:
  // The columns of this member of `group`. All arguments outlive the shard.
  // Networks learn and act on `device`, worlds step on the CPU.
  static Result<std::unique_ptr<Shard>> Make(const ExperimentOptions& options,
                                             const Parts& parts,
                                             const EnvironmentFactory& worlds,
                                             const EnvironmentSpec& spec,
                                             LearnerGroup& group,
                                             at::Device device);

  const Learner& learner() const { return *learner_; }
  Learner& learner() { return *learner_; }
  const Parameters& acting_parameters() const { return acting_parameters_; }
  Parameters& acting_parameters() { return acting_parameters_; }
  const ActorPool& actors() const { return *actors_; }
  ActorPool& actors() { return *actors_; }
  // To be learned from next, and the one before it.
  const Unroll& current() const { return *current_; }
  Unroll& current() { return *current_; }
  const Unroll& before() const { return *next_; }
  Unroll& before() { return *next_; }

  // Fills the current unroll; `opens`: episodes begin with it.
  Status FillCurrent(bool opens);
  // Learns from the current unroll and, with `overlap`, acts for the next one,
  // which then is the current one. What acting came to is `acted`; `all_kinds`
  // and what it gives: see Learner::Update.
  std::vector<Metric> Step(const UpdateContext& context,
                           const at::Tensor& all_kinds, bool overlap,
                           Status& acted);

 private:
  explicit Shard(const ExperimentOptions& options) : options_(options) {}
  // No agent acts.
  bool scripted() const { return options_.actions == "scripted"; }

  const ExperimentOptions& options_;
  std::unique_ptr<Learner> learner_;
  // The agent that acts: the learner's, `lag` updates ago.
  Parameters acting_parameters_;
  std::unique_ptr<Agent> acting_;
  std::unique_ptr<ActorPool> actors_;
  std::unique_ptr<Unroll> current_;
  std::unique_ptr<Unroll> next_;  // being filled
};

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_SHARD_H_
