// Several processes that learn one model: they learn what one does, end
// together, and go on with the same or another number of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "tests/tools/shared_run.h"

namespace credo {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

void ExpectNear(const std::vector<double>& found,
                const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < std::min<size_t>(50, found.size()); ++i) {
    EXPECT_NEAR(found[i], expected[i], 1e-5 * std::max(1.0, expected[i]))
        << "update " << i;
  }
}

TEST(Ranks, LearnWhatOneLearns) {
  const TinyRuns runs(kShared);
  ASSERT_EQ(RunToEnd(runs.Train("alone")).exit_code, 0);
  for (const int count : {2, 4}) {
    const std::string run = std::to_string(count);
    const Ended ended = RunToEnd(runs.Train(run, Ranks(count)));
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    for (const char* number :
         {"loss.auxiliary.0.simcore", "loss.rl", "loss.probes"}) {
      ExpectNear(LoggedNumbers(runs / run, number),
                 LoggedNumbers(runs / "alone", number));
    }
  }
}

TEST(Ranks, WithShardsLearnTheSame) {
  const TinyRuns runs(kShared);
  ASSERT_EQ(RunToEnd(runs.Train("alone")).exit_code, 0);
  std::vector<std::string> both = Ranks(2);
  both.insert(both.end(), {"--set", "learner.shards=2"});
  const Ended ended = RunToEnd(runs.Train("shared", both));
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  ExpectNear(LoggedNumbers(runs / "shared", "loss.auxiliary.0.simcore"),
             LoggedNumbers(runs / "alone", "loss.auxiliary.0.simcore"));
}

TEST(Ranks, EndInTheSameBytesTwice) {
  const TinyRuns runs(kShared);
  ASSERT_EQ(RunToEnd(runs.Train("one", Ranks(3))).exit_code, 0);
  ASSERT_EQ(RunToEnd(runs.Train("two", Ranks(3))).exit_code, 0);
  EXPECT_EQ(runs.Model("one"), runs.Model("two"));
  EXPECT_EQ(Fingerprint(Checkpoint(runs / "one")),
            Fingerprint(Checkpoint(runs / "two")));
}

// The signal reaches one of them, as from a scheduler that takes a machine.
TEST(Ranks, ASignalToOneSavesAllAndTheRunGoesOn) {
  const TinyRuns runs(kShared);
  ASSERT_EQ(RunToEnd(runs.Train("whole", Ranks(3))).exit_code, 0);
  const std::string run = runs / "stopped";
  Command command(runs.Train("stopped", Ranks(3)));
  ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 15; }));
  const std::vector<pid_t> processes = ProcessesOf(command);
  ASSERT_EQ(processes.size(), 3u);
  kill(processes[1], SIGTERM);
  const Ended stopped = command.Wait();
  EXPECT_NE(stopped.exit_code, 0);
  EXPECT_THAT(stopped.err, HasSubstr("stopped at "));
  const int64_t update = CheckpointUpdate(Checkpoint(run));
  EXPECT_GE(update, 15);
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(update)));
  const Ended resumed = RunToEnd(runs.Train("stopped", RanksAgain(3)));
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(runs.Model("stopped"), runs.Model("whole"));
}

TEST(Ranks, AnotherNumberGoesOn) {
  const TinyRuns runs(kShared);
  const std::string run = runs / "stopped";
  Command command(runs.Train("stopped", Ranks(3)));
  ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 15; }));
  command.Signal(SIGTERM);
  EXPECT_EQ(command.Wait().exit_code, 143);
  for (const int count : {2, 1}) {
    Command next(runs.Train("stopped", RanksAgain(count)));
    const int64_t before = LinesSoFar(run);
    ASSERT_TRUE(next.RunUntil([&] { return LinesSoFar(run) > before + 5; }));
    next.Signal(SIGTERM);
    const Ended ended = next.Wait();
    EXPECT_EQ(ended.exit_code, 143) << ended.err;
  }
  const Ended ended = runs.Resume("stopped");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(kSharedUpdates)));
}

TEST(Ranks, OneThatIsKilledIsNamed) {
  const TinyRuns runs(kShared);
  for (const int signal : {SIGKILL, SIGSTOP}) {
    const std::string run = runs / std::to_string(signal);
    Command command(runs.Train(std::to_string(signal), Ranks(3)));
    ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 15; }));
    const std::vector<pid_t> processes = ProcessesOf(command);
    ASSERT_EQ(processes.size(), 3u);
    kill(processes[2], signal);
    const Ended ended = command.Wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("rank 2 does not answer"));
    EXPECT_LT(ended.seconds, 60);
    const Ended resumed =
        RunToEnd(runs.Train(std::to_string(signal), RanksAgain(3)));
    EXPECT_EQ(resumed.exit_code, 0);
  }
}

TEST(Ranks, WhatIsWrongIsToldOnce) {
  const TinyRuns runs(kShared);
  const auto wrong = [&](const std::vector<std::string>& more) {
    const Ended ended = RunToEnd(runs.Train("wrong", more));
    EXPECT_EQ(ended.exit_code, 2) << ended.err;
    EXPECT_FALSE(std::filesystem::exists(runs / "wrong"));
    return ended.err;
  };
  EXPECT_THAT(wrong(Ranks(5)), HasSubstr("learner.batch: expected"));
  std::vector<std::string> unknown = Ranks(2);
  unknown.insert(unknown.end(), {"--set", "learner.bach=3"});
  EXPECT_THAT(wrong(unknown), HasSubstr("bach"));
}

TEST(Ranks, AFolderThatHoldsARunIsRefusedByAll) {
  const TinyRuns runs(kShared);
  ASSERT_EQ(RunToEnd(runs.Train("run", Ranks(2))).exit_code, 0);
  const std::string model = runs.Model("run");
  const Ended ended = RunToEnd(runs.Train("run", Ranks(2)));
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("--resume goes on with it"));
  EXPECT_EQ(runs.Model("run"), model);
}

}  // namespace
}  // namespace credo
