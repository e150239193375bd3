#include "sdk/model/frame_models.h"

#include <utility>

#include "sdk/model/encoders.h"

namespace credo {
namespace {

constexpr RealRange kSigma = {0.001, 10};
constexpr RealRange kVectorSigma = {1e-6, 1e6};

void VisitSigmas(FieldVisitor& v, FrameScales& sigma) {
  v.Real("picture_sigma", sigma.picture, kSigma,
         Later("standard deviation of an intensity in [0, 1]"));
  v.Real("vector_sigma", sigma.vector, kVectorSigma,
         Later("standard deviation of a vector's entry, in its own units"));
}

MlpSpec WithLast(const std::string& name, int64_t in,
                 std::vector<int64_t> hidden, int64_t out) {
  hidden.push_back(out);
  return {name, in, std::move(hidden)};
}

}  // namespace

void MeanFrameOptions::Visit(FieldVisitor& v) {
  VisitSigmas(v, sigma);
}

std::vector<TensorSpec> MeanFrameModel(const FramePlace& place) {
  std::vector<TensorSpec> means;
  for (const ObservationSpec& spec : place.observations) {
    means.push_back({place.name + "." + spec.name, {spec.numbers()}});
  }
  return means;
}

void DeterministicOptions::Visit(FieldVisitor& v) {
  v.Ints("hidden", hidden, {1, 8192}, "units of each hidden layer");
  VisitSigmas(v, sigma);
  v.Choice("generator", generator, {"mlp", "conv"},
           Later("mlp: `hidden` alone; conv: for a picture, the generator of "
                 "conv_draw without latents"));
  conv.Visit(v);
}

Result<DeterministicModel> DeterministicModel::Make(
    const DeterministicOptions& options, const FramePlace& place) {
  DeterministicModel model;
  if (options.generator == "conv") {
    CREDO_ASSIGN_OR_RETURN(
        model.conv, ConvGeneratorModel::Make(options.conv, place, 0));
    return model;
  }
  model.mlp = WithLast(place.name, place.states, options.hidden,
                       NumbersOf(place.observations));
  return model;
}

void ConvDrawOptions::Visit(FieldVisitor& v) {
  generator.Visit(v);
  v.Int("latents", latents, {1, 256}, "channels of the latents of a step");
  v.Real("tolerance", tolerance, {0.001, 1},
         Later("root mean square error of an intensity in [0, 1] that is aimed "
               "at"));
  v.Group("geco", geco,
          ForLearning("how the weight of the error follows the tolerance"));
}

Result<ConvDrawModel> ConvDrawModel::Make(const ConvDrawOptions& options,
                                          const FramePlace& place) {
  ConvDrawModel model;
  CREDO_ASSIGN_OR_RETURN(
      model.generator,
      ConvGeneratorModel::Make(options.generator, place, options.latents));
  const std::string& name = place.name;
  const int64_t h = options.generator.channels;
  const int64_t c = options.generator.condition;
  const int64_t patch = model.generator.patch_numbers();
  const int64_t moments = 2 * options.latents;
  // Three quarters of the channels, rounded up.
  const int64_t features = (3 * h + 3) / 4;
  model.prior_hidden = {name + ".prior_hidden", h, moments, /*bias=*/false};
  model.prior_condition = {name + ".prior_condition", c, moments};
  model.picture = {name + ".picture", patch, features};
  model.difference = {name + ".difference", patch, features};
  model.posterior_gates_condition = {name + ".posterior_gates_condition",
                                     features + c, 4 * h};
  model.posterior_gates = {name + ".posterior_gates", features + 2 * h, 4 * h,
                           /*bias=*/false};
  model.posterior = {name + ".posterior", h, moments};
  return model;
}

void LatentOptions::Visit(FieldVisitor& v) {
  v.Ints("hidden", hidden, {1, 8192},
         "units of each hidden layer of prior, posterior and decoder");
  v.Int("latents", latents, {1, 1024}, "latent numbers of a frame");
  v.Real("picture_tolerance", picture_tolerance, {0.001, 1},
         Later("root mean square error of an intensity in [0, 1] that is aimed "
               "at"));
  v.Real("tile_tolerance", tile_tolerance, {1e-4, 10},
         ForLearning("nats of a tile that are aimed at"));
  v.Real("vector_tolerance", vector_tolerance, {1e-6, 1e6},
         Later("root mean square error of a vector's entry that is aimed at, "
               "in its own units"));
  v.Group("geco", geco,
          ForLearning("how the weight of the error follows the tolerances"));
}

LatentModel::LatentModel(const LatentOptions& options, const FramePlace& place)
    : latents(options.latents) {
  const int64_t frame = NumbersOf(place.observations);
  prior = WithLast(place.name + ".prior", place.states, options.hidden,
                   2 * latents);
  posterior = WithLast(place.name + ".posterior", place.states + frame,
                       options.hidden, 2 * latents);
  decoder = WithLast(place.name + ".decoder", place.states + latents,
                     options.hidden, frame);
}

void CpcOptions::Visit(FieldVisitor& v) {
  v.Ints("hidden", hidden, {1, 8192},
         ForLearning("units of each hidden layer of the state's side"));
  v.Int("size", size, {1, 8192},
        ForLearning("numbers in which state and target are compared"));
  v.Choice("target", target, {"observation", "encoding"},
           ForLearning("observation: a linear map of the raw frame; encoding: "
                       "of what the agent's encoder makes of it"));
  v.Real("temperature", temperature, {1e-3, 1e3},
         ForLearning("what scores are divided by"));
  v.Real("duplicate", duplicate, {0, 100},
         ForLearning("frames whose mean squared difference is less than this "
                     "are no negatives of each other"));
  v.Int("neighbours", neighbours, {0, 10000},
        ForLearning("records of the same episode so close to the target are no "
                    "negatives"));
}

CpcModel::CpcModel(const CpcOptions& options, const FramePlace& place)
    : state(WithLast(place.name + ".state", place.states, options.hidden,
                     options.size)),
      target{place.name + ".target",
             options.target == "encoding" ? place.encoding
                                          : NumbersOf(place.observations),
             options.size} {}

PartInfo MeanFrameInfo() {
  return InfoOf<MeanFrameOptions>("mean_frame",
                                  "the same frame everywhere: the floor");
}

PartInfo DeterministicInfo() {
  return InfoOf<DeterministicOptions>("deterministic",
                                      "predicts the frame without latents");
}

PartInfo ConvDrawInfo() {
  return InfoOf<ConvDrawOptions>(
      "conv_draw", "conditional ConvDRAW for a picture, under GECO");
}

PartInfo LatentInfo() {
  return InfoOf<LatentOptions>("latent",
                               "latents for a frame of any kind, under GECO");
}

PartInfo CpcInfo() {
  return InfoOf<CpcOptions>("cpc",
                            "tells the true frame from others; draws nothing");
}

}  // namespace credo
