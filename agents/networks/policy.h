// The action distribution on tensors, with gradients: the learner's twin of
// sdk/base/action_distribution.h, whose layout of parameters and words it
// reads.
#ifndef CREDO_AGENTS_NETWORKS_POLICY_H_
#define CREDO_AGENTS_NETWORKS_POLICY_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/record.h"

namespace credo {

struct PolicyTerms {
  at::Tensor log_probability;  // [R]
  at::Tensor entropy;          // [R], in nats
};

// parameters f32 or f64 [R, P], actions [R, W], mask u8 [R, C] or undefined
// when all is legal. Differentiable in the parameters. An illegal choice has a
// log probability near -1e30, where the twin says minus infinity: finite, so
// that no NaN comes of it.
PolicyTerms EvaluatePolicy(const ActionDistribution& distribution,
                           const at::Tensor& parameters,
                           const at::Tensor& actions, const at::Tensor& mask);

// Actions as network input [T+1, B, A]; zero where the record is a first one.
// `actions` f32 [T+1, B, W] on the host, `kinds` [T+1, B].
at::Tensor EncodeActions(const ActionDistribution& distribution,
                         const at::Tensor& actions,
                         const std::vector<Kind>& kinds);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_POLICY_H_
