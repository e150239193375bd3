#include "agents/learning/actor_critic_loss.h"

#include <torch/types.h>

#include <algorithm>

namespace credo {
namespace {

// Of the mean ratio in the log alone; V-trace has its own.
constexpr double kLargestLogRatio = 20.0;

// [T, B, ...] -> [T * B, ...]
at::Tensor Rows(const at::Tensor& x) { return x.flatten(0, 1); }

}  // namespace

ActorCriticWeights WeighDecisions(const std::vector<Kind>& kinds,
                                  int64_t columns, double discount,
                                  double decisions) {
  const int64_t steps = static_cast<int64_t>(kinds.size()) / columns - 1;
  const Transitions transitions =
      MakeTransitions(kinds, steps, columns, discount);
  if (decisions == 0) {
    decisions = std::max(transitions.valid.sum().item<double>(), 1.0);
  }
  return {.transitions = transitions,
          .weights = transitions.valid / decisions};
}

ActorCriticTerms ActorCriticLoss(const ActionDistribution& distribution,
                                 const ActorCriticInput& input,
                                 const ActorCriticWeights& decisions,
                                 const ActorCriticOptions& options) {
  TORCH_CHECK(input.values.dim() == 2 && input.values.size(0) >= 2,
              "ActorCriticLoss: values expected [T+1, B] with T >= 1, found ",
              input.values.sizes());
  const int64_t steps = input.values.size(0) - 1;
  const int64_t columns = input.values.size(1);
  const at::Tensor weights = decisions.weights.to(input.parameters.options());
  const at::Tensor is_void = weights.eq(0);

  // Position t is the decision at record t; what came of it was stored with
  // record t + 1. Void entries may hold anything, even NaN, and become zero.
  const auto deciding = [&](const at::Tensor& x) {
    return x.narrow(0, 0, steps);
  };
  const auto arriving = [&](const at::Tensor& x) {
    return x.narrow(0, 1, steps).masked_fill(
        x.dim() == 3 ? is_void.unsqueeze(-1) : is_void, 0);
  };

  const PolicyTerms policy = EvaluatePolicy(
      distribution, Rows(deciding(input.parameters)),
      Rows(arriving(input.actions)),
      input.masks.defined() ? Rows(deciding(input.masks)) : input.masks);
  const at::Tensor log_probability =
      policy.log_probability.view({steps, columns});
  const at::Tensor log_ratios =
      log_probability.detach() - arriving(input.log_probabilities);

  at::Tensor rewards = arriving(input.rewards);
  if (options.reward_clip > 0) {
    rewards = rewards.clamp(-options.reward_clip, options.reward_clip);
  }
  const VtraceOutput vtrace = Vtrace({.log_ratios = log_ratios,
                                      .rewards = rewards,
                                      .values = input.values.detach(),
                                      .transitions = decisions.transitions},
                                     options.vtrace);

  const at::Tensor policy_loss =
      (log_probability * (vtrace.advantages * weights)).sum().neg();
  const at::Tensor baseline_loss =
      ((vtrace.targets - deciding(input.values)).square() * weights).sum() *
      0.5;
  const at::Tensor entropy =
      (policy.entropy.view({steps, columns}) * weights).sum();
  const at::Tensor ratio =
      (log_ratios.clamp_max(kLargestLogRatio).exp() * weights).sum();
  return {.total = policy_loss + baseline_loss * options.baseline_weight -
                   entropy * options.entropy_weight,
          .policy = policy_loss.detach(),
          .baseline = baseline_loss.detach(),
          .entropy = entropy.detach(),
          .mean_ratio = ratio};
}

}  // namespace credo
