// The same as part_mutation_test.cc thousands of times each.
//
// CREDO_MUTATIONS: how many; 2,000 by default, 20,000 takes ten minutes.
#include <cstdlib>

#include "tests/agents/part_mutations.h"

namespace credo {
namespace {

uint64_t Many() {
  const char* given = std::getenv("CREDO_MUTATIONS");
  return given == nullptr ? 2000 : std::strtoull(given, nullptr, 10);
}

TEST_P(PartMutation, OfManyConfigurations) { TestConfigs(Many()); }

TEST_P(PartMutation, OfManyCheckpoints) { TestCheckpoints(Many()); }

INSTANTIATE_TEST_SUITE_P(Part, PartMutation, testing::ValuesIn(MutatedParts()),
                         PartMutation::Name);

}  // namespace
}  // namespace credo
