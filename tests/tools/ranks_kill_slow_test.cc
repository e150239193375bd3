// One of three ranks is lost at random moments: as many as CREDO_RANK_KILLS
// says, else nine. A third each is killed, stopped and cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
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

// Loses `count` runs' ranks by `lose`, told how manieth it is, and goes on with
// each.
template <typename Lose>
void LoseRanks(int count, unsigned seed, const Lose& lose) {
  const TinyRuns runs(kShared);
  const Ended whole = RunToEnd(runs.Train("whole", Ranks(3)));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  std::mt19937 random(seed);
  // Near its end a run may be over before.
  std::uniform_real_distribution<double> seconds(0.0, 0.8 * whole.seconds);
  int ended_before = 0;
  for (int number = 0; number < count; ++number) {
    const std::string name = "run" + std::to_string(number);
    const Seconds when(seconds(random));
    const std::vector<Ended> all =
        lose(runs, name, when, static_cast<size_t>(random() % 3), number);
    ended_before += all.front().exit_code == 0;
    // The whole run is what follows from each of its checkpoints.
    const Ended rest = RunToEnd(runs.Train(name, RanksAgain(3)));
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_EQ(runs.Model(name), runs.Model("whole")) << all.front().err;
    fs::remove_all(runs / name);
  }
  EXPECT_LE(ended_before, count / 2 + 1);
}

int Losses() {
  const char* const asked = std::getenv("CREDO_RANK_KILLS");
  return asked == nullptr ? 9 : std::atoi(asked);
}

TEST(RanksKill, AtRandomMomentsNothingSavedIsLost) {
  LoseRanks(Losses() - Losses() / 3, /*seed=*/1,
            [](const TinyRuns& runs, const std::string& name, Seconds when,
               size_t lost, int number) {
              return LoseAProcess(runs, name, when, lost,
                                  number % 2 == 1 ? SIGSTOP : SIGKILL);
            });
}

TEST(RanksKill, CutOffAtRandomMomentsNothingSavedIsLost) {
  const RankNetwork network(3);
  if (!network.works()) GTEST_SKIP() << "this system lets nobody make networks";
  LoseRanks(Losses() / 3, /*seed=*/2,
            [&](const TinyRuns& runs, const std::string& name, Seconds when,
                size_t lost, int) {
              return LoseAMachine(runs, name, when, lost, network);
            });
}

}  // namespace
}  // namespace credo
