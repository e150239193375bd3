#include "simcore/simulator.h"

#include <torch/types.h>

#include "sdk/tensor/device.h"
#include "sdk/tensor/host_values.h"

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

at::Tensor Simulator::Recur(const std::vector<SimulatedState>& wanted,
                            const at::Tensor& beliefs,
                            const at::Tensor& actions) const {
  const LongestFirst packed(wanted, beliefs.size(0));
  const at::Tensor start =
      start_(beliefs.narrow(1, 0, model_.recurrent)
                 .index_select(0, IndicesFor(beliefs, packed.order)));
  const at::Tensor inputs =
      actions.flatten(0, 1).index_select(0, IndicesFor(actions, packed.inputs));
  const int64_t size = lstm_.size();
  return lstm_
      .OfFewerRows(model_.actions ? inputs : at::zeros_like(inputs),
                   start.narrow(1, 0, size), start.narrow(1, size, size),
                   packed.rows)
      .index_select(0, IndicesFor(beliefs, packed.states));
}

at::Tensor Simulator::SimulateOnly(const std::vector<SimulatedState>& wanted,
                                   const at::Tensor& beliefs,
                                   const at::Tensor& contents,
                                   const at::Tensor& actions) const {
  const int64_t starts = beliefs.size(0);
  if (!UsesKernels(beliefs)) {
    // Shapes that no draw changes.
    const at::Tensor rows = IndicesFromHost(beliefs, [&wanted, starts] {
      std::vector<int64_t> rows;
      for (const SimulatedState& state : wanted) {
        rows.push_back(state.offset * starts + state.row);
      }
      return rows;
    });
    return Simulate(beliefs, contents, actions)
        .flatten(0, 1)
        .index_select(0, rows);
  }
  const at::Tensor states = Recur(wanted, beliefs, actions);
  if (!query_) return states;
  const GroupedByStart grouped(wanted, starts);
  const at::Tensor queries =
      (*query_)(states)
          .index_select(0, IndicesFor(states, grouped.states))
          .reshape({starts, -1, memory_.shape().query});
  const at::Tensor read =
      memory_.Read(contents, queries)
          .reshape({static_cast<int64_t>(grouped.states.size()), -1})
          .index_select(0, IndicesFor(states, grouped.places));
  return at::cat({states, read}, -1);
}

}  // namespace credo
