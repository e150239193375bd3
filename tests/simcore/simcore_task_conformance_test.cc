#include "simcore/simcore_task.h"
#include "tests/conformance/auxiliary_task_conformance.h"

namespace credo {
namespace {

// Of the frame models that have settings: small networks, and observations that
// they can explain.
const std::map<std::string, std::string> kSettings = {
    {"latent", "{decoder: {kind: latent, hidden: [12], latents: 3}}"},
    {"conv_draw",
     "{observations: [camera], decoder: {kind: conv_draw, steps: 2, channels: "
     "5, condition: 3, condition_hidden: 8, latents: 2}}"},
    {"cpc", "{decoder: {kind: cpc, hidden: [12], size: 6}}"}};

std::string SettingOf(const std::string& model) {
  const auto found = kSettings.find(model);
  return found != kSettings.end() ? found->second
                                  : "{decoder: {kind: " + model + "}}";
}

AuxiliaryTaskCase Case(std::string name, std::string options,
                       const std::string& memory = "addressed") {
  AuxiliaryTaskCase setting{std::move(name), SimcoreTask(FrameModels()),
                            std::move(options)};
  for (const MemoryPart& part : Memories()) {
    if (part.info.name == memory) setting.memory = part;
  }
  return setting;
}

// Every listed memory, and every listed frame model.
std::vector<AuxiliaryTaskCase> Combinations() {
  std::vector<AuxiliaryTaskCase> cases;
  for (const MemoryPart& memory : Memories()) {
    cases.push_back(Case("memory_" + memory.info.name,
                         SettingOf("deterministic"), memory.info.name));
  }
  for (const FrameModelPart& model : FrameModels()) {
    cases.push_back(
        Case("model_" + model.info.name, SettingOf(model.info.name)));
    cases.back().shapes_beliefs = model.info.name != "mean_frame";
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Listed, AuxiliaryTaskConformance,
                         testing::ValuesIn(Combinations()),
                         AuxiliaryTaskCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Simcore, AuxiliaryTaskConformance,
    testing::Values(
        Case("next_step", "{overshoot: 1}"),
        Case("as_long_as_the_unroll", "{overshoot: 14, starts: 1}"),
        Case("pairs", "{overshoot: 6, scheme: pairs, frames: 1, weight: 0.5}"),
        Case("full_horizon", "{overshoot: 6, scheme: full_horizon}"),
        Case("one_observation_of_the_future",
             "{overshoot: 3, now: false, observations: [view]}"),
        Case("many_reads_without_actions",
             "{overshoot: 3, reads: 3, actions: false}"),
        Case("encodings_told_apart",
             "{overshoot: 3, decoder: {kind: cpc, hidden: [], size: 5, target: "
             "encoding, neighbours: 2}}"),
        Case("a_multiplier_that_moves",
             "{overshoot: 3, observations: [view, speed], decoder: {kind: "
             "latent, hidden: [8], latents: 2, geco: {warmup: 0}}}")),
    AuxiliaryTaskCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Simcore, AuxiliaryTaskRefusal,
    testing::Values(
        AuxiliaryTaskMisfit{
            "overshoot_beyond_the_unroll", SimcoreTask(FrameModels()),
            "{overshoot: 15}",
            "overshoot: expected at most learner.unroll (14), found 15"},
        AuxiliaryTaskMisfit{
            "unknown_observation", SimcoreTask(FrameModels()),
            "{overshoot: 3, observations: [view, map]}",
            "observations: expected some of 'camera', 'view', 'speed', "
            "'mirror', 'free', found 'map'"},
        AuxiliaryTaskMisfit{
            "more_than_a_picture", SimcoreTask(FrameModels()),
            "{overshoot: 3, observations: [camera, view], decoder: {kind: "
            "conv_draw}}",
            "observations: expected one picture, which the generator draws, "
            "found 'camera', 'view'"},
        AuxiliaryTaskMisfit{
            "patches_that_do_not_fit", SimcoreTask(FrameModels()),
            "{overshoot: 3, observations: [mirror], decoder: {kind: "
            "conv_draw}}",
            "decoder: patch: expected one that divides the 9 x 8 pixels of "
            "picture 'mirror', found 4"}),
    AuxiliaryTaskMisfit::Name);

}  // namespace
}  // namespace credo
