// The reinforcement-learning loss of one unroll: V-trace actor-critic.
//
// Source: Espeholt et al. 2018, section 4.2. All terms are means over the valid
// transitions of the unroll.
#ifndef CREDO_AGENTS_LEARNING_ACTOR_CRITIC_LOSS_H_
#define CREDO_AGENTS_LEARNING_ACTOR_CRITIC_LOSS_H_

#include <ATen/core/Tensor.h>

#include "agents/learning/vtrace.h"
#include "agents/networks/policy.h"

namespace credo {

struct ActorCriticOptions {
  double discount = 0.99;
  double baseline_weight = 0.5;
  double entropy_weight = 0.01;
  double reward_clip = 1.0;  // rewards are clamped to +-this; 0: not at all
  VtraceOptions vtrace;
};

struct ActorCriticInput {
  at::Tensor parameters;         // [T+1, B, P], of the policy being learned
  at::Tensor values;             // [T+1, B]
  // Of record t, as stored by actors: the action that led to it, its log
  // probability when it was taken, the reward on arriving, the mask of the
  // record (legal actions of the next decision).
  at::Tensor actions;            // [T+1, B, W]
  at::Tensor log_probabilities;  // [T+1, B]
  at::Tensor rewards;            // [T+1, B]
  at::Tensor masks;              // u8 [T+1, B, C], or undefined
  std::vector<Kind> kinds;       // [T+1, B]
  // Sums are divided by this number of decisions; 0: by that of these columns.
  double decisions = 0;
};

struct ActorCriticTerms {
  at::Tensor total;     // policy + weighted baseline - weighted entropy
  // Scalars without gradient, for the log.
  at::Tensor policy;
  at::Tensor baseline;  // 0.5 (v - V)^2, unweighted
  at::Tensor entropy;   // nats
  at::Tensor mean_ratio;
};

ActorCriticTerms ActorCriticLoss(const ActionDistribution& distribution,
                                 const ActorCriticInput& input,
                                 const ActorCriticOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_ACTOR_CRITIC_LOSS_H_
