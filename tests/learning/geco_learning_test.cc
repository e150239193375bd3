// Conditional ConvDRAW under GECO on pictures of the room: the error reaches
// its tolerance, then the latents give back what the belief has learned.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/learning/training.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

double MeanOfLast(const std::vector<double>& values, size_t count) {
  const auto begin = values.end() - static_cast<int64_t>(
                                        std::min(count, values.size()));
  return std::accumulate(begin, values.end(), 0.0) /
         static_cast<double>(values.end() - begin);
}

TEST(GecoLearning, ReachesItsToleranceThenNeedsLessFromItsLatents) {
  const TemporaryFolder folder;
  const std::string run = folder / "conv_draw";
  // A tenth of the example's frames.
  Train("grid_picture_conv_draw.yaml", run,
        {"learner.frames=300000", "probing.every=0"});
  const auto metric = [&](const std::string& name) {
    return MetricOf(run, "auxiliary.0.simcore." + name);
  };
  const std::vector<double> constraint = metric("constraint");
  const std::vector<double> kl = metric("kl");
  const std::vector<double> gap = metric("gap");
  ASSERT_EQ(constraint.size(), 12u);  // logs
  const auto reached = std::ranges::find_if(
      constraint, [](double value) { return value <= 0; });
  ASSERT_NE(reached, constraint.end());
  EXPECT_LT(reached - constraint.begin(), 6);
  EXPECT_LT(MeanOfLast(constraint, 3), 0.1);
  // 36 nats at most, then 10 to 13 were seen.
  EXPECT_LT(MeanOfLast(kl, 3), 0.6 * *std::ranges::max_element(kl));
  // Beside 0 until states tell of frames, then hundreds of nats.
  EXPECT_GT(*std::ranges::min_element(gap), -2);
  EXPECT_GT(MeanOfLast(gap, 3), 100);
  EXPECT_GT(MeanOfLast(gap, 3), gap[gap.size() / 2]);
}

}  // namespace
}  // namespace credo
