#include "agents/networks/flat_input.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sdk/tensor/parameters.h"

namespace credo {
namespace {

LearnsAlone alone;

const ObservationSpec kPicture = ObservationSpec::Picture("eye", 2, 3, 1);

class FlatInputTest : public testing::Test {
 protected:
  FlatInput Make(const ObservationSpec& spec, int64_t updates = 3) {
    FlatInput input({"input", spec, updates}, parameters_);
    parameters_.Allocate(1);
    return input;
  }

  double Number(const std::string& name, int64_t i) const {
    for (const Parameter& parameter : parameters_.list()) {
      if (parameter.name == name) return parameter.value[i].item<double>();
    }
    throw std::runtime_error("no parameter " + name);
  }

  Parameters parameters_;
};

// [4, 2, 3, 1]: pixel i of frame r is r, and 20 i more in every other update.
at::Tensor Frames(int64_t update) {
  at::Tensor frames = torch::zeros({4, 6}, at::kByte);
  for (int64_t r = 0; r < 4; ++r) {
    for (int64_t i = 0; i < 6; ++i) frames[r][i] = 20 * i * (update % 2) + r;
  }
  return frames.view({4, 2, 3, 1});
}

TEST_F(FlatInputTest, MeanAndDeviationAreThoseOfAllFirstFrames) {
  FlatInput input = Make(kPicture);
  for (int64_t update = 0; update < 5; ++update) {
    input.Observe(Frames(update), update, alone);
  }
  for (int64_t i = 0; i < 6; ++i) {
    std::vector<double> seen;
    for (const int64_t update : {0, 1, 2}) {
      for (int64_t r = 0; r < 4; ++r) {
        seen.push_back((20.0 * i * (update % 2) + r) / 255);
      }
    }
    double mean = 0;
    for (const double x : seen) mean += x / seen.size();
    double variance = 0;
    for (const double x : seen) variance += (x - mean) * (x - mean) / 12;
    EXPECT_NEAR(Number("input.mean", i), mean, 1e-6) << i;
    EXPECT_NEAR(Number("input.deviation", i), std::sqrt(variance), 1e-6) << i;
    // (x - mean) / max(deviation, floor), for a frame of another update.
    const double x = (20.0 * i + 2) / 255;
    EXPECT_NEAR(input.Read(Frames(3))[2][i].item<double>(),
                (x - mean) / std::max(std::sqrt(variance), 0.05), 1e-5)
        << i;
  }
}

TEST_F(FlatInputTest, BeforeAnyFrameNumbersAreAsTheyAre) {
  const FlatInput input = Make(kPicture);
  EXPECT_TRUE(at::allclose(input.Read(Frames(1)),
                           Frames(1).view({4, 6}).to(at::kFloat) / 255.0,
                           /*rtol=*/1.2e-7, /*atol=*/0));
}

TEST_F(FlatInputTest, AVectorWithoutBoundsComesToDeviationOne) {
  constexpr double kAny = std::numeric_limits<double>::infinity();
  FlatInput input = Make(ObservationSpec::Vector("speed", {2}, -kAny, kAny), 1);
  const at::Tensor observed =
      torch::tensor({{-0.004f, 900.0f}, {0.004f, 1100.0f}});
  input.Observe(observed, 0, alone);
  const at::Tensor expected = torch::tensor({{-1.0f, -1.0f}, {1.0f, 1.0f}});
  EXPECT_TRUE(torch::allclose(input.Read(observed), expected, 0, 1e-4));
}

TEST_F(FlatInputTest, TilesStayOneHots) {
  FlatInput input = Make(ObservationSpec::Tiles("view", {2}, 3));
  const at::Tensor observed = torch::tensor({{2, 0}}, at::kByte);
  input.Observe(observed, 0, alone);
  EXPECT_TRUE(parameters_.list().empty());
  EXPECT_TRUE(torch::equal(input.Read(observed),
                           torch::tensor({{0.f, 0.f, 1.f, 1.f, 0.f, 0.f}})));
}

TEST_F(FlatInputTest, NoGradientReachesThem) {
  FlatInput input = Make(kPicture);
  input.Observe(Frames(1), 0, alone);
  EXPECT_FALSE(input.Read(Frames(1)).requires_grad());
  EXPECT_EQ(parameters_.gradients().abs().max().item<float>(), 0);
}

}  // namespace
}  // namespace credo
