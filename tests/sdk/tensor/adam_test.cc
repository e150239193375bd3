#include "sdk/tensor/adam.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

constexpr double kRate = 0.01;

at::Tensor RandomVector(const std::string& name, uint64_t number, int64_t size,
                        at::ScalarType type) {
  Draws draws = RandomStream(17, name).At(0, number);
  at::Tensor out = torch::empty({size}, at::kDouble);
  for (int64_t i = 0; i < size; ++i) {
    out.data_ptr<double>()[i] = draws.Normal();
  }
  return out.to(type);
}

at::Tensor Gradient(uint64_t step, int64_t size,
                    at::ScalarType type = at::kFloat) {
  return RandomVector("gradient", step, size, type);
}

// The algorithm box of the paper, one number at a time, with epsilon beside the
// corrected root and the gradient scaled to the clip.
class Oracle {
 public:
  Oracle(const at::Tensor& start, const AdamOptions& options)
      : options_(options), mean_(start.numel()), square_(start.numel()) {
    const at::Tensor doubles = start.to(at::kDouble);
    for (int64_t i = 0; i < start.numel(); ++i) {
      values.push_back(doubles[i].item<double>());
    }
  }

  void Update(double rate, const at::Tensor& gradient) {
    ++steps_;
    const at::Tensor doubles = gradient.to(at::kDouble);
    double norm = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      norm += std::pow(doubles[static_cast<int64_t>(i)].item<double>(), 2);
    }
    norm = std::sqrt(norm);
    const bool clipped = options_.clip > 0 && norm > options_.clip;
    for (size_t i = 0; i < values.size(); ++i) {
      double g = doubles[static_cast<int64_t>(i)].item<double>();
      if (clipped) g *= options_.clip / norm;
      mean_[i] = options_.beta1 * mean_[i] + (1 - options_.beta1) * g;
      square_[i] = options_.beta2 * square_[i] + (1 - options_.beta2) * g * g;
      const double mean = mean_[i] / (1 - std::pow(options_.beta1, steps_));
      const double square = square_[i] / (1 - std::pow(options_.beta2, steps_));
      values[i] -= rate * mean / (std::sqrt(square) + options_.epsilon);
    }
  }

  at::Tensor Values() const { return torch::tensor(values, at::kDouble); }

  std::vector<double> values;

 private:
  AdamOptions options_;
  int steps_ = 0;
  std::vector<double> mean_;
  std::vector<double> square_;
};

// The largest distance to the oracle after some steps.
double DistanceToOracle(int64_t size, int steps, const AdamOptions& options,
                        at::ScalarType type) {
  at::Tensor values = RandomVector("start", 0, size, type);
  Oracle oracle(values, options);
  Adam adam(size, options, type);
  double worst = 0;
  for (int step = 0; step < steps; ++step) {
    const at::Tensor gradient = Gradient(step, size, type);
    adam.Update(kRate, gradient, values);
    oracle.Update(kRate, gradient);
    worst = std::max(worst, (values.to(at::kDouble) - oracle.Values())
                                .abs()
                                .max()
                                .item<double>());
  }
  return worst;
}

TEST(AdamTest, FollowsTheFormulaInDoubleStepByStep) {
  EXPECT_LT(DistanceToOracle(37, 50, {}, at::kDouble), 1e-13);
}

TEST(AdamTest, FollowsTheFormulaInFloatStepByStep) {
  EXPECT_LT(DistanceToOracle(37, 50, {}, at::kFloat), 2e-6);
}

TEST(AdamTest, FollowsTheFormulaWithOtherOptions) {
  const AdamOptions options = {
      .beta1 = 0, .beta2 = 0.9, .epsilon = 0.1, .clip = 0.5};
  EXPECT_LT(DistanceToOracle(37, 50, options, at::kDouble), 1e-13);
  EXPECT_LT(DistanceToOracle(37, 50, options, at::kFloat), 2e-6);
}

// Sizes around the width of a vector: no number is left out, none done twice.
class AdamSizeTest : public testing::TestWithParam<int64_t> {};

