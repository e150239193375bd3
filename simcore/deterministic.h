// The deterministic frame model: an MLP from the simulated state to every
// number of the frame, without latent variables. The paper's "deterministic"
// baseline, here with a likelihood for each kind of observation.
#ifndef CREDO_SIMCORE_DETERMINISTIC_H_
#define CREDO_SIMCORE_DETERMINISTIC_H_

#include "simcore/frame_model.h"

namespace credo {

struct DeterministicOptions : Options {
  std::vector<int64_t> hidden = {128};
  double picture_sigma = 0.1;
  double vector_sigma = 0.1;
  void Visit(FieldVisitor& v) override;
};

FrameModelPart Deterministic();

}  // namespace credo

#endif  // CREDO_SIMCORE_DETERMINISTIC_H_
