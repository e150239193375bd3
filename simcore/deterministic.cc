#include "simcore/deterministic.h"

#include <torch/types.h>

#include <optional>

#include "sdk/model/frame_models.h"
#include "sdk/tensor/layers.h"
#include "simcore/conv_generator.h"
#include "simcore/observation_likelihood.h"

namespace credo {
namespace {

class Deterministic : public FrameModel {
 public:
  Deterministic(const DeterministicOptions& options,
                const DeterministicModel& model, Parameters& parameters,
                const FramePlace& place)
      : likelihood_(place.observations, options.sigma) {
    if (model.conv) {
      conv_.emplace(parameters, *model.conv);
    } else {
      mlp_.emplace(parameters, model.mlp);
    }
  }

  bool repeats() const override { return true; }

  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor&) const override {
    const at::Tensor nats =
        likelihood_.Nats(Prediction(states), targets.observations);
    return {nats, nats.detach(), {}, {}};
  }

  bool Decodes() const override { return true; }
  DecodedFrames Decode(const at::Tensor& states,
                       const at::Tensor&) const override {
    return likelihood_.Decoded(Prediction(states));
  }

 private:
  at::Tensor Prediction(const at::Tensor& states) const {
    return mlp_ ? (*mlp_)(states) : conv_->Picture(states);
  }

  FrameLikelihood likelihood_;
  std::optional<Mlp> mlp_;  // or conv_
  std::optional<ConvGenerator> conv_;
};

}  // namespace

FrameModelPart DeterministicPart() {
  return {DeterministicInfo(),
          [](const Options& any, Parameters& parameters,
             const FramePlace& place) -> Result<std::unique_ptr<FrameModel>> {
            const auto& options = As<DeterministicOptions>(any);
            CREDO_ASSIGN_OR_RETURN(const DeterministicModel model,
                                   DeterministicModel::Make(options, place));
            return std::unique_ptr<FrameModel>(std::make_unique<Deterministic>(
                options, model, parameters, place));
          }};
}

}  // namespace credo
