#include "agents/learning/vtrace.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "sdk/tensor/device.h"

namespace credo {
namespace {

// Keeps a ratio finite when nothing truncates it.
constexpr double kLargestLogRatio = 20.0;

at::Tensor Doubles(const at::Tensor& x) {
  return x.detach().to(at::kCPU, at::kDouble).contiguous();
}

void CheckShape(const char* name, const at::Tensor& x, int64_t steps,
                int64_t columns) {
  TORCH_CHECK(x.sizes() == at::IntArrayRef({steps, columns}), "Vtrace: ", name,
              " expected [", steps, ", ", columns, "], found ", x.sizes());
}

// The same on any device: step by step, all columns at once.
VtraceOutput ByOperators(const VtraceInput& input,
                         const VtraceOptions& options) {
  const auto there = [&](const at::Tensor& x) {
    return x.to(input.values.device(), at::kDouble);
  };
  const at::Tensor values = there(input.values);
  const at::Tensor discounts = there(input.transitions.discounts);
  const at::Tensor is_void = there(input.transitions.valid).eq(0);
  const at::Tensor rewards = there(input.rewards);
  const at::Tensor ratios =
      there(input.log_ratios).clamp_max(kLargestLogRatio).exp();
  const int64_t steps = ratios.size(0);
  std::vector<at::Tensor> targets(steps);
  std::vector<at::Tensor> advantages(steps);
  at::Tensor passed = at::zeros_like(values[0]);
  for (int64_t t = steps - 1; t >= 0; --t) {
    const at::Tensor ahead = values[t + 1];
    advantages[t] = (ratios[t].clamp_max(options.rho_bar_pg) *
                     (rewards[t] + discounts[t] * (ahead + passed) - values[t]))
                        .masked_fill(is_void[t], 0);
    const at::Tensor delta =
        ratios[t].clamp_max(options.rho_bar) *
        (rewards[t] + discounts[t] * ahead - values[t]);
    const at::Tensor c = ratios[t].clamp_max(options.c_bar) * options.lambda;
    passed =
        (delta + discounts[t] * c * passed).masked_fill(is_void[t], 0);
    targets[t] = values[t] + passed;
  }
  return {.targets = at::stack(targets).to(input.values.options()),
          .advantages = at::stack(advantages).to(input.values.options())};
}

}  // namespace

Transitions MakeTransitions(const std::vector<Kind>& kinds, int64_t steps,
                            int64_t columns, double discount) {
  TORCH_CHECK(static_cast<int64_t>(kinds.size()) == (steps + 1) * columns,
              "MakeTransitions: expected ", (steps + 1) * columns,
              " kinds, found ", kinds.size());
  const at::Tensor discounts = torch::zeros({steps, columns}, at::kDouble);
  const at::Tensor valid = torch::zeros({steps, columns}, at::kDouble);
  double* discounts_data = discounts.mutable_data_ptr<double>();
  double* valid_data = valid.mutable_data_ptr<double>();
  for (int64_t i = 0; i < steps * columns; ++i) {
    const Kind arrival = kinds[i + columns];
    if (arrival == Kind::kFirst) continue;
    valid_data[i] = 1.0;
    if (arrival != Kind::kTerminal) discounts_data[i] = discount;
  }
  return {.discounts = discounts, .valid = valid};
}

VtraceOutput Vtrace(const VtraceInput& input, const VtraceOptions& options) {
  TORCH_CHECK(input.log_ratios.dim() == 2, "Vtrace: log_ratios expected ",
              "[T, B], found ", input.log_ratios.sizes());
  const int64_t steps = input.log_ratios.size(0);
  const int64_t columns = input.log_ratios.size(1);
  CheckShape("rewards", input.rewards, steps, columns);
  CheckShape("values", input.values, steps + 1, columns);
  CheckShape("discounts", input.transitions.discounts, steps, columns);
  CheckShape("valid", input.transitions.valid, steps, columns);

  if (!UsesKernels(input.values)) return ByOperators(input, options);
  const at::Tensor log_ratios = Doubles(input.log_ratios);
  const at::Tensor rewards = Doubles(input.rewards);
  const at::Tensor values = Doubles(input.values);
  const at::Tensor discounts = Doubles(input.transitions.discounts);
  const at::Tensor valid = Doubles(input.transitions.valid);
  const at::Tensor targets = torch::empty({steps, columns}, at::kDouble);
  const at::Tensor advantages = torch::empty({steps, columns}, at::kDouble);

  const double* log_ratio = log_ratios.const_data_ptr<double>();
  const double* reward = rewards.const_data_ptr<double>();
  const double* value = values.const_data_ptr<double>();
  const double* discount = discounts.const_data_ptr<double>();
  const double* is_valid = valid.const_data_ptr<double>();
  double* target = targets.mutable_data_ptr<double>();
  double* advantage = advantages.mutable_data_ptr<double>();

  // Of each column: v_{t+1} - V(x_{t+1}), what later steps pass back.
  std::vector<double> trace(columns, 0.0);
  for (int64_t i = steps * columns - 1; i >= 0; --i) {
    double& passed = trace[i % columns];
    if (is_valid[i] == 0) {
      // Nothing is read here: reward and ratio are void and may be anything.
      target[i] = value[i];
      advantage[i] = 0.0;
      passed = 0.0;
      continue;
    }
    // The ratio stands first in each minimum, so that a NaN is not hidden.
    const double ratio = std::exp(std::min(log_ratio[i], kLargestLogRatio));
    const double next_value = value[i + columns];
    const double next_target = next_value + passed;
    advantage[i] = std::min(ratio, options.rho_bar_pg) *
                   (reward[i] + discount[i] * next_target - value[i]);
    const double delta = std::min(ratio, options.rho_bar) *
                         (reward[i] + discount[i] * next_value - value[i]);
    const double c = options.lambda * std::min(ratio, options.c_bar);
    passed = delta + discount[i] * c * passed;
    target[i] = value[i] + passed;
  }
  return {.targets = targets.to(input.values.options()),
          .advantages = advantages.to(input.values.options())};
}

}  // namespace credo
