// The auxiliary loss `simcore`: predict frames far ahead from the belief and
// the actions alone, so that the belief must hold what the future depends on.
//
// Source: Gregor et al. 2019. The loss of one pair is that of the frame model
// for the frame of record t + k given the simulated state s_{t,k}; the pairs
// are subsampled (simcore/start_sampler.h).
#ifndef CREDO_SIMCORE_SIMCORE_TASK_H_
#define CREDO_SIMCORE_SIMCORE_TASK_H_

#include "simcore/auxiliary_task.h"
#include "simcore/frame_model.h"

namespace credo {

// The task with frame models out of `frame_models`.
//
// Metrics, nats per frame, of the updates that are logged:
//   error.kNN   mean error of the decoded frames NN steps ahead
//   gap         error with the simulated states of another start minus the
//               error with the true ones: above 0 as soon as the states matter
AuxiliaryTaskPart SimcoreTask(std::vector<FrameModelPart> frame_models);

}  // namespace credo

#endif  // CREDO_SIMCORE_SIMCORE_TASK_H_
