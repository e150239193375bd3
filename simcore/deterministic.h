// The deterministic frame model: from the simulated state to every number of
// the frame, without latent variables. The paper's "deterministic" baseline,
// here with a likelihood for each kind of observation; an MLP, or for a picture
// the generator of conv_draw.
#ifndef CREDO_SIMCORE_DETERMINISTIC_H_
#define CREDO_SIMCORE_DETERMINISTIC_H_

#include "simcore/frame_model.h"

namespace credo {

FrameModelPart DeterministicPart();

}  // namespace credo

#endif  // CREDO_SIMCORE_DETERMINISTIC_H_
