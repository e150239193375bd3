// What the task `simcore` tells of an update.
#ifndef CREDO_SIMCORE_SIMCORE_LOG_H_
#define CREDO_SIMCORE_SIMCORE_LOG_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "memory/memory.h"
#include "sdk/tensor/metrics.h"
#include "simcore/frame_batch.h"
#include "simcore/frame_model.h"
#include "simcore/simulated_states.h"
#include "simcore/simulator.h"
#include "simcore/start_sampler.h"

namespace credo {

// An update of the task. The host makes the plan anew for each that repeats it.
struct SimcoreUpdate {
  const StartPlan& plan;
  const std::vector<SimulatedState>& others;  // StatesOfOthers of the plan
  int64_t overshoot;
  const SimulationInputs& inputs;
  const FrameTargets& targets;
  const at::Tensor& noise;
  const FrameLoss& loss;
};

// See simcore/simcore_task.h.
MetricTensors SimcoreMetrics(const SimcoreUpdate& update,
                             const FrameModel& model,
                             const Simulator& simulator, const Memory& memory);

}  // namespace credo

#endif  // CREDO_SIMCORE_SIMCORE_LOG_H_
