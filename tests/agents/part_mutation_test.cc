// Wrong configurations and checkpoints of each memory and frame model.
#include "tests/agents/part_mutations.h"

namespace credo {
namespace {

TEST_P(PartMutation, OfConfigurations) { TestConfigs(400); }

TEST_P(PartMutation, OfCheckpoints) { TestCheckpoints(400); }

INSTANTIATE_TEST_SUITE_P(Part, PartMutation, testing::ValuesIn(MutatedParts()),
                         PartMutation::Name);

}  // namespace
}  // namespace credo
