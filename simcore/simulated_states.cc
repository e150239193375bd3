#include "simcore/simulated_states.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace credo {

LongestFirst::LongestFirst(const std::vector<SimulatedState>& wanted,
                           int64_t starts)
    : order(starts) {
  std::vector<int64_t> last(starts, 0);
  for (const SimulatedState& state : wanted) {
    last[state.row] = std::max(last[state.row], state.offset);
  }
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return last[a] > last[b];
  });
  std::vector<int64_t> row_of(starts);
  for (int64_t i = 0; i < starts; ++i) row_of[order[i]] = i;
  std::vector<int64_t> first;
  for (int64_t k = 0; k <= last[order[0]]; ++k) {
    first.push_back(static_cast<int64_t>(inputs.size()));
    for (int64_t i = 0; i < starts && last[order[i]] >= k; ++i) {
      inputs.push_back(k * starts + order[i]);
    }
    rows.push_back(static_cast<int64_t>(inputs.size()) - first.back());
  }
  for (const SimulatedState& state : wanted) {
    states.push_back(first[state.offset] + row_of[state.row]);
  }
}

GroupedByStart::GroupedByStart(const std::vector<SimulatedState>& wanted,
                               int64_t starts) {
  std::vector<int64_t> counts(starts, 0);
  for (const SimulatedState& state : wanted) {
    places.push_back(counts[state.row]++);
  }
  const int64_t most = *std::max_element(counts.begin(), counts.end());
  states.assign(starts * most, 0);
  for (size_t i = 0; i < wanted.size(); ++i) {
    places[i] += wanted[i].row * most;
    states[places[i]] = static_cast<int64_t>(i);
  }
}

}  // namespace credo
