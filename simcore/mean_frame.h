// The frame model that predicts the same frame everywhere: the floor that every
// other model must beat.
#ifndef CREDO_SIMCORE_MEAN_FRAME_H_
#define CREDO_SIMCORE_MEAN_FRAME_H_

#include "simcore/frame_model.h"

namespace credo {

FrameModelPart MeanFrame();

}  // namespace credo

#endif  // CREDO_SIMCORE_MEAN_FRAME_H_
