#include "tests/conformance/memory_conformance.h"

namespace credo {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Listed, MemoryConformance,
    testing::ValuesIn(ListedCases<MemoryCase>(
        Memories(),
        {{"addressed",
          {{"one_slot", "{slots: 1, width: 3, sharpness: 0.5}"},
           {"writes_the_hidden_state",
            "{slots: 4, width: 9, sharpness: 8, value_hidden: 6}"}}}})),
    MemoryCase::Name);

}  // namespace
}  // namespace credo
