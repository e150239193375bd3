// The simulator: from one belief forward with actions alone.
//
// Source: Gregor et al. 2019, "Shaping Belief States with Generative
// Environment Models for RL", section on SimCore; the reading of a memory by
// address from the simulation is ours.
//
//   [h_0, c_0] = Linear(recurrent part of the belief)
//   s_k = LSTM(s_{k-1}, a_k)                k = 0..K, a_0 is no action at all
//   r_k = memory.Read(contents at the start, Linear(s_k))
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

#include <optional>
#include <string>

#include "memory/memory.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/lstm.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class Simulator {
 public:
  // `recurrent`: leading columns of a belief that a simulation starts from.
  // `memory` outlives this object.
  Simulator(Parameters& parameters, const std::string& name, int64_t recurrent,
            int64_t action_inputs, int64_t size, double forget_bias,
            const Memory& memory);

  // beliefs [R, D] and contents [R, M] at the starts; actions [K+1, R, A], row
  // 0 zero. Returns the simulated states, each with what it read: [K+1, R,
  // outputs()]. Sees no frame.
  at::Tensor Simulate(const at::Tensor& beliefs, const at::Tensor& contents,
                      const at::Tensor& actions) const;

  int64_t outputs() const { return lstm_.size() + memory_.read_size(); }

 private:
  int64_t recurrent_;
  const Memory& memory_;
  Linear start_;
  Lstm lstm_;
  std::optional<Linear> query_;  // absent when there is nothing to read
};

}  // namespace credo

#endif  // CREDO_SIMCORE_SIMULATOR_H_
