#include <utility>

#include "sdk/model/frame_models.h"
#include "sdk/runtime/conv_generator.h"
#include "sdk/runtime/frame_model.h"

namespace credo::runtime {
namespace {

class ByMlp : public FrameModel {
 public:
  ByMlp(FrameScales sigma, Mlp mlp) : sigma_(sigma), mlp_(std::move(mlp)) {}
  FrameScales scales() const override { return sigma_; }
  int64_t scratch() const override { return mlp_.scratch(1); }
  void Predict(const Kernels& kernels, const float* state, const float*,
               float* scratch, float* predictions) const override {
    mlp_(kernels, 1, {const_cast<float*>(state), 0}, {predictions, 0}, scratch);
  }

 private:
  FrameScales sigma_;
  Mlp mlp_;
};

class ByConvolutions : public FrameModel {
 public:
  ByConvolutions(FrameScales sigma, ConvGenerator generator)
      : sigma_(sigma), generator_(std::move(generator)) {}
  FrameScales scales() const override { return sigma_; }
  int64_t scratch() const override { return generator_.scratch(); }
  void Predict(const Kernels& kernels, const float* state, const float*,
               float* scratch, float* predictions) const override {
    generator_.Begin(kernels, state, scratch);
    for (int64_t i = 0; i < generator_.model().steps; ++i) {
      generator_.Step(kernels, scratch);
    }
    generator_.Draw(scratch, predictions);
  }

 private:
  FrameScales sigma_;
  ConvGenerator generator_;
};

Result<std::unique_ptr<FrameModel>> Load(const Options& any,
                                         const Source& source,
                                         const FramePlace& place) {
  const auto& options = As<DeterministicOptions>(any);
  const Result<DeterministicModel> model =
      DeterministicModel::Make(options, place);
  if (!model.ok()) return AtLoss(model.status(), place);
  if (model->conv) {
    CREDO_ASSIGN_OR_RETURN(ConvGenerator generator,
                           ConvGenerator::Load(source, *model->conv));
    return std::unique_ptr<FrameModel>(
        std::make_unique<ByConvolutions>(options.sigma, std::move(generator)));
  }
  CREDO_ASSIGN_OR_RETURN(Mlp mlp, Mlp::Load(source, model->mlp));
  return std::unique_ptr<FrameModel>(
      std::make_unique<ByMlp>(options.sigma, std::move(mlp)));
}

}  // namespace

FrameModelPart DeterministicPart() { return {DeterministicInfo(), Load}; }

}  // namespace credo::runtime
