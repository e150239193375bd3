// Which states of simulations are wanted, and the orders in which they are
// computed and read.
#ifndef CREDO_SIMCORE_SIMULATED_STATES_H_
#define CREDO_SIMCORE_SIMULATED_STATES_H_

#include <cstdint>
#include <vector>

namespace credo {

// A state: so many steps after start `row`.
struct SimulatedState {
  int64_t row;
  int64_t offset;
};

// Simulations as a sequence that loses rows: the longest one first, each until
// the last state that is wanted of it.
struct LongestFirst {
  LongestFirst(const std::vector<SimulatedState>& wanted, int64_t starts);

  std::vector<int64_t> order;   // the start that each row is
  std::vector<int64_t> rows;    // of each step
  std::vector<int64_t> inputs;  // offset * starts + start, of each packed row
  std::vector<int64_t> states;  // the packed row of each wanted state
};

// States by start: as many places for each as the one with most needs.
struct GroupedByStart {
  GroupedByStart(const std::vector<SimulatedState>& wanted, int64_t starts);

  std::vector<int64_t> states;  // of each place; any where there are fewer
  std::vector<int64_t> places;  // of each state
};

}  // namespace credo

#endif  // CREDO_SIMCORE_SIMULATED_STATES_H_
