#include <algorithm>
#include <utility>

#include "sdk/model/frame_models.h"
#include "sdk/runtime/frame_model.h"

namespace credo::runtime {
namespace {

class Latent : public FrameModel {
 public:
  static Result<std::unique_ptr<FrameModel>> Load(const Options& options,
                                                  const Source& source,
                                                  const FramePlace& place) {
    const LatentModel model(As<LatentOptions>(options), place);
    auto loaded = std::make_unique<Latent>();
    loaded->latents_ = model.latents;
    loaded->scales_ = As<LatentOptions>(options).scales();
    CREDO_ASSIGN_OR_RETURN(loaded->prior_, Mlp::Load(source, model.prior));
    CREDO_ASSIGN_OR_RETURN(loaded->decoder_, Mlp::Load(source, model.decoder));
    return std::unique_ptr<FrameModel>(std::move(loaded));
  }

  int64_t noise() const override { return latents_; }
  FrameScales scales() const override { return scales_; }
  int64_t scratch() const override {
    return Padded(prior_.out()) + Padded(decoder_.in()) +
           std::max(prior_.scratch(1), decoder_.scratch(1));
  }

  void Predict(const Kernels& kernels, const float* state, const float* noise,
               float* scratch, float* predictions) const override {
    float* const moments = scratch;
    float* const joined = moments + Padded(prior_.out());
    float* const rest = joined + Padded(decoder_.in());
    prior_(kernels, 1, {const_cast<float*>(state), 0}, {moments, 0}, rest);
    float* const z = std::copy_n(state, prior_.in(), joined);
    SampleLatents(latents_, moments, noise, z);
    decoder_(kernels, 1, {joined, 0}, {predictions, 0}, rest);
  }

 private:
  int64_t latents_ = 0;
  FrameScales scales_;
  Mlp prior_;
  Mlp decoder_;
};

}  // namespace

FrameModelPart LatentPart() { return {LatentInfo(), Latent::Load}; }

}  // namespace credo::runtime
