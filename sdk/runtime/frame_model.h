// The contract of a frame model in the runtime: the twin of
// simcore/frame_model.h, as far as it decodes. What frame models are made of
// stands in sdk/model/frame_models.h.
#ifndef CREDO_SDK_RUNTIME_FRAME_MODEL_H_
#define CREDO_SDK_RUNTIME_FRAME_MODEL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/frame_models.h"
#include "sdk/model/frame_shape.h"
#include "sdk/model/options.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class FrameModel {
 public:
  virtual ~FrameModel() = default;
  // Standard normals that draw the latents of one frame; 0: it has none.
  virtual int64_t noise() const { return 0; }
  // How far what is seen lies around a prediction.
  virtual FrameScales scales() const = 0;
  virtual int64_t scratch() const = 0;
  // The raw predictions for all observations one after the other, Padded. Null
  // `noise`: the latents are at the means of their priors.
  virtual void Predict(const Kernels& kernels, const float* state,
                       const float* noise, float* scratch,
                       float* predictions) const = 0;
};

struct FrameModelPart {
  PartInfo info;
  // Empty for a model that draws nothing.
  std::function<Result<std::unique_ptr<FrameModel>>(
      const Options&, const Source&, const FramePlace& place)>
      make;
};

// mean_frame, deterministic, latent, conv_draw, cpc. A host's own build adds to
// its copy.
std::vector<FrameModelPart> FrameModels();

FrameModelPart MeanFramePart();
FrameModelPart DeterministicPart();
FrameModelPart LatentPart();
FrameModelPart ConvDrawPart();

// What sdk/model says against options that do not fit the observations, with
// the name of the loss.
Status AtLoss(const Status& status, const FramePlace& place);

// z = mean + noise * deviation for `moments`: means, then log deviations.
void SampleLatents(int64_t latents, const float* moments, const float* noise,
                   float* z);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_FRAME_MODEL_H_
