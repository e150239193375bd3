#include "tests/oracles/linear_schedule.h"

#include <gtest/gtest.h>

namespace credo::oracle {
namespace {

TEST(LinearSchedule, PixelNoiseOfTheGqn) {
  const auto sigma = [](double s) { return LinearSchedule(2, .7, 2e5, s); };
  EXPECT_NEAR(sigma(0), 2, 1e-15);
  EXPECT_NEAR(sigma(5e4), 1.675, 1e-15);
  EXPECT_NEAR(sigma(1e5), 1.35, 1e-15);
  EXPECT_NEAR(sigma(2e5), .7, 1e-15);
  EXPECT_NEAR(sigma(9e5), .7, 1e-15);
}

TEST(LinearSchedule, LearningRateOfTheGqn) {
  const auto rate = [](double s) {
    return LinearSchedule(5e-4, 5e-5, 1.6e6, s);
  };
  EXPECT_NEAR(rate(0), 5e-4, 1e-18);
  EXPECT_NEAR(rate(4e5), 3.875e-4, 1e-18);
  EXPECT_NEAR(rate(8e5), 2.75e-4, 1e-18);
  EXPECT_NEAR(rate(1.6e6), 5e-5, 1e-18);
}

}  // namespace
}  // namespace credo::oracle
