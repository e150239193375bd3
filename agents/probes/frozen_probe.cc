#include "agents/probes/frozen_probe.h"

#include <torch/torch.h>

#include <utility>

#include "agents/beliefs.h"
#include "agents/probes/probe_batch.h"
#include "agents/rate_schedule.h"

namespace credo {

int64_t FrozenAgent::features() const {
  return input == ProbeInput::kBelief ? agent->core().belief_size()
                                      : agent->encoder().size();
}

at::Tensor FrozenAgent::Read(const Unroll& unroll, at::Tensor& state) const {
  torch::NoGradGuard no_grad;
  if (input == ProbeInput::kEncoding) return agent->Encode(unroll.observations);
  Beliefs read = ReadBeliefs(*agent, unroll, state, reward_clip);
  state = read.state;
  return read.beliefs;
}

at::Tensor FrozenAgent::InitialState(int64_t columns) const {
  return agent->InitialState(columns);
}

Result<std::unique_ptr<ScriptedStream>> ScriptedStream::Make(
    const Agent& agent, const EnvironmentFactory& worlds,
    const LearnerOptions& learner, uint64_t seed) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<VectorEnvironment> vector,
      VectorEnvironment::Make(worlds, seed, 0, learner.batch));
  std::unique_ptr<ScriptedStream> stream(new ScriptedStream());
  for (auto* unroll : {&stream->last_, &stream->spare_}) {
    *unroll = std::make_unique<Unroll>(vector->spec(), learner.unroll,
                                       learner.batch,
                                       agent.core().layout().floats());
  }
  stream->actor_ = std::make_unique<Actor>(
      agent, std::move(vector), 0,
      ActorSettings{.source = ActionSource::kScripted, .seed = seed});
  return stream;
}

Result<const Unroll*> ScriptedStream::Next() {
  std::swap(last_, spare_);
  CREDO_RETURN_IF_ERROR(actor_->Fill(opened_ ? spare_.get() : nullptr, *last_));
  opened_ = true;
  return static_cast<const Unroll*>(last_.get());
}

Result<std::unique_ptr<ProbeNet>> TrainFrozenProbe(
    const FrozenAgent& frozen, const EnvironmentFactory& worlds,
    const LearnerOptions& learner, const ProbingOptions& probing,
    std::vector<std::unique_ptr<ProbeHead>> heads, uint64_t seed,
    const std::atomic<int>& stop) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<ScriptedStream> stream,
      ScriptedStream::Make(*frozen.agent, worlds, learner, seed));
  auto probes = std::make_unique<ProbeNet>(probing, std::move(heads),
                                           frozen.features(), seed);
  const RandomStream times(seed, "probes.times");
  const RateSchedule schedule(learner, probing.frames);
  at::Tensor state = frozen.InitialState(learner.batch);
  for (int64_t update = 0; update < schedule.updates(); ++update) {
    if (stop.load() != 0) return Cancelled("stopped while training a probe");
    CREDO_ASSIGN_OR_RETURN(const Unroll* unroll, stream->Next());
    const at::Tensor features = frozen.Read(*unroll, state);
    ProbeBatchLoss(*probes, *unroll, features, probing.times, times, update)
        .backward();
    probes->Step(probing.learning_rate * schedule.Share(update));
  }
  return probes;
}

}  // namespace credo
