#include <utility>

#include "sdk/model/frame_models.h"
#include "sdk/runtime/conv_generator.h"
#include "sdk/runtime/frame_model.h"

namespace credo::runtime {
namespace {

class ConvDraw : public FrameModel {
 public:
  static Result<std::unique_ptr<FrameModel>> Load(const Options& options,
                                                  const Source& source,
                                                  const FramePlace& place) {
    const Result<ConvDrawModel> model =
        ConvDrawModel::Make(As<ConvDrawOptions>(options), place);
    if (!model.ok()) return AtLoss(model.status(), place);
    auto loaded = std::make_unique<ConvDraw>();
    loaded->noise_ = model->noise();
    loaded->scales_ = As<ConvDrawOptions>(options).scales();
    CREDO_ASSIGN_OR_RETURN(loaded->generator_,
                           ConvGenerator::Load(source, model->generator));
    CREDO_ASSIGN_OR_RETURN(loaded->prior_hidden_,
                           Conv3::Load(source, model->prior_hidden));
    CREDO_ASSIGN_OR_RETURN(loaded->prior_condition_,
                           Conv3::Load(source, model->prior_condition));
    return std::unique_ptr<FrameModel>(std::move(loaded));
  }

  int64_t noise() const override { return noise_; }
  FrameScales scales() const override { return scales_; }
  int64_t scratch() const override {
    return generator_.scratch() +
           2 * generator_.model().cells() * prior_hidden_.stride();
  }

  void Predict(const Kernels& kernels, const float* state, const float* noise,
               float* scratch, float* predictions) const override {
    const ConvGeneratorModel& model = generator_.model();
    const int64_t stride = prior_hidden_.stride();
    float* const shared = scratch + generator_.scratch();
    float* const moments = shared + model.cells() * stride;
    generator_.Begin(kernels, state, scratch);
    prior_condition_(kernels, generator_.condition_map(),
                     generator_.condition(scratch), shared);
    for (int64_t step = 0; step < model.steps; ++step) {
      prior_hidden_(kernels, generator_.hidden_map(),
                    generator_.hidden(scratch), moments);
      for (int64_t cell = 0; cell < model.cells(); ++cell) {
        float* const own = moments + cell * stride;
        for (int64_t i = 0; i < 2 * model.latents; ++i) {
          own[i] += shared[cell * stride + i];
        }
        SampleLatents(model.latents, own, noise,
                      generator_.latents(cell, scratch));
        if (noise != nullptr) noise += model.latents;
      }
      generator_.Step(kernels, scratch);
    }
    generator_.Draw(scratch, predictions);
  }

 private:
  int64_t noise_ = 0;
  FrameScales scales_;
  ConvGenerator generator_;
  Conv3 prior_hidden_;
  Conv3 prior_condition_;
};

}  // namespace

FrameModelPart ConvDrawPart() { return {ConvDrawInfo(), ConvDraw::Load}; }

}  // namespace credo::runtime
