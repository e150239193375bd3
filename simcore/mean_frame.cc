#include "simcore/mean_frame.h"

#include <torch/types.h>

#include "sdk/model/frame_models.h"
#include "simcore/observation_likelihood.h"

namespace credo {
namespace {

class MeanFrame : public FrameModel {
 public:
  MeanFrame(const MeanFrameOptions& options, Parameters& parameters,
            const FramePlace& place)
      : likelihood_(place.observations, options.sigma) {
    for (const TensorSpec& mean : MeanFrameModel(place)) {
      means_.push_back(parameters.Add(mean.name, mean.shape, Init::Zero()));
    }
  }

  bool repeats() const override { return true; }

  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor&) const override {
    const at::Tensor nats =
        likelihood_.Nats(Prediction(states.size(0)), targets.observations);
    return {nats, nats.detach(), {}, {}};
  }

  bool Decodes() const override { return true; }
  DecodedFrames Decode(const at::Tensor& states,
                       const at::Tensor&) const override {
    return likelihood_.Decoded(Prediction(states.size(0)));
  }

 private:
  at::Tensor Prediction(int64_t frames) const {
    std::vector<at::Tensor> means;
    for (const Parameter* mean : means_) means.push_back(mean->value);
    return at::cat(means).unsqueeze(0).expand({frames, -1});
  }

  FrameLikelihood likelihood_;
  std::vector<Parameter*> means_;
};

}  // namespace

FrameModelPart MeanFramePart() {
  return {MeanFrameInfo(),
          [](const Options& options, Parameters& parameters,
             const FramePlace& place) -> Result<std::unique_ptr<FrameModel>> {
            return std::unique_ptr<FrameModel>(std::make_unique<MeanFrame>(
                As<MeanFrameOptions>(options), parameters, place));
          }};
}

}  // namespace credo
