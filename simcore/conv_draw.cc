#include "simcore/conv_draw.h"

#include <torch/types.h>

#include <string>
#include <vector>

#include "sdk/model/frame_models.h"
#include "sdk/tensor/conv3.h"
#include "sdk/tensor/layers.h"
#include "simcore/conv_generator.h"
#include "simcore/geco_frame_model.h"
#include "simcore/latent_gaussians.h"
#include "simcore/reconstruction.h"

namespace credo {
namespace {

class ConvDraw : public GecoFrameModel {
 public:
  ConvDraw(const ConvDrawOptions& options, const ConvDrawModel& model,
           Parameters& parameters, const FramePlace& place)
      : GecoFrameModel(options.geco),
        observation_(place.observations[0].name),
        tolerance_(options.tolerance),
        noise_(model.noise()),
        generator_(parameters, model.generator),
        prior_hidden_(parameters, model.prior_hidden),
        prior_condition_(parameters, model.prior_condition),
        picture_(parameters, model.picture),
        difference_(parameters, model.difference),
        // A forget gate that opens.
        gates_condition_(parameters, model.posterior_gates_condition, 1.0,
                         model.generator.channels,
                         2 * model.generator.channels),
        gates_(parameters, model.posterior_gates),
        posterior_(parameters, model.posterior) {}

  int64_t noise() const override { return noise_; }

  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor& noise) const override {
    const at::Tensor picture =
        generator_.ToPatches(targets.observations[observation_])
                .to(states.scalar_type()) /
            255.0 -
        0.5;
    const Inference inferred = Infer(states, picture, noise);
    const at::Tensor squares =
        (inferred.canvas - picture).square().flatten(1).sum(1);
    const int64_t numbers = picture.numel() / picture.size(0);
    FrameLoss loss =
        geco().Loss(inferred.kl, OfSquares(squares, numbers, tolerance_),
                    targets.weights);
    loss.numbers.push_back(
        {"squared_error", squares.detach() / static_cast<double>(numbers)});
    return loss;
  }

  bool Decodes() const override { return true; }
  DecodedFrames Decode(const at::Tensor& states,
                       const at::Tensor& noise) const override {
    const ConvGenerator::Condition condition = generator_.Read(states);
    const at::Tensor prior_condition = prior_condition_(condition.map);
    ConvGenerator::State drawn;
    for (int64_t step = 0; step < steps(); ++step) {
      generator_.Step(
          condition,
          Draw(Prior(prior_condition, drawn), NoiseOf(noise, step)), drawn);
    }
    const at::Tensor picture =
        generator_.ToPicture(generator_.Canvas(drawn) + 0.5).clamp(0, 1);
    DecodedFrames decoded;
    decoded.frames.Add(observation_, picture);
    decoded.deviations.Add(observation_, at::full_like(picture, tolerance_));
    return decoded;
  }

 private:
  struct Inference {
    at::Tensor canvas;  // [F, gh, gw, P], less one half
    at::Tensor kl;      // [F], over all steps
  };

  int64_t steps() const { return generator_.model().steps; }

  // What is drawn for `picture` [F, gh, gw, P], less one half, with latents of
  // the posterior.
  Inference Infer(const at::Tensor& states, const at::Tensor& picture,
                  const at::Tensor& noise) const {
    const ConvGenerator::Condition condition = generator_.Read(states);
    const at::Tensor prior_condition = prior_condition_(condition.map);
    const at::Tensor gates =
        gates_condition_(at::cat({picture_(picture), condition.map}, -1));
    const at::Tensor nothing_drawn = difference_(picture);
    ConvGenerator::State drawn;
    ConvLstmState seen;
    at::Tensor kl;
    for (int64_t step = 0; step < steps(); ++step) {
      const Gaussians prior = Prior(prior_condition, drawn);
      ConvLstmStep(gates + gates_(Seen(nothing_drawn, drawn, seen)), seen);
      const Gaussians posterior = GaussiansOf(posterior_(seen.hidden));
      const at::Tensor nats =
          Divergence(posterior, prior).flatten(1).sum(1);
      kl = kl.defined() ? kl + nats : nats;
      generator_.Step(condition, Draw(posterior, NoiseOf(noise, step)), drawn);
    }
    return {generator_.Canvas(drawn), kl};
  }

  Gaussians Prior(const at::Tensor& prior_condition,
                  const ConvGenerator::State& drawn) const {
    if (!drawn.lstm.hidden.defined()) return GaussiansOf(prior_condition);
    return GaussiansOf(prior_hidden_(drawn.lstm.hidden) + prior_condition);
  }

  // What a step of the posterior's LSTM reads: the difference between picture
  // and canvas, of which `nothing_drawn` is the part of the picture, and both
  // hidden states. At the first step these are zero and left out.
  at::Tensor Seen(const at::Tensor& nothing_drawn,
                  const ConvGenerator::State& drawn,
                  const ConvLstmState& seen) const {
    if (!seen.hidden.defined()) return nothing_drawn;
    return at::cat({nothing_drawn - generator_.OfCanvas(difference_, drawn),
                    drawn.lstm.hidden, seen.hidden},
                   -1);
  }

  // noise [F, Z] -> [F, gh, gw, latents] of a step; undefined as it is.
  at::Tensor NoiseOf(const at::Tensor& noise, int64_t step) const {
    if (!noise.defined()) return noise;
    const ConvGeneratorModel& model = generator_.model();
    return noise
        .view({-1, model.steps, model.height, model.width, model.latents})
        .select(1, step);
  }

  std::string observation_;
  double tolerance_;
  int64_t noise_;
  ConvGenerator generator_;
  Conv3 prior_hidden_;
  Conv3 prior_condition_;
  Linear picture_;
  Linear difference_;
  Conv3 gates_condition_;  // of the posterior's LSTM
  Conv3 gates_;
  Conv3 posterior_;
};

}  // namespace

FrameModelPart ConvDrawPart() {
  return {ConvDrawInfo(),
          [](const Options& any, Parameters& parameters,
             const FramePlace& place) -> Result<std::unique_ptr<FrameModel>> {
            const auto& options = As<ConvDrawOptions>(any);
            CREDO_ASSIGN_OR_RETURN(const ConvDrawModel model,
                                   ConvDrawModel::Make(options, place));
            return std::unique_ptr<FrameModel>(std::make_unique<ConvDraw>(
                options, model, parameters, place));
          }};
}

}  // namespace credo
