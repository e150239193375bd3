// What memories between slots and a differentiable neural computer add to a
// write. No listed memory does either: the formulas stand here, against
// published numbers, for one that will.
//
// Graves et al., "Hybrid computing using a neural network with dynamic external
// memory", 2016; Wayne et al. (MERLIN), 2018.
#ifndef CREDO_TESTS_ORACLES_DNC_H_
#define CREDO_TESTS_ORACLES_DNC_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// Where the next write goes: a_i = (1 - u_i) times the product of all smaller
// usages. Of equal usages the one with the lower index counts as smaller.
inline Vector Allocation(const Vector& usage) {
  std::vector<size_t> order(usage.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return usage[i]; });
  Vector allocation(usage.size());
  double smaller = 1;
  for (const size_t i : order) {
    allocation[i] = (1 - usage[i]) * smaller;
    smaller *= usage[i];
  }
  return allocation;
}

// How much of the next value each row gets in retrospect:
// v <- g v + (1 - g) w, w the weights of the write before.
inline Vector Retroactive(const Vector& weights, const Vector& write,
                          double decay) {
  Vector next(weights.size());
  for (size_t n = 0; n < weights.size(); ++n) {
    next[n] = decay * weights[n] + (1 - decay) * write.at(n);
  }
  return next;
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_DNC_H_
