// A sweep that is killed again and again ends in the same table.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/tools/tiny_sweep.h"

namespace credo {
namespace {

TEST(SweepKill, AtTwentyRandomMomentsChangesNothing) {
  const TinySweep sweep;
  ASSERT_EQ(sweep.Run("undisturbed").exit_code, 0);
  const std::string expected = sweep.Table("undisturbed");
  std::mt19937 random(1);
  std::uniform_real_distribution<double> seconds(0.0, 1.5);
  int kills = 0;
  for (int number = 0; kills < 20; ++number) {
    const std::string out = "out" + std::to_string(number);
    while (true) {
      Command command(sweep.Arguments(out));
      std::this_thread::sleep_for(
          std::chrono::duration<double>(seconds(random)));
      command.Signal(SIGKILL);
      const Ended ended = command.Wait();
      if (ended.signal != SIGKILL) {
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        break;
      }
      if (++kills >= 20) {
        EXPECT_EQ(sweep.Run(out).exit_code, 0);
        break;
      }
    }
    EXPECT_EQ(sweep.Table(out), expected);
  }
}

}  // namespace
}  // namespace credo
