// The beliefs that an agent holds along an unroll.
#ifndef CREDO_AGENTS_ACTING_BELIEFS_H_
#define CREDO_AGENTS_ACTING_BELIEFS_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "agents/acting/unroll.h"
#include "agents/networks/agent.h"

namespace credo {

// What the core reads of an unroll. `kinds` [T+1, B] are the unroll's,
// `encoded` [T+1, B, E] its encodings; `reward_clip` as in LearnerOptions.
// Makers of values refer to agent, unroll and kinds.
CoreInput MakeCoreInput(const Agent& agent, const Unroll& unroll,
                        const std::vector<Kind>& kinds,
                        const at::Tensor& encoded, double reward_clip);

struct Beliefs {
  at::Tensor encoded;  // [T+1, B, E]
  at::Tensor beliefs;  // [T+1, B, D]
  at::Tensor memory;   // [T+1, B, M]
  at::Tensor state;    // [B, S] before record T, where the next unroll begins
};

// Without gradient. `state` [B, S] before record 0.
Beliefs ReadBeliefs(const Agent& agent, const Unroll& unroll,
                    const at::Tensor& state, double reward_clip);

}  // namespace credo

#endif  // CREDO_AGENTS_ACTING_BELIEFS_H_
