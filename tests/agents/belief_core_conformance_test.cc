#include "tests/conformance/belief_core_conformance.h"

namespace credo {
namespace {

// Recurrent cores with every listed memory.
PartSettings Settings() {
  PartSettings settings = {
      {"lstm",
       {{"of_odd_sizes_blind_to_the_reward",
         "{size: 5, reward_input: false, memory: {kind: addressed, slots: 3, "
         "width: 7, value_hidden: 4}}"}}},
      {"gru",
       {{"of_odd_sizes_blind_to_the_reward",
         "{size: 5, reward_input: false, memory: {kind: addressed, slots: 3, "
         "width: 7}}"}}}};
  for (const MemoryPart& memory : Memories()) {
    for (const char* core : {"lstm", "gru"}) {
      settings[core].push_back(
          {"with_" + memory.info.name,
           "{size: 8, memory: {kind: " + memory.info.name + "}}"});
      if (memory.info.name == "none") continue;
      settings[core].push_back(
          {"reads_" + memory.info.name,
           "{size: 8, show_memory: false, reads: 2, memory: {kind: " +
               memory.info.name + "}}"});
      settings[core].push_back(
          {"sees_reads_of_" + memory.info.name,
           "{size: 8, reads: 1, read_input: true, memory: {kind: " +
               memory.info.name + "}}"});
    }
  }
  return settings;
}

INSTANTIATE_TEST_SUITE_P(Listed, BeliefCoreConformance,
                         testing::ValuesIn(ListedCases<BeliefCoreCase>(
                             BeliefCores(Memories()), Settings())),
                         BeliefCoreCase::Name);

}  // namespace
}  // namespace credo