TEST_P(AdamSizeTest, EveryNumberMoves) {
  EXPECT_LT(DistanceToOracle(GetParam(), 3, {.clip = 1.0}, at::kFloat), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Sizes, AdamSizeTest,
                         testing::Values(1, 7, 15, 16, 17, 31, 64, 65, 1000));

TEST(AdamTest, TheFirstStepIsTheRateAlongTheSign) {
  at::Tensor values = torch::zeros({3});
  Adam adam(3, {.epsilon = 0});
  adam.Update(0.1, torch::tensor({0.5f, -2.0f, 1e-3f}), values);
  EXPECT_TRUE(
      torch::allclose(values, torch::tensor({-0.1f, 0.1f, -0.1f}), 1e-6, 0));
}

TEST(AdamTest, AgreesWithPyTorch) {
  constexpr int64_t kSize = 500;
  const at::Tensor start = RandomVector("start", 0, kSize, at::kFloat);
  at::Tensor ours = start.clone();
  at::Tensor theirs = start.clone().requires_grad_(true);
  Adam adam(kSize, {.epsilon = 1e-5, .clip = 0});
  torch::optim::Adam reference(
      {theirs}, torch::optim::AdamOptions(kRate).eps(1e-5));
  for (uint64_t step = 0; step < 100; ++step) {
    const at::Tensor gradient = Gradient(step, kSize);
    adam.Update(kRate, gradient, ours);
    theirs.mutable_grad() = gradient.clone();
    reference.step();
    ASSERT_LT((ours - theirs).abs().max().item<double>(), 1e-6)
        << "step " << step;
  }
}

TEST(AdamTest, PlacesEpsilonAsPyTorchDoes) {
  // Gradients of the size of epsilon tell the two usual places apart.
  at::Tensor ours = torch::zeros({4});
  at::Tensor theirs = torch::zeros({4}, torch::requires_grad());
  Adam adam(4, {.epsilon = 1e-3, .clip = 0});
  torch::optim::Adam reference(
      {theirs}, torch::optim::AdamOptions(kRate).eps(1e-3));
  for (uint64_t step = 0; step < 5; ++step) {
    const at::Tensor gradient = Gradient(step, 4) * 1e-3;
    adam.Update(kRate, gradient, ours);
    theirs.mutable_grad() = gradient.clone();
    reference.step();
  }
  EXPECT_TRUE(torch::allclose(ours, theirs, 1e-5, 0));
}

TEST(AdamTest, TensorsThatAreNotContiguousGiveTheSame) {
  constexpr int64_t kSize = 40;
  at::Tensor plain = RandomVector("start", 0, kSize, at::kFloat);
  const at::Tensor wide = torch::zeros({kSize, 2});
  at::Tensor strided = wide.select(1, 0);
  strided.copy_(plain);
  Adam fused(kSize, {.clip = 1.0});
  Adam by_tensors(kSize, {.clip = 1.0});
  for (uint64_t step = 0; step < 20; ++step) {
    const Adam::Step a = fused.Update(kRate, Gradient(step, kSize), plain);
    const Adam::Step b =
        by_tensors.Update(kRate, Gradient(step, kSize), strided);
    EXPECT_NEAR(a.norm.item<double>(), b.norm.item<double>(), 1e-12);
  }
  EXPECT_TRUE(torch::allclose(strided, plain, 0, 1e-6));
  EXPECT_EQ(wide.select(1, 1).abs().sum().item<double>(), 0.0);
}

TEST(AdamTest, ReportsTheNormBeforeClipping) {
  at::Tensor values = torch::zeros({2});
  Adam adam(2, {.clip = 1.0});
  const Adam::Step step =
      adam.Update(kRate, torch::tensor({3.0f, -4.0f}), values);
  EXPECT_DOUBLE_EQ(step.norm.item<double>(), 5.0);
  EXPECT_TRUE(step.taken.item<bool>());
}

// Epsilon is large, so that a step shows the size of its gradient.
at::Tensor OneStep(const at::Tensor& gradient, double clip) {
  at::Tensor values = torch::zeros_like(gradient);
  Adam adam(gradient.numel(), {.epsilon = 10, .clip = clip});
  adam.Update(1.0, gradient, values);
  return values;
}

TEST(AdamTest, ALongGradientIsScaledToTheClip) {
  EXPECT_TRUE(torch::allclose(OneStep(torch::tensor({30.0f, -40.0f}), 2.0),
                              OneStep(torch::tensor({1.2f, -1.6f}), 0), 1e-6));
}

TEST(AdamTest, AShortGradientIsLeftAlone) {
  const at::Tensor gradient = torch::tensor({0.3f, -0.4f});
  EXPECT_TRUE(torch::equal(OneStep(gradient, 0.51), OneStep(gradient, 0)));
}

TEST(AdamTest, AClipOfZeroMeansNone) {
  const at::Tensor gradient = torch::tensor({300.0f, -400.0f});
  EXPECT_TRUE(torch::equal(OneStep(gradient, 0), OneStep(gradient, 1e6)));
}

TEST(AdamTest, TheGradientIsNotChanged) {
  at::Tensor gradient = torch::tensor({30.0f, -40.0f});
  at::Tensor values = torch::zeros({2});
  Adam(2, {.clip = 1.0}).Update(kRate, gradient, values);
  EXPECT_TRUE(torch::equal(gradient, torch::tensor({30.0f, -40.0f})));
}

class AdamNotFiniteTest : public testing::TestWithParam<float> {};

TEST_P(AdamNotFiniteTest, IsSkippedAndCounted) {
  at::Tensor values = RandomVector("start", 0, 20, at::kFloat);
  const at::Tensor before = values.clone();
  at::Tensor gradient = Gradient(0, 20);
  gradient[13] = GetParam();
  Adam adam(20, {});
  const Adam::Step step = adam.Update(kRate, gradient, values);
  EXPECT_FALSE(step.taken.item<bool>());
  EXPECT_FALSE(step.norm.isfinite().item<bool>());
  EXPECT_EQ(adam.skipped(), 1);
  EXPECT_TRUE(torch::equal(values, before));
}

TEST_P(AdamNotFiniteTest, LeavesMomentsAndCorrectionUntouched) {
  at::Tensor disturbed = RandomVector("start", 0, 20, at::kFloat);
  at::Tensor calm = disturbed.clone();
  Adam with(20, {});
  Adam without(20, {});
  for (uint64_t step = 0; step < 6; ++step) {
    const at::Tensor gradient = Gradient(step, 20);
    if (step % 2 == 1) {
      at::Tensor broken = gradient.clone();
      broken[step] = GetParam();
      with.Update(kRate, broken, disturbed);
    }
    with.Update(kRate, gradient, disturbed);
    without.Update(kRate, gradient, calm);
  }
  EXPECT_EQ(with.skipped(), 3);
  EXPECT_TRUE(torch::equal(disturbed, calm));
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, AdamNotFiniteTest,
    testing::Values(std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(),
                    std::numeric_limits<float>::quiet_NaN()));

TEST(AdamTest, ANotFiniteGradientInDoubleIsSkippedToo) {
  at::Tensor values = torch::zeros({3}, at::kDouble);
  Adam adam(3, {}, at::kDouble);
  const at::Tensor gradient =
      torch::full({3}, std::numeric_limits<double>::infinity(), at::kDouble);
  EXPECT_FALSE(adam.Update(kRate, gradient, values).taken.item<bool>());
  EXPECT_EQ(values.abs().sum().item<double>(), 0.0);
}

TEST(AdamTest, AHugeFiniteGradientIsClippedNotSkipped) {
  at::Tensor values = torch::zeros({2});
  Adam adam(2, {.clip = 1.0});
  const Adam::Step step = adam.Update(kRate, torch::full({2}, 1e30f), values);
  EXPECT_TRUE(step.taken.item<bool>());
  EXPECT_TRUE(torch::allclose(values, torch::full({2}, -0.01f), 1e-4, 0));
}

TEST(AdamTest, AGradientWhoseSquareOverflowsIsSkippedWithoutAClip) {
  at::Tensor values = torch::zeros({2});
  Adam adam(2, {.clip = 0});
  const Adam::Step step = adam.Update(kRate, torch::full({2}, 1e30f), values);
  EXPECT_FALSE(step.taken.item<bool>());
  EXPECT_EQ(values.abs().sum().item<double>(), 0.0);
}

TEST(AdamTest, AZeroGradientMovesNothing) {
  at::Tensor values = RandomVector("start", 0, 20, at::kFloat);
  const at::Tensor before = values.clone();
  Adam adam(20, {});
  const Adam::Step step = adam.Update(kRate, torch::zeros({20}), values);
  EXPECT_EQ(step.norm.item<double>(), 0.0);
  EXPECT_TRUE(step.taken.item<bool>());
  EXPECT_TRUE(torch::equal(values, before));
}

TEST(AdamTest, TheMeanOfAPartThatNoLongerLearnsBecomesZero) {
  at::Tensor values = torch::zeros({20});
  Adam adam(20, {});
  adam.Update(kRate, Gradient(0, 20), values);
  for (int step = 0; step < 1200; ++step) {
    adam.Update(kRate, torch::zeros({20}), values);
  }
  TensorFile file;
  adam.Save("", file);
  at::Tensor mean = torch::ones({20});
  ASSERT_TRUE(LoadTensor(file, "mean", mean).ok());
  EXPECT_EQ(mean.abs().max().item<double>(), 0.0);
}

TEST(AdamTest, FindsTheMinimumOfABowl) {
  const at::Tensor goal = RandomVector("goal", 0, 10, at::kFloat);
  at::Tensor values = torch::zeros({10});
  Adam adam(10, {});
  for (int step = 0; step < 2000; ++step) {
    adam.Update(kRate, 2 * (values - goal), values);
  }
  EXPECT_LT((values - goal).abs().max().item<double>(), 1e-4);
}

TEST(AdamTest, GoesOnBitEqualAfterSaveAndLoad) {
  at::Tensor straight = RandomVector("start", 0, 50, at::kFloat);
  Adam adam(50, {});
  for (uint64_t step = 0; step < 7; ++step) {
    adam.Update(kRate, Gradient(step, 50), straight);
  }
  adam.Update(kRate, torch::full({50}, NAN), straight);
  TensorFile file;
  adam.Save("optimiser.", file);
  at::Tensor resumed = straight.clone();
  Adam loaded(50, {});
  const Status status = loaded.Load("optimiser.", file);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(loaded.skipped(), 1);
  for (uint64_t step = 7; step < 14; ++step) {
    adam.Update(kRate, Gradient(step, 50), straight);
    loaded.Update(kRate, Gradient(step, 50), resumed);
  }
  EXPECT_TRUE(torch::equal(resumed, straight));
}

TEST(AdamTest, TwoOptimisersShareAFileByPrefix) {
  TensorFile file;
  Adam(3, {}).Save("agent.", file);
  Adam(5, {}).Save("probe.", file);
  EXPECT_TRUE(Adam(3, {}).Load("agent.", file).ok());
  EXPECT_TRUE(Adam(5, {}).Load("probe.", file).ok());
}

TEST(AdamTest, LoadNamesWhatIsMissing) {
  const Status status = Adam(3, {}).Load("agent.", TensorFile());
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("agent.mean"), std::string::npos);
}

