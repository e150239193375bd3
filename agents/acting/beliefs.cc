#include "agents/acting/beliefs.h"

#include <torch/types.h>

#include "agents/networks/policy.h"
#include "sdk/tensor/host_values.h"

namespace credo {

CoreInput MakeCoreInput(const Agent& agent, const Unroll& unroll,
                        const std::vector<Kind>& kinds,
                        const at::Tensor& encoded, double reward_clip) {
  CoreInput input;
  input.encoded = encoded;
  input.actions = FromHost(encoded, [&agent, &unroll, &kinds] {
    return EncodeActions(agent.distribution(), unroll.actions, kinds);
  });
  input.keep = FromHost(encoded, [&unroll] {
    return unroll.kinds.ne(static_cast<int>(Kind::kFirst)).to(at::kFloat);
  });
  input.rewards = FromHost(encoded, [&unroll] { return unroll.rewards; });
  if (reward_clip > 0) {
    input.rewards = input.rewards.clamp(-reward_clip, reward_clip);
  }
  input.rewards = input.rewards * input.keep;
  return input;
}

Beliefs ReadBeliefs(const Agent& agent, const Unroll& unroll,
                    const at::Tensor& state, double reward_clip) {
  torch::NoGradGuard no_grad;
  Beliefs read;
  read.encoded = agent.Encode(unroll.observations);
  const CoreOutput core = agent.core().Unroll(
      MakeCoreInput(agent, unroll, unroll.kinds_list(), read.encoded,
                    reward_clip),
      state, unroll.steps - 1);
  read.beliefs = core.beliefs;
  read.memory = core.memory;
  read.state = core.state;
  return read;
}

}  // namespace credo
