#include "agents/runs/frozen_probe.h"

#include <torch/types.h>

#include <algorithm>
#include <utility>

#include "agents/acting/beliefs.h"
#include "agents/learning/rate_schedule.h"
#include "agents/probes/probe_batch.h"

namespace credo {

ProbedShape FrozenAgent::shape() const {
  if (input == ProbeInput::kEncoding) return agent->encoder().size();
  const BeliefCore& core = agent->core();
  return {core.belief_size(), core.recurrent_size(), core.memory()};
}

bool FrozenAgent::can_be_queried() const {
  return input == ProbeInput::kBelief &&
         agent->core().memory().shape().query > 0;
}

ProbeView FrozenAgent::Read(const Unroll& unroll, at::Tensor& state) const {
  torch::NoGradGuard no_grad;
  if (input == ProbeInput::kEncoding) return agent->Encode(unroll.observations);
  Beliefs read = ReadBeliefs(*agent, unroll, state, reward_clip);
  state = read.state;
  return {read.beliefs, read.memory};
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

Result<FrozenProbe> TrainFrozenProbe(
    const FrozenAgent& frozen, ProbeReader reader,
    const EnvironmentFactory& worlds, const LearnerOptions& learner,
    const ProbingOptions& probing,
    std::vector<std::unique_ptr<ProbeHead>> heads, uint64_t seed,
    const std::atomic<int>& stop) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<ScriptedStream> stream,
      ScriptedStream::Make(*frozen.agent, worlds, learner, seed));
  FrozenProbe probe;
  probe.losses.resize(heads.size(), 0);
  probe.net = std::make_unique<ProbeNet>(probing, reader, std::move(heads),
                                         frozen.shape(), seed);
  const RandomStream times(seed, "probes.times");
  const RateSchedule schedule(learner, probing.frames);
  const int64_t last = std::max<int64_t>(1, schedule.updates() / 10);
  at::Tensor state = frozen.InitialState(learner.batch);
  for (int64_t update = 0; update < schedule.updates(); ++update) {
    if (stop.load() != 0) return Cancelled("stopped while training a probe");
    CREDO_ASSIGN_OR_RETURN(const Unroll* unroll, stream->Next());
    const ProbeBatch batch =
        DrawProbeBatch(*probe.net, *unroll, frozen.Read(*unroll, state),
                       probing.times, times, {.update = update});
    const std::vector<at::Tensor> losses =
        probe.net->Losses(batch.rows, batch.truth);
    at::Tensor total = losses[0];
    for (size_t i = 1; i < losses.size(); ++i) total = total + losses[i];
    total.backward();
    probe.net->Step(probing.learning_rate * schedule.Share(update));
    if (update < schedule.updates() - last) continue;
    for (size_t i = 0; i < losses.size(); ++i) {
      probe.losses[i] +=
          losses[i].item<double>() / static_cast<double>(last);
    }
  }
  return probe;
}

}  // namespace credo
