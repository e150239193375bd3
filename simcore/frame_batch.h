// The decoded frames of a plan as tensors: which simulated states they are
// explained by, and what was really seen.
//
// Makers of values refer to the plan, the batch's records and the context.
#ifndef CREDO_SIMCORE_FRAME_BATCH_H_
#define CREDO_SIMCORE_FRAME_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/spec.h"
#include "sdk/tensor/learner_batch.h"
#include "simcore/frame_model.h"
#include "simcore/simulator.h"
#include "simcore/start_sampler.h"

namespace credo {

// Where simulations start, and what they are told. R starts, K = overshoot.
struct SimulationInputs {
  at::Tensor beliefs;   // [R, D]
  at::Tensor contents;  // [R, M]
  // [K+1, R, A]; zero at 0 and beyond a start's horizon.
  at::Tensor actions;
};
SimulationInputs GatherStarts(const StartPlan& plan, const LearnerBatch& batch,
                              int64_t overshoot);

// The frames of a plan with the records that they are, and all records of the
// unroll as candidates: of the whole batch where the learner gathered it.
FrameTargets GatherFrames(const StartPlan& plan, const LearnerBatch& batch,
                          const std::vector<ObservationSpec>& observations);

// The simulated state of each frame of the plan.
std::vector<SimulatedState> StatesOfFrames(const StartPlan& plan);
// The same with the states of another start, as far ahead.
std::vector<SimulatedState> StatesOfOthers(const StartPlan& plan);

// Standard normals [frames of the plan, numbers] out of `stream` at (number of
// the frame, update); undefined when `numbers` is 0.
at::Tensor FrameNoise(const RandomStream& stream, const UpdateContext& context,
                      const StartPlan& plan, int64_t numbers,
                      const at::Tensor& like);

}  // namespace credo

#endif  // CREDO_SIMCORE_FRAME_BATCH_H_
