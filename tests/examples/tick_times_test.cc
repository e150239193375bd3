#include "examples/sixty_hz/tick_times.h"

#include <gtest/gtest.h>

namespace sixty_hz {
namespace {

TEST(TickTimes, GivesQuantiles) {
  TickTimes times;
  for (int i = 100; i >= 1; --i) times.Add(static_cast<float>(i));
  EXPECT_EQ(times.Quantile(0.5), 50);
  EXPECT_EQ(times.Quantile(0.99), 99);
  EXPECT_EQ(times.Quantile(1), 100);
  EXPECT_EQ(times.Quantile(0), 1);
}

TEST(TickTimes, OfNoTickAreZero) {
  TickTimes times;
  times.Add(3);
  times.Clear();
  EXPECT_EQ(times.Quantile(0.5), 0);
}

}  // namespace
}  // namespace sixty_hz
