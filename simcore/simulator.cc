#include "simcore/simulator.h"

#include <torch/types.h>

namespace credo {

Simulator::Simulator(Parameters& parameters, const SimulatorModel& model,
                     double forget_bias, const Memory& memory)
    : model_(model),
      memory_(memory),
      start_(parameters, model.start),
      lstm_(parameters, model.lstm, forget_bias) {
  if (model.reads > 0) query_.emplace(parameters, model.query);
}

at::Tensor Simulator::Queries(const at::Tensor& states) const {
  const at::Tensor queries =
      (*query_)(states.narrow(2, 0, lstm_.size())).transpose(0, 1);
  return queries.reshape(
      {queries.size(0), -1, memory_.shape().query});  // [R, (K+1) * reads, Q]
}

at::Tensor Simulator::Simulate(const at::Tensor& beliefs,
                               const at::Tensor& contents,
                               const at::Tensor& actions) const {
  const at::Tensor start = start_(beliefs.narrow(1, 0, model_.recurrent));
  const int64_t size = lstm_.size();
  const at::Tensor states =
      lstm_(model_.actions ? actions : at::zeros_like(actions),
            start.narrow(1, 0, size), start.narrow(1, size, size), {})
          .hidden;  // [K+1, R, S]
  if (!query_) return states;
  const at::Tensor read =
      memory_.Read(contents, Queries(states))
          .reshape({contents.size(0), states.size(0), -1});
  return at::cat({states, read.transpose(0, 1)}, -1);
}

}  // namespace credo
