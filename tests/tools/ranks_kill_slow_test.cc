// One of three ranks is lost at random moments: as many as CREDO_RANK_KILLS
// says, else eight.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/tools/shared_run.h"

namespace credo {
namespace {

namespace fs = std::filesystem;

TEST(RanksKill, AtRandomMomentsNothingSavedIsLost) {
  const char* asked = std::getenv("CREDO_RANK_KILLS");
  const int kills = asked == nullptr ? 8 : std::atoi(asked);
  const TinyRuns runs(kShared);
  const Ended whole = RunToEnd(runs.Train("whole", Ranks(3)));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  std::mt19937 random(1);
  std::uniform_real_distribution<double> seconds(0.0, whole.seconds);
  int ended_before = 0;
  for (int number = 0; number < kills; ++number) {
    const std::string name = "run" + std::to_string(number);
    Command command(runs.Train(name, Ranks(3)));
    std::this_thread::sleep_for(
        std::chrono::duration<double>(seconds(random)));
    const std::vector<pid_t> processes = ProcessesOf(command);
    const bool killed = processes.size() == 3;
    const size_t lost = random() % 3;
    if (killed) kill(processes[lost], number % 2 != 0 ? SIGSTOP : SIGKILL);
    const auto then = std::chrono::steady_clock::now();
    const Ended ended = command.Wait();
    const std::chrono::duration<double> took =
        std::chrono::steady_clock::now() - then;
    // The launcher's patience with a rank 0 that might be saving, and more.
    EXPECT_LT(took.count(), kRankTimeout + 75);
    ended_before += ended.exit_code == 0;
    // The whole run is what follows from each of its checkpoints.
    const Ended rest = RunToEnd(runs.Train(name, RanksAgain(3)));
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(runs.Model(name), runs.Model("whole")) << ended.err;
    fs::remove_all(runs / name);
  }
  EXPECT_LT(ended_before, kills / 2);
}

}  // namespace
}  // namespace credo
