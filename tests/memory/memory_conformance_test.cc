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
            "{slots: 4, width: 9, sharpness: 8, value_hidden: 6}"}}},
         {"slots",
          {{"one_slot", "{slots: 1, width: 5, key: 5, strength: -1}"},
           {"goes_round",
            "{slots: 4, width: 3, key: 2, strength: 0, value_hidden: 0}"}}},
         {"kanerva",
          {{"one_number", "{rows: 1, width: 1}"},
           {"kl", "{rows: 5, width: 3, forgetting: 0.2, kl_weight: 0.1}"},
           {"least_squares",
            "{rows: 4, width: 5, address: least_squares, value_hidden: 3}"},
           {"least_squares_kl",
            "{rows: 3, width: 9, address: least_squares, noise: 1, "
            "ridge: 0.1, value_hidden: 0, kl_weight: 0.5}"}}},
         {"delta",
          {{"one_number", "{rows: 1, width: 1, keep: -2}"},
           {"forgets", "{rows: 3, width: 9, keep: 0, value_hidden: 0}"}}}})),
    MemoryCase::Name);

}  // namespace
}  // namespace credo
