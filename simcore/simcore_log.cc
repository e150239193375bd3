#include "simcore/simcore_log.h"

#include <torch/types.h>

#include <string>

namespace credo {
namespace {

// The mean of `values` [F] over the frames of each offset: NAME.k00, ...
void AddByOffset(const SimcoreUpdate& update, const std::string& name,
                 const at::Tensor& values, MetricTensors& metrics) {
  metrics.Add(values, [name, overshoot = update.overshoot, &plan = update.plan](
                          const double* value, std::vector<Metric>& made) {
    std::vector<double> sums(overshoot + 1, 0);
    std::vector<int64_t> counts(overshoot + 1, 0);
    for (const DecodedFrame& frame : plan.frames) {
      sums[frame.offset] += *value++;
      ++counts[frame.offset];
    }
    for (size_t k = 0; k < sums.size(); ++k) {
      if (counts[k] == 0) continue;
      made.push_back(
          {name + ".k" + std::string(k < 10 ? "0" : "") + std::to_string(k),
           sums[k] / static_cast<double>(counts[k]),
           static_cast<double>(counts[k])});
    }
  });
}

// The same frames explained by the states of another start, as far ahead.
at::Tensor Gap(const SimcoreUpdate& update, const FrameModel& model,
               const Simulator& simulator) {
  const SimulationInputs& inputs = update.inputs;
  const FrameLoss shuffled =
      model.Loss(simulator.SimulateOnly(update.others, inputs.beliefs,
                                        inputs.contents, inputs.actions),
                 update.targets, update.noise);
  return (shuffled.nats - update.loss.nats).mean();
}

}  // namespace

MetricTensors SimcoreMetrics(const SimcoreUpdate& update,
                             const FrameModel& model,
                             const Simulator& simulator,
                             const Memory& memory) {
  torch::NoGradGuard no_grad;
  const auto frames = static_cast<double>(update.plan.frames.size());
  MetricTensors metrics;
  AddByOffset(update, "error", update.loss.nats, metrics);
  for (const FrameNumber& number : update.loss.numbers) {
    AddByOffset(update, number.name, number.value, metrics);
    metrics.Add(number.name, number.value.mean(), frames);
  }
  metrics.Add("gap", Gap(update, model, simulator), frames);
  metrics.Add("", model.Progress());
  if (simulator.reads()) {
    const SimulationInputs& inputs = update.inputs;
    const ReadStatistics read = memory.Watch(
        inputs.contents,
        simulator.Queries(simulator.Simulate(inputs.beliefs, inputs.contents,
                                             inputs.actions)));
    if (read.entropy.defined()) {
      metrics.Add("memory.read_entropy", read.entropy.mean());
      metrics.Add("memory.occupancy", read.occupancy.mean());
    }
  }
  return metrics;
}

}  // namespace credo
