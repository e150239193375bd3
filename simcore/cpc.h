// The contrastive frame model: tells the true frame from other frames of the
// unroll, given the simulated state. It draws nothing.
//
//   query = MLP(s),  key_n = Linear(candidate n),  score = query key_n / t
//   loss  = -ln (exp score_true / sum_n exp score_n)
//
// Source: van den Oord et al. 2018, "Representation Learning with Contrastive
// Predictive Coding", equation 4 (InfoNCE); Guo et al. 2018, "Neural Predictive
// Belief Representations", for states that are simulated with actions. That
// near-duplicates of the true frame and its neighbours in time are no negatives
// is ours: a world that stands still shows the same frame again.
#ifndef CREDO_SIMCORE_CPC_H_
#define CREDO_SIMCORE_CPC_H_

#include "simcore/frame_model.h"

namespace credo {

// Numbers of its loss: "accuracy", 1 where the true frame has the best score.
FrameModelPart CpcPart();

}  // namespace credo

#endif  // CREDO_SIMCORE_CPC_H_
