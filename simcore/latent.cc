#include "simcore/latent.h"

#include <torch/types.h>

#include "sdk/model/frame_models.h"
#include "sdk/tensor/layers.h"
#include "simcore/flat_frame.h"
#include "simcore/geco_frame_model.h"
#include "simcore/latent_gaussians.h"
#include "simcore/observation_likelihood.h"
#include "simcore/reconstruction.h"

namespace credo {
namespace {

class Latent : public GecoFrameModel {
 public:
  Latent(const LatentOptions& options, const LatentModel& model,
         Parameters& parameters, const FramePlace& place)
      : GecoFrameModel(options.geco),
        observations_(place.observations),
        tolerances_{options.picture_tolerance, options.tile_tolerance,
                    options.vector_tolerance},
        latents_(model.latents),
        prior_(parameters, model.prior),
        posterior_(parameters, model.posterior),
        decoder_(parameters, model.decoder) {}

  int64_t noise() const override { return latents_; }

  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor& noise) const override {
    const at::Tensor frames =
        FlatFrame(observations_, targets.observations, states.scalar_type());
    const Gaussians prior = GaussiansOf(prior_(states));
    const Gaussians posterior =
        GaussiansOf(posterior_(at::cat({states, frames}, 1)));
    const Reconstruction reconstruction =
        OfFrames(observations_, tolerances_,
                 Predictions(states, Draw(posterior, noise)),
                 targets.observations);
    FrameLoss loss = geco().Loss(Divergence(posterior, prior).sum(1),
                                 reconstruction, targets.weights);
    loss.numbers.push_back({"reconstruction", reconstruction.nats});
    return loss;
  }

  bool Decodes() const override { return true; }
  DecodedFrames Decode(const at::Tensor& states,
                       const at::Tensor& noise) const override {
    return FrameLikelihood(observations_,
                           {tolerances_.picture, tolerances_.vector})
        .Decoded(
            Predictions(states, Draw(GaussiansOf(prior_(states)), noise)));
  }

 private:
  at::Tensor Predictions(const at::Tensor& states,
                         const at::Tensor& latents) const {
    return decoder_(at::cat({states, latents}, 1));
  }

  std::vector<ObservationSpec> observations_;
  Tolerances tolerances_;
  int64_t latents_;
  Mlp prior_;
  Mlp posterior_;
  Mlp decoder_;
};

}  // namespace

FrameModelPart LatentPart() {
  return {LatentInfo(),
          [](const Options& any, Parameters& parameters,
             const FramePlace& place) -> Result<std::unique_ptr<FrameModel>> {
            const auto& options = As<LatentOptions>(any);
            return std::unique_ptr<FrameModel>(std::make_unique<Latent>(
                options, LatentModel(options, place), parameters, place));
          }};
}

}  // namespace credo
