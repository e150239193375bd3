#include "tests/conformance/frame_model_conformance.h"

namespace credo {
namespace {

// Small networks: a multiplier that moves, more than one step, unlike sizes.
const PartSettings kSettings = {
    {"deterministic",
     {{"linear", "{hidden: [], picture_sigma: 0.3, vector_sigma: 1}"},
      {"deep", "{hidden: [20, 30]}"},
      {"conv", "{generator: conv, steps: 2, channels: 5, condition: 3, "
               "condition_hidden: 7}"}}},
    {"latent",
     {{"linear", "{hidden: [], latents: 3, geco: {warmup: 0}}"},
      {"deep", "{hidden: [20, 15], latents: 5, tile_tolerance: 0.5}"}}},
    {"conv_draw",
     {{"small", "{steps: 2, channels: 5, condition: 3, condition_hidden: 7, "
                "latents: 2, geco: {warmup: 0}}"},
      {"one_step", "{steps: 1, channels: 6, condition: 4, patch: 2, "
                   "condition_hidden: 7, tolerance: 0.1}"}}},
    {"cpc",
     {{"encoding", "{target: encoding, hidden: [12], size: 7}"},
      {"neighbours", "{neighbours: 1, hidden: [], size: 5, temperature: 0.3, "
                     "duplicate: 0}"}}}};

// One picture for those that refuse others.
std::vector<ObservationSpec> Fitting(const FrameModelCase& one) {
  Parameters parameters;
  const auto options = PartOptions(one.part.info, one.options);
  const auto made = one.part.make(
      *options, parameters, {"decoder", 1, 1, one.observations});
  if (made.ok()) return one.observations;
  return {ObservationSpec::Picture("camera", 4, 8, 3)};
}

std::vector<FrameModelCase> Listed() {
  std::vector<FrameModelCase> cases =
      ListedCases<FrameModelCase>(FrameModels(), kSettings);
  for (FrameModelCase& one : cases) one.observations = Fitting(one);
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Listed, FrameModelConformance,
                         testing::ValuesIn(Listed()), FrameModelCase::Name);

// Every listed model with one observation alone, of the kinds that it takes.
std::vector<FrameModelCase> Alone() {
  std::vector<FrameModelCase> cases;
  for (const FrameModelPart& part : FrameModels()) {
    for (const ObservationSpec& spec :
         {ObservationSpec::Tiles("view", {2, 3}, 4),
          ObservationSpec::Vector("free", {2}, -INFINITY, INFINITY)}) {
      FrameModelCase one{
          part.info.name + "_" + spec.name, part, "{}", {spec}};
      if (Fitting(one) == one.observations) cases.push_back(one);
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Alone, FrameModelConformance,
                         testing::ValuesIn(Alone()), FrameModelCase::Name);

// Where a picture is refused.
TEST(ConvDrawRefusal, SaysWhatDoesNotFit) {
  for (const FrameModelPart& part : FrameModels()) {
    if (part.info.name != "conv_draw") continue;
    const auto message = [&](const std::string& options,
                             std::vector<ObservationSpec> observations) {
      Parameters parameters;
      return part
          .make(*PartOptions(part.info, options), parameters,
                {"decoder", 4, 4, std::move(observations)})
          .status()
          .message();
    };
    EXPECT_EQ(message("{}", {ObservationSpec::Tiles("view", {2, 3}, 4)}),
              "observations: expected one picture, which the generator draws, "
              "found 'view'");
    EXPECT_EQ(
        message("{patch: 5}", {ObservationSpec::Picture("camera", 8, 12, 3)}),
        "decoder: patch: expected one that divides the 8 x 12 pixels of "
        "picture 'camera', found 5");
  }
}

}  // namespace
}  // namespace credo
