// The same as part_mutation_test.cc twenty thousand times each.
#include "tests/agents/part_mutations.h"

namespace credo {
namespace {

constexpr uint64_t kMany = 20000;

TEST_P(PartMutation, OfManyConfigurations) { TestConfigs(kMany); }

TEST_P(PartMutation, OfManyCheckpoints) { TestCheckpoints(kMany); }

INSTANTIATE_TEST_SUITE_P(Part, PartMutation, testing::ValuesIn(MutatedParts()),
                         PartMutation::Name);

}  // namespace
}  // namespace credo
