#include "agents/networks/agent.h"

#include <torch/types.h>

namespace credo {
namespace {

std::vector<ObservationSpec> Visible(const EnvironmentSpec& spec) {
  std::vector<ObservationSpec> visible;
  for (const ObservationSpec& observation : spec.observations) {
    if (!observation.privileged) visible.push_back(observation);
  }
  return visible;
}

}  // namespace

Agent::Agent(const EnvironmentSpec& spec)
    : observations_(Visible(spec)), distribution_(spec.action) {}

Result<std::unique_ptr<Agent>> Agent::Make(const AgentOptions& options,
                                           const AgentParts& parts,
                                           const EnvironmentSpec& spec,
                                           Parameters& parameters) {
  std::unique_ptr<Agent> agent(new Agent(spec));
  const EncoderPart* encoder = FindPart(parts.encoders, options.encoder.kind);
  TORCH_CHECK(encoder != nullptr, "no encoder named ", options.encoder.kind);
  Result<std::unique_ptr<Encoder>> encoded =
      encoder->make(*options.encoder.options, parameters, "agent.encoder",
                    agent->observations_);
  if (!encoded.ok()) return encoded.status().At("agent.encoder");
  agent->encoder_ = *std::move(encoded);
  const std::vector<BeliefCorePart> cores = parts.AllCores();
  const BeliefCorePart* core = FindPart(cores, options.core.kind);
  TORCH_CHECK(core != nullptr, "no core named ", options.core.kind);
  agent->core_ = core->make(*options.core.options, parameters,
                            {"agent.core", agent->encoder_->size(),
                             agent->distribution_.inputs()});
  const HeadsModel heads(options.head_hidden, agent->core_->belief_size(),
                         agent->distribution_.parameters());
  agent->policy_ = std::make_unique<Mlp>(parameters, heads.policy);
  agent->value_ = std::make_unique<Mlp>(parameters, heads.value);
  return agent;
}

AgentShape Agent::shape(int64_t unroll, int64_t batch) const {
  return {.observations = observations_,
          .encoding = encoder_->size(),
          .belief = core_->belief_size(),
          .recurrent = core_->recurrent_size(),
          .memory = &core_->memory(),
          .action_inputs = distribution_.inputs(),
          .unroll = unroll,
          .batch = batch};
}

at::Tensor Agent::InitialState(int64_t columns) const {
  return torch::zeros({columns, core_->layout().floats()});
}

NamedTensors Agent::Rows(const NamedTensors& observations) const {
  NamedTensors rows;
  for (const ObservationSpec& spec : observations_) {
    rows.Add(spec.name, observations[spec.name].flatten(0, 1));
  }
  return rows;
}

void Agent::Observe(const NamedTensors& observations, int64_t update,
                    LearnerGroup& group) {
  encoder_->Observe(Rows(observations), update, group);
}

bool Agent::Observes(int64_t update) const {
  return encoder_->Observes(update);
}

at::Tensor Agent::Encode(const NamedTensors& observations) const {
  const at::Tensor& first = observations[observations_.front().name];
  return encoder_->Encode(Rows(observations))
      .view({first.size(0), first.size(1), encoder_->size()});
}

Agent::Heads Agent::Evaluate(const at::Tensor& beliefs) const {
  return {Policy(beliefs), (*value_)(beliefs).squeeze(-1)};
}

at::Tensor Agent::Policy(const at::Tensor& beliefs) const {
  return (*policy_)(beliefs);
}

}  // namespace credo
