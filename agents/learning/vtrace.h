// V-trace targets and advantages.
//
// Source: Espeholt et al. 2018, "IMPALA", equation 1 and remark 2:
//   rho_t = min(rho_bar, ratio_t),  c_t = lambda min(c_bar, ratio_t)
//   delta_t = rho_t (r_t + gamma_t V(x_{t+1}) - V(x_t))
//   v_t = V(x_t) + delta_t + gamma_t c_t (v_{t+1} - V(x_{t+1}))
//   advantage_t = min(rho_bar_pg, ratio_t) (r_t + gamma_t v_{t+1} - V(x_t))
// with v_T = V(x_T), the bootstrap.
#ifndef CREDO_AGENTS_LEARNING_VTRACE_H_
#define CREDO_AGENTS_LEARNING_VTRACE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "sdk/base/record.h"

namespace credo {

struct VtraceOptions {
  double rho_bar = 1.0;
  double rho_bar_pg = 1.0;
  double c_bar = 1.0;
  double lambda = 1.0;
};

// What a transition t -> t + 1 is worth, all [T, B], f64 on the host.
struct Transitions {
  at::Tensor discounts;  // gamma into kMid and kTruncated, 0 into kTerminal
  // 1, and 0 for a transition into kFirst: it is none. Such a position carries
  // no loss and nothing crosses it: its value target is its own value, and the
  // trace of the position before it stops.
  at::Tensor valid;
};

// `kinds` [T+1, B], row-major.
Transitions MakeTransitions(const std::vector<Kind>& kinds, int64_t steps,
                            int64_t columns, double discount);

struct VtraceInput {
  at::Tensor log_ratios;  // [T, B], log pi(a_t) - log mu(a_t)
  at::Tensor rewards;     // [T, B], received on arriving at t + 1
  at::Tensor values;      // [T+1, B], V(x_t); the last row bootstraps
  Transitions transitions;
};

struct VtraceOutput {
  at::Tensor targets;     // [T, B], v_t
  at::Tensor advantages;  // [T, B], with the ratio inside
};

// No gradient passes. f32 or f64, computed in f64.
VtraceOutput Vtrace(const VtraceInput& input, const VtraceOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_VTRACE_H_
