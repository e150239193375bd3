// A million ticks of random networks, each from the trainer's own state.
#include "tests/agents/runtime_parity.h"

namespace credo {
namespace {

TEST(RuntimeParitySlow, AMillionTicksAreTheTrainers) {
  constexpr int64_t kTicks = 1000000;
  const std::vector<ParityCase> cases = ParityCases();
  int64_t ticks = 0;
  for (int64_t seed = 100; ticks < kTicks && !HasFailure(); ++seed) {
    for (const ParityCase& it : cases) {
      SCOPED_TRACE(it.name + ", seed " + std::to_string(seed));
      Parity parity(it, seed, runtime::kMaxRows);
      for (int64_t i = 0; i < 10 && !HasFailure(); ++i) {
        ticks += ExpectTicksNear(parity, parity.experiment.Act());
      }
    }
  }
  RecordProperty("ticks", std::to_string(ticks));
  EXPECT_GE(ticks, kTicks);
}

}  // namespace
}  // namespace credo
