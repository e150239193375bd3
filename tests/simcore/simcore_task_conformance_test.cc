#include "simcore/simcore_task.h"
#include "tests/conformance/auxiliary_task_conformance.h"

namespace credo {
namespace {

// Every listed memory with every listed frame model.
std::vector<AuxiliaryTaskCase> Combinations() {
  std::vector<AuxiliaryTaskCase> cases;
  for (const MemoryPart& memory : Memories()) {
    for (const FrameModelPart& model : FrameModels()) {
      cases.push_back({memory.info.name + "_" + model.info.name,
                       SimcoreTask(FrameModels()),
                       "{decoder: {kind: " + model.info.name + "}}", memory});
      cases.back().shapes_beliefs = model.info.name != "mean_frame";
    }
  }
  return cases;
}

AuxiliaryTaskCase Setting(std::string name, std::string options) {
  AuxiliaryTaskCase setting{std::move(name), SimcoreTask(FrameModels()),
                            std::move(options)};
  for (const MemoryPart& memory : Memories()) {
    if (memory.info.name == "addressed") setting.memory = memory;
  }
  return setting;
}

INSTANTIATE_TEST_SUITE_P(Listed, AuxiliaryTaskConformance,
                         testing::ValuesIn(Combinations()),
                         AuxiliaryTaskCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Simcore, AuxiliaryTaskConformance,
    testing::Values(
        Setting("next_step", "{overshoot: 1}"),
        Setting("as_long_as_the_unroll", "{overshoot: 14, starts: 1}"),
        Setting("pairs",
                "{overshoot: 6, scheme: pairs, frames: 1, weight: 0.5}"),
        Setting("full_horizon", "{overshoot: 6, scheme: full_horizon}"),
        Setting("one_observation_of_the_future",
                "{overshoot: 3, now: false, observations: [view]}")),
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
            "'mirror', 'free', found 'map'"}),
    AuxiliaryTaskMisfit::Name);

}  // namespace
}  // namespace credo
