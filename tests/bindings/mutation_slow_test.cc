// The same as mutation_test.cc a hundred thousand times, in parts that run
// beside each other.

#include "tests/bindings/mutations.h"

namespace credo {
namespace {

constexpr uint64_t kParts = 4;
constexpr uint64_t kPlain = 80000;
constexpr uint64_t kForged = 20000;

class ManyMutations : public testing::TestWithParam<uint64_t> {};

TEST_P(ManyMutations, OfBytesAreAllSeen) {
  const uint64_t part = kPlain / kParts;
  MutatePlainly(GetParam() * part, (GetParam() + 1) * part);
}

TEST_P(ManyMutations, BehindTheHashesDoNoHarm) {
  const uint64_t part = kForged / kParts;
  const Tried tried = Forge(GetParam() * part, (GetParam() + 1) * part);
  EXPECT_GT(tried.loaded, 50);
}

INSTANTIATE_TEST_SUITE_P(Part, ManyMutations,
                         testing::Range(uint64_t{0}, kParts));

}  // namespace
}  // namespace credo
