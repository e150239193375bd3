#include "agents/learning/rate_schedule.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace credo {
namespace {

// Updates of 5 * 10 frames.
LearnerOptions Options(int64_t warmup, double flat, double final_rate) {
  LearnerOptions options;
  options.unroll = 5;
  options.batch = 10;
  options.warmup = warmup;
  options.flat = flat;
  options.final_rate = final_rate;
  return options;
}

TEST(RateScheduleTest, CountsUpdatesAndRoundsUp) {
  const LearnerOptions options = Options(0, 1, 1);
  EXPECT_EQ(RateSchedule(options, 1000).updates(), 20);
  EXPECT_EQ(RateSchedule(options, 1001).updates(), 21);
  EXPECT_EQ(RateSchedule(options, 1).updates(), 1);
}

TEST(RateScheduleTest, RisesOverTheWarmUp) {
  const RateSchedule schedule(Options(4, 0.5, 0.1), 1000);
  EXPECT_DOUBLE_EQ(schedule.Share(0), 0.25);
  EXPECT_DOUBLE_EQ(schedule.Share(1), 0.5);
  EXPECT_DOUBLE_EQ(schedule.Share(2), 0.75);
  EXPECT_DOUBLE_EQ(schedule.Share(3), 1);
}

TEST(RateScheduleTest, StaysFlatThenFallsInALine) {
  // Of 20 updates; from half of them on the rate falls from 1 towards 0.1.
  const RateSchedule schedule(Options(4, 0.5, 0.1), 1000);
  for (int64_t update = 4; update <= 10; ++update) {
    EXPECT_DOUBLE_EQ(schedule.Share(update), 1) << update;
  }
  EXPECT_DOUBLE_EQ(schedule.Share(15), 0.1 + 0.9 * 0.5);
  EXPECT_DOUBLE_EQ(schedule.Share(19), 0.1 + 0.9 * 0.1);
}

TEST(RateScheduleTest, KeepsTheFinalRateBehindTheEnd) {
  const RateSchedule schedule(Options(0, 0.5, 0.1), 1000);
  EXPECT_DOUBLE_EQ(schedule.Share(20), 0.1);
  EXPECT_DOUBLE_EQ(schedule.Share(1000), 0.1);
}

TEST(RateScheduleTest, WithoutWarmUpBeginsInFull) {
  EXPECT_DOUBLE_EQ(RateSchedule(Options(0, 0.5, 0.1), 1000).Share(0), 1);
}

TEST(RateScheduleTest, AFlatShareOfOneNeverFalls) {
  const RateSchedule schedule(Options(0, 1, 0.1), 1000);
  for (const int64_t update : {0, 10, 19, 20, 500}) {
    EXPECT_DOUBLE_EQ(schedule.Share(update), 1) << update;
  }
}

TEST(RateScheduleTest, AWarmUpThatIsLongerThanTheFlatPartIsFollowedToo) {
  // Update 15 of 20: three quarters done, 16 of 32 steps of the warm-up.
  const RateSchedule schedule(Options(32, 0.5, 0), 1000);
  EXPECT_DOUBLE_EQ(schedule.Share(15), 0.5 * 0.5);
}

TEST(RateScheduleTest, ARunOfOneUpdateLearnsAtFullRate) {
  EXPECT_DOUBLE_EQ(RateSchedule(Options(0, 0, 0), 1).Share(0), 1);
}

}  // namespace
}  // namespace credo