TEST(AdamTest, AFailedLoadChangesNothing) {
  at::Tensor expected = torch::zeros({3});
  at::Tensor values = torch::zeros({3});
  Adam untouched(3, {});
  Adam adam(3, {});
  untouched.Update(kRate, Gradient(0, 3), expected);
  adam.Update(kRate, Gradient(0, 3), values);
  TensorFile other;
  Adam(3, {}).Save("", other);
  std::erase_if(other.tensors,
                [](const NamedTensor& x) { return x.name == "steps"; });
  EXPECT_FALSE(adam.Load("", other).ok());
  untouched.Update(kRate, Gradient(1, 3), expected);
  adam.Update(kRate, Gradient(1, 3), values);
  EXPECT_TRUE(torch::equal(values, expected));
}

TEST(AdamTest, LoadRefusesAnotherSize) {
  TensorFile file;
  Adam(4, {}).Save("", file);
  EXPECT_EQ(Adam(3, {}).Load("", file).code(), StatusCode::kInvalidArgument);
}

TEST(AdamTest, RefusesAnotherSizeOrType) {
  Adam adam(3, {});
  at::Tensor values = torch::zeros({3});
  EXPECT_THROW(adam.Update(kRate, torch::zeros({4}), values), c10::Error);
  EXPECT_THROW(adam.Update(kRate, torch::zeros({3}, at::kDouble), values),
               c10::Error);
}

}  // namespace
}  // namespace credo
