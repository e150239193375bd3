// One of three ranks is lost at random moments: as many as CREDO_RANK_KILLS
// says, else nine. It is killed, stopped or cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/tools/rank_network.h"
#include "tests/tools/shared_run.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Seconds after which all ranks have ended, beyond those of --rank-timeout.
constexpr double kGrace = 15;

// Ranks that one command started: one is killed or stopped.
std::vector<Ended> LoseAProcess(const TinyRuns& runs, const std::string& name,
                                Seconds when, size_t lost, int signal) {
  Command command(runs.Train(name, Ranks(3)));
  std::this_thread::sleep_for(when);
  const std::vector<pid_t> processes = ProcessesOf(command);
  if (processes.size() == 3) kill(processes[lost], signal);
  const auto then = Clock::now();
  const Ended ended = command.Wait();
  // The launcher's patience with a rank 0 that might be saving, and more.
  EXPECT_LT(Seconds(Clock::now() - then).count(), kRankTimeout + 75);
  return {ended};
}

// Ranks on three machines: the cable of one is cut.
std::vector<Ended> LoseAMachine(const TinyRuns& runs, const std::string& name,
                                Seconds when, size_t lost,
                                const RankNetwork& network) {
  std::vector<std::unique_ptr<Command>> ranks;
  for (int rank = 0; rank < 3; ++rank) {
    ranks.push_back(std::make_unique<Command>(network.On(
        rank, runs.Train(name, {"--rank-timeout",
                                std::to_string(kRankTimeout)}))));
  }
  std::this_thread::sleep_for(when);
  network.Cut(static_cast<int>(lost));
  const auto then = Clock::now();
  std::vector<Ended> all;
  for (const auto& rank : ranks) {
    all.push_back(rank->Wait());
    EXPECT_LT(Seconds(Clock::now() - then).count(), kRankTimeout + kGrace);
  }
  network.Mend(static_cast<int>(lost));
  const std::string& survivor = all[lost == 0 ? 1 : 0].err;
  const std::string named = "rank " + std::to_string(lost);
  if (all[lost == 0 ? 1 : 0].exit_code != 0) {
    // While they meet, nobody knows who it is that does not come.
    EXPECT_THAT(survivor, testing::AnyOf(testing::HasSubstr(named),
                                         testing::HasSubstr("to meet")));
  }
  return all;
}

TEST(RanksKill, AtRandomMomentsNothingSavedIsLost) {
  const char* asked = std::getenv("CREDO_RANK_KILLS");
  const int kills = asked == nullptr ? 9 : std::atoi(asked);
  const TinyRuns runs(kShared);
  const Ended whole = RunToEnd(runs.Train("whole", Ranks(3)));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const RankNetwork network(3);
  if (!network.works()) {
    std::printf("no networks can be made here: none is cut\n");
  }
  std::mt19937 random(1);
  // Near its end a run may be over before.
  std::uniform_real_distribution<double> seconds(0.0, 0.8 * whole.seconds);
  int ended_before = 0;
  for (int number = 0; number < kills; ++number) {
    const std::string name = "run" + std::to_string(number);
    const Seconds when(seconds(random));
    const size_t lost = random() % 3;
    const std::vector<Ended> all =
        network.works() && number % 3 == 2
            ? LoseAMachine(runs, name, when, lost, network)
            : LoseAProcess(runs, name, when, lost,
                           number % 3 == 1 ? SIGSTOP : SIGKILL);
    ended_before += all.front().exit_code == 0;
    // The whole run is what follows from each of its checkpoints.
    const Ended rest = RunToEnd(runs.Train(name, RanksAgain(3)));
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(runs.Model(name), runs.Model("whole")) << all.front().err;
    fs::remove_all(runs / name);
  }
  EXPECT_LE(ended_before, kills / 2);
}

}  // namespace
}  // namespace credo
