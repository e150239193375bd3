// The frame model that predicts the same frame everywhere: the floor.
#ifndef CREDO_SIMCORE_MEAN_FRAME_H_
#define CREDO_SIMCORE_MEAN_FRAME_H_

#include "simcore/frame_model.h"

namespace credo {

FrameModelPart MeanFramePart();

}  // namespace credo

#endif  // CREDO_SIMCORE_MEAN_FRAME_H_
