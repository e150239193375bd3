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
};

// Which transitions count, and how much: f64 [T, B] where the values are.
struct ActorCriticWeights {
  Transitions transitions;
  at::Tensor weights;  // of each decision: void ones 0, all others alike
};

// On the CPU, of records of these kinds [T+1, B]. Sums are divided by
// `decisions`; 0: by the number of those in these columns.
ActorCriticWeights WeighDecisions(const std::vector<Kind>& kinds,
                                  int64_t columns, double discount,
                                  double decisions = 0);

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
                                 const ActorCriticWeights& decisions,
                                 const ActorCriticOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_ACTOR_CRITIC_LOSS_H_
