// An agent: encoder, belief core, policy and value heads over one set of
// parameters. It keeps no state: beliefs go in and come back.
//
// Shape letters: T steps, B characters, E encoding, D belief, A action inputs,
// W words of an action, P numbers of a policy, S numbers of a belief state.
#ifndef CREDO_AGENTS_NETWORKS_AGENT_H_
#define CREDO_AGENTS_NETWORKS_AGENT_H_

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "agents/networks/agent_options.h"
#include "agents/networks/belief_core.h"
#include "agents/networks/encoder.h"
#include "sdk/base/action_distribution.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/learner_group.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"
#include "simcore/auxiliary_task.h"

namespace credo {

class Agent {
 public:
  // Declares everything below "agent." in `parameters`, which outlive the agent
  // and are allocated by the caller afterwards.
  static Result<std::unique_ptr<Agent>> Make(const AgentOptions& options,
                                             const AgentParts& parts,
                                             const EnvironmentSpec& spec,
                                             Parameters& parameters);

  // The observations that the agent sees: those that are not privileged.
  const std::vector<ObservationSpec>& observations() const {
    return observations_;
  }
  const ActionDistribution& distribution() const { return distribution_; }
  const Encoder& encoder() const { return *encoder_; }
  const BeliefCore& core() const { return *core_; }
  // What an auxiliary task may know.
  AgentShape shape(int64_t unroll, int64_t batch) const;

  // The belief state before an episode, [columns, S].
  at::Tensor InitialState(int64_t columns) const;

  // The encoder's Observe, for observations [T, B, ...].
  void Observe(const NamedTensors& observations, int64_t update,
               LearnerGroup& group);
  bool Observes(int64_t update) const;  // the encoder's
  // Observations [T, B, ...] -> [T, B, E].
  at::Tensor Encode(const NamedTensors& observations) const;
  struct Heads {
    at::Tensor policy;  // [..., P]
    at::Tensor values;  // [...]
  };
  Heads Evaluate(const at::Tensor& beliefs) const;
  at::Tensor Policy(const at::Tensor& beliefs) const;  // [..., P] alone

 private:
  // Those that the agent sees, [T, B, ...] -> [T B, ...].
  NamedTensors Rows(const NamedTensors& observations) const;

  Agent(const EnvironmentSpec& spec);

  std::vector<ObservationSpec> observations_;
  ActionDistribution distribution_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<BeliefCore> core_;
  std::unique_ptr<Mlp> policy_;
  std::unique_ptr<Mlp> value_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_AGENT_H_
