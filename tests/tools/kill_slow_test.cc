// Many kills at random moments.

#include <gtest/gtest.h>

#include <string>

#include "tests/tools/random_kills.h"

namespace credo {
namespace {

// Large checkpoints, one per update: most of the time is spent writing them.
TEST(Kill, AtFiftyRandomMomentsChangesNothing) {
  const TinyRuns runs(
      {"learner.checkpoint_every=1", "probing.hidden=[256, 256]"});
  const std::string expected = runs.Undisturbed();
  const Kills kills = KillAtRandom(runs, 50, expected, /*seed=*/2);
  EXPECT_EQ(kills.total, 50);
  EXPECT_GE(kills.while_saving, 10);
}

TEST(Kill, AtFiftyRandomMomentsWithThreadsChangesNothing) {
  const TinyRuns runs({"learner.checkpoint_every=2",
                       "learner.actor_threads=2", "actions=scripted"});
  const std::string expected = runs.Undisturbed();
  EXPECT_EQ(KillAtRandom(runs, 50, expected, /*seed=*/3).total, 50);
}

}  // namespace
}  // namespace credo
