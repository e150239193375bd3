// The simulator: from one belief forward with actions alone. Its formulas and
// its source stand in sdk/model/simulator.h.
//
//   belief at t ----+
//   contents at t --|------+-------------+
//                   v      v             v
//          no action -> [s_0,r_0] --> [s_1,r_1] --> ... [s_K,r_K]
//                                a_{t+1}
//
// The frame of t is explained by k = 0, that of t + 1 by k = 1, and so on,
// where a_{t+k} is the action that led to record t + k.
#ifndef CREDO_SIMCORE_SIMULATOR_H_
#define CREDO_SIMCORE_SIMULATOR_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "memory/memory.h"
#include "sdk/model/simulator.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/lstm.h"
#include "sdk/tensor/parameters.h"
#include "simcore/simulated_states.h"

namespace credo {

class Simulator {
 public:
  // `memory` outlives this object.
  Simulator(Parameters& parameters, const SimulatorModel& model,
            double forget_bias, const Memory& memory);

  // beliefs [R, D] and contents [R, M] at the starts; actions [K+1, R, A], row
  // 0 zero. Returns the simulated states, each with what it read: [K+1, R,
  // outputs()]. Sees no frame.
  at::Tensor Simulate(const at::Tensor& beliefs, const at::Tensor& contents,
                      const at::Tensor& actions) const;

  // The states that `wanted` names alone, [F, outputs()]. What comes after the
  // last one of a start is not computed on the CPU, and nothing is read for
  // states that nobody asked for. `actions` may hold more steps. Makers of
  // values refer to `wanted`.
  at::Tensor SimulateOnly(const std::vector<SimulatedState>& wanted,
                          const at::Tensor& beliefs,
                          const at::Tensor& contents,
                          const at::Tensor& actions) const;

  // Where the memory is read from these states [K+1, R, S or more]: queries
  // [R, (K+1) * reads, Q]. REQUIRES: there is something to read.
  at::Tensor Queries(const at::Tensor& states) const;
  bool reads() const { return query_.has_value(); }

  int64_t outputs() const { return model_.outputs; }

 private:
  // The LSTM's states that are wanted, [F, S].
  at::Tensor Recur(const std::vector<SimulatedState>& wanted,
                   const at::Tensor& beliefs, const at::Tensor& actions) const;

  SimulatorModel model_;
  const Memory& memory_;
  Linear start_;
  Lstm lstm_;
  std::optional<Linear> query_;  // absent when there is nothing to read
};

}  // namespace credo

#endif  // CREDO_SIMCORE_SIMULATOR_H_
