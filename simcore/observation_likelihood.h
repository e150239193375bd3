// How well predicted numbers explain an observation, by its kind:
//   pictures  Gaussian on intensities in [0, 1]
//   tiles     categorical, one softmax per tile
//   vectors   Gaussian in the observation's own units
#ifndef CREDO_SIMCORE_OBSERVATION_LIKELIHOOD_H_
#define CREDO_SIMCORE_OBSERVATION_LIKELIHOOD_H_

#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/model/frame_models.h"
#include "sdk/tensor/named_tensors.h"
#include "simcore/frame_model.h"

namespace credo {

// The squared errors of a picture's intensities or of a vector, summed over a
// frame: [F, spec.numbers()], observed [F, ...] -> [F].
at::Tensor SquaredError(const ObservationSpec& spec,
                        const at::Tensor& prediction,
                        const at::Tensor& observed);

// -log p in nats, summed over the numbers of a frame, constants included.
// prediction [F, spec.numbers()], of tiles the logits; observed u8 or f32
// [F, ...] -> [F].
at::Tensor NegativeLogLikelihood(const ObservationSpec& spec,
                                 const FrameScales& scales,
                                 const at::Tensor& prediction,
                                 const at::Tensor& observed);

// The expected observation: see DecodedFrames. [F, ...].
at::Tensor ExpectedObservation(const ObservationSpec& spec,
                               const at::Tensor& prediction);

// The same for all observations of a frame, whose predictions lie side by side:
// [F, numbers of all].
class FrameLikelihood {
 public:
  FrameLikelihood(std::vector<ObservationSpec> observations,
                  FrameScales scales)
      : observations_(std::move(observations)), scales_(scales) {}

  // [F], summed over observations.
  at::Tensor Nats(const at::Tensor& predictions,
                  const NamedTensors& observed) const;
  DecodedFrames Decoded(const at::Tensor& predictions) const;

 private:
  std::vector<ObservationSpec> observations_;
  FrameScales scales_;
};

}  // namespace credo

#endif  // CREDO_SIMCORE_OBSERVATION_LIKELIHOOD_H_
