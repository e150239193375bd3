// A few kills at random moments; kill_slow_test.cc has many.

#include <gtest/gtest.h>

#include <string>

#include "tests/tools/random_kills.h"

namespace credo {
namespace {

TEST(Kill, AtFiveRandomMomentsChangesNothing) {
  const TinyRuns runs({"learner.checkpoint_every=1"});
  const std::string expected = runs.Undisturbed();
  EXPECT_EQ(KillAtRandom(runs, 5, expected, /*seed=*/1).total, 5);
}

TEST(Kill, AtFiveRandomMomentsWithTwoShardsChangesNothing) {
  const TinyRuns runs({"learner.checkpoint_every=1", "learner.shards=2"});
  const std::string expected = runs.Undisturbed();
  EXPECT_EQ(KillAtRandom(runs, 5, expected, /*seed=*/4).total, 5);
}

}  // namespace
}  // namespace credo
