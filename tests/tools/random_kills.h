// A run that is killed again and again.
#ifndef CREDO_TESTS_TOOLS_RANDOM_KILLS_H_
#define CREDO_TESTS_TOOLS_RANDOM_KILLS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>

#include "tests/tools/tiny_run.h"

namespace credo {

struct Kills {
  int total = 0;
  int while_saving = 0;  // a checkpoint was half written
};

// Kills a run (SIGKILL) `count` times and lets it go on each time; every second
// kill waits for a checkpoint that is being written. A run that ends before its
// kill is compared with `expected`, and another one is begun. Then the last run
// goes to its end.
//
// Expects: the newest checkpoint is whole at all times, no work before it is
// ever lost, and every run ends in the model `expected`.
inline Kills KillAtRandom(const TinyRuns& runs, int count,
                          const std::string& expected, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> seconds(0.0, 0.6);
  Kills kills;
  int number = 0;
  int64_t saved = 0;
  std::string name = "run0";
  const auto expect_end = [&](const Ended& ended) {
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(runs.Model(name), expected);
    EXPECT_THAT(LoggedUpdates(runs / name),
                testing::ElementsAreArray(UpTo(kTinyUpdates)));
  };
  while (kills.total < count) {
    const std::string run = runs / name;
    Command command(runs.Train(name, {"--resume"}));
    std::this_thread::sleep_for(
        std::chrono::duration<double>(seconds(random)));
    if (kills.total % 2 == 1) {
      command.RunUntil([&] {
        return std::filesystem::exists(Checkpoint(run) + ".tmp");
      });
    }
    command.Signal(SIGKILL);
    const Ended ended = command.Wait();
    if (ended.signal != SIGKILL) {
      expect_end(ended);
      name = "run" + std::to_string(++number);
      saved = 0;
      continue;
    }
    ++kills.total;
    kills.while_saving += std::filesystem::exists(Checkpoint(run) + ".tmp");
    const int64_t now = CheckpointUpdate(Checkpoint(run));
    EXPECT_GE(now, saved);
    saved = now;
    CheckpointUpdate(run + "/checkpoint.previous.safetensors");
    if (testing::Test::HasFailure()) return kills;
  }
  expect_end(runs.Resume(name));
  return kills;
}

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_RANDOM_KILLS_H_
