#include "agents/runs/golden_records.h"

#include <torch/types.h>

#include <cmath>
#include <string>

#include "agents/acting/beliefs.h"
#include "agents/acting/unroll.h"
#include "sdk/base/random.h"
#include "sdk/model/metadata.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

// Enough for a state to have been carried and a memory to have been read.
constexpr int64_t kRecords = 4;

void DrawObservation(const ObservationSpec& spec, Draws& draws,
                     at::Tensor record) {
  if (spec.kind != ObservationKind::kVector) {
    auto* values = record.data_ptr<uint8_t>();
    for (int64_t i = 0; i < spec.elements(); ++i) {
      values[i] = static_cast<uint8_t>(
          draws.Below(static_cast<uint32_t>(spec.high) + 1));
    }
    return;
  }
  const bool bounded = std::isfinite(spec.low) && std::isfinite(spec.high);
  auto* values = record.data_ptr<float>();
  for (int64_t i = 0; i < spec.elements(); ++i) {
    values[i] = static_cast<float>(
        bounded ? spec.low + draws.Uniform() * (spec.high - spec.low)
                : std::clamp(draws.Normal(), spec.low, spec.high));
  }
}

}  // namespace

void AddGoldenRecords(const Agent& agent, const EnvironmentSpec& spec,
                      double reward_clip, TensorFile& file) {
  torch::NoGradGuard no_grad;
  Unroll unroll(spec, kRecords - 1, 1, agent.core().layout().floats());
  const RandomStream stream(0, "golden");
  for (int64_t t = 0; t < kRecords; ++t) {
    Draws draws = stream.At(0, static_cast<uint64_t>(t));
    for (const ObservationSpec& observation : agent.observations()) {
      DrawObservation(observation, draws,
                      unroll.observations[observation.name][t][0]);
    }
    unroll.kinds[t][0] = static_cast<int>(t == 0 ? Kind::kFirst : Kind::kMid);
    if (t == 0) continue;
    const int64_t words = agent.distribution().words();
    agent.distribution().SampleUniform(
        {}, draws,
        std::span(unroll.actions[t].data_ptr<float>(),
                  static_cast<size_t>(words)));
    unroll.rewards[t][0] = static_cast<float>(2 * draws.Uniform() - 1);
  }
  const Beliefs read =
      ReadBeliefs(agent, unroll, agent.InitialState(1), reward_clip);
  const Agent::Heads heads = agent.Evaluate(read.beliefs);
  for (const ObservationSpec& observation : agent.observations()) {
    AddTensor(file, kGoldenObservation + observation.name,
              unroll.observations[observation.name].squeeze(1));
  }
  AddTensor(file, kGoldenKinds, unroll.kinds.squeeze(1));
  AddTensor(file, kGoldenActions, unroll.actions.squeeze(1));
  AddTensor(file, kGoldenRewards, unroll.rewards.squeeze(1));
  AddTensor(file, kGoldenBeliefs, read.beliefs.squeeze(1));
  AddTensor(file, kGoldenPolicies, heads.policy.squeeze(1));
  AddTensor(file, kGoldenValues, heads.values.squeeze(1));
}

}  // namespace credo
