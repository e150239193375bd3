#include "simcore/simulator.h"

#include <torch/torch.h>

namespace credo {

Simulator::Simulator(Parameters& parameters, const std::string& name,
                     int64_t recurrent, int64_t action_inputs, int64_t size,
                     double forget_bias, const Memory& memory)
    : recurrent_(recurrent),
      memory_(memory),
      start_(parameters, name + ".start", recurrent, 2 * size),
      lstm_(parameters, name + ".lstm", action_inputs, size, forget_bias) {
  if (memory.query_size() > 0) {
    query_.emplace(parameters, name + ".query", size, memory.query_size());
  }
}

at::Tensor Simulator::Simulate(const at::Tensor& beliefs,
                               const at::Tensor& contents,
                               const at::Tensor& actions) const {
  const at::Tensor start = start_(beliefs.narrow(1, 0, recurrent_));
  const int64_t size = lstm_.size();
  const at::Tensor states =
      lstm_(actions, start.narrow(1, 0, size), start.narrow(1, size, size), {})
          .hidden;  // [K+1, R, S]
  if (!query_) return states;
  const at::Tensor queries = (*query_)(states).transpose(0, 1);  // [R, K+1, Q]
  const at::Tensor read = memory_.Read(contents, queries);
  return at::cat({states, read.transpose(0, 1)}, -1);
}

}  // namespace credo
