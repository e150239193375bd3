// The frame model with latents for observations of any kind: conv_draw's idea
// without a grid, in one step. A variational autoencoder whose prior is
// conditional too (Kingma and Welling 2014; Sohn et al. 2015), under GECO.
//
//   prior      N(MLP(s))
//   posterior  N(MLP([s, frame])), while it learns
//   frame      MLP([s, z])
#ifndef CREDO_SIMCORE_LATENT_H_
#define CREDO_SIMCORE_LATENT_H_

#include "simcore/frame_model.h"

namespace credo {

// Numbers of its loss: "kl", "reconstruction", both in nats of a frame.
FrameModelPart LatentPart();

}  // namespace credo

#endif  // CREDO_SIMCORE_LATENT_H_
