#include "agents/runs/shard.h"

#include <algorithm>
#include <utility>

namespace credo {

Result<std::unique_ptr<Shard>> Shard::Make(const ExperimentOptions& options,
                                           const Parts& parts,
                                           const EnvironmentFactory& worlds,
                                           const EnvironmentSpec& spec,
                                           LearnerGroup& group,
                                           at::Device device) {
  std::unique_ptr<Shard> shard(new Shard(options));
  const bool repeats = !device.is_cpu() && options.learner.graphs;
  CREDO_ASSIGN_OR_RETURN(shard->learner_,
                         Learner::Make(options, parts, spec, &group, device,
                                       repeats));
  CREDO_ASSIGN_OR_RETURN(
      shard->acting_,
      Agent::Make(options.agent, parts, spec, shard->acting_parameters_));
  const auto seed = static_cast<uint64_t>(options.seed);
  shard->acting_parameters_.Allocate(seed);
  const LearnerOptions& l = options.learner;
  ActorSettings acting{.source = SourceOf(options),
                       .seed = seed,
                       .reward_clip = l.reward_clip};
  if (!shard->scripted()) {
    acting.device = device;
    acting.repeats = repeats;
    shard->acting_parameters_.MoveTo(device);
  }
  const int64_t columns = shard->learner_->columns();
  CREDO_ASSIGN_OR_RETURN(
      shard->actors_,
      ActorPool::Make(worlds, *shard->acting_,
                      acting,
                      shard->learner_->first_column(), columns,
                      std::min(l.actor_group, columns), l.actor_threads));
  const int64_t floats = shard->acting_->core().layout().floats();
  for (auto* unroll : {&shard->current_, &shard->next_}) {
    *unroll = std::make_unique<Unroll>(spec, l.unroll, columns, floats);
    // Where no agent acts the learner's own state goes on, there.
    if (shard->scripted()) (*unroll)->state = (*unroll)->state.to(device);
  }
  return shard;
}

Status Shard::FillCurrent(bool opens) {
  if (options_.learner.lag == 0 && !scripted()) {
    acting_parameters_.CopyFrom(learner_->parameters());
  }
  actors_->Start(opens ? nullptr : next_.get(), *current_);
  return actors_->Wait();
}

std::vector<Metric> Shard::Step(const UpdateContext& context,
                                const at::Tensor& all_kinds, bool overlap,
                                Status& acted) {
  if (options_.learner.lag == 1 && !scripted()) {
    acting_parameters_.CopyFrom(learner_->parameters());
  }
  if (overlap) actors_->Start(current_.get(), *next_);
  // Where no agent acts nobody else knows the state before record 0.
  if (scripted()) {
    current_->state.copy_(learner_->carried());
  }
  std::vector<Metric> metrics;
  try {
    metrics = learner_->Update(*current_, context, all_kinds);
  } catch (...) {
    if (overlap) (void)actors_->Wait();
    throw;
  }
  if (overlap) acted = actors_->Wait();
  std::swap(current_, next_);
  return metrics;
}

}  // namespace credo
