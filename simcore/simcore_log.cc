#include "simcore/simcore_log.h"

#include <torch/types.h>

#include <string>

namespace credo {
namespace {

// The mean of `values` [F] over the frames of each offset: NAME.k00, ...
void AddByOffset(const SimcoreUpdate& update, const std::string& name,
                 const at::Tensor& values, std::vector<Metric>& metrics) {
  const at::Tensor host = values.detach().cpu().to(at::kDouble);
  const double* value = host.const_data_ptr<double>();
  std::vector<double> sums(update.overshoot + 1, 0);
  std::vector<int64_t> counts(update.overshoot + 1, 0);
  for (const DecodedFrame& frame : update.plan.frames) {
    sums[frame.offset] += *value++;
    ++counts[frame.offset];
  }
  for (size_t k = 0; k < sums.size(); ++k) {
    if (counts[k] == 0) continue;
    metrics.push_back(
        {name + ".k" + std::string(k < 10 ? "0" : "") + std::to_string(k),
         sums[k] / static_cast<double>(counts[k]),
         static_cast<double>(counts[k])});
  }
}

// The same frames explained by the states of another start, as far ahead.
double Gap(const SimcoreUpdate& update, const FrameModel& model,
           const Simulator& simulator) {
  const SimulationInputs& inputs = update.inputs;
  const FrameLoss shuffled = model.Loss(
      simulator.SimulateOnly(StatesOfOthers(update.plan), inputs.beliefs,
                             inputs.contents, inputs.actions),
      update.targets, update.noise);
  return (shuffled.nats - update.loss.nats).mean().item<double>();
}

}  // namespace

std::vector<Metric> SimcoreMetrics(const SimcoreUpdate& update,
                                   const FrameModel& model,
                                   const Simulator& simulator,
                                   const Memory& memory) {
  torch::NoGradGuard no_grad;
  const auto frames = static_cast<double>(update.plan.frames.size());
  std::vector<Metric> metrics;
  AddByOffset(update, "error", update.loss.nats, metrics);
  for (const FrameNumber& number : update.loss.numbers) {
    AddByOffset(update, number.name, number.value, metrics);
    metrics.push_back(
        {number.name, number.value.mean().item<double>(), frames});
  }
  metrics.push_back({"gap", Gap(update, model, simulator), frames});
  for (const Metric& metric : model.Progress()) metrics.push_back(metric);
  if (simulator.reads()) {
    const SimulationInputs& inputs = update.inputs;
    const ReadStatistics read = memory.Watch(
        inputs.contents,
        simulator.Queries(simulator.Simulate(inputs.beliefs, inputs.contents,
                                             inputs.actions)));
    if (read.entropy.defined()) {
      metrics.push_back(
          {"memory.read_entropy", read.entropy.mean().item<double>()});
      metrics.push_back(
          {"memory.occupancy", read.occupancy.mean().item<double>()});
    }
  }
  return metrics;
}

}  // namespace credo
