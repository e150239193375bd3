#include "agents/networks/policy.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/random.h"

namespace credo {
namespace {

ActionDistribution Single(int64_t choices) {
  return ActionDistribution(
      {.fields = {ActionField::Discrete("move", choices)}});
}

ActionDistribution Steering(int64_t dimensions) {
  return ActionDistribution(
      {.fields = {ActionField::Continuous("steer", dimensions, -2, 2)}});
}

// Every kind of field, in an order that tells offsets apart.
ActionDistribution Mixed() {
  return ActionDistribution(
      {.fields = {ActionField::Discrete("move", 5),
                  ActionField::Continuous("steer", 2, -1, 1),
                  ActionField::MultiDiscrete("hands", {3, 2, 3}),
                  ActionField::Continuous("throttle", 1, 0, 4)},
       .has_mask = true});
}

at::Tensor Row(const std::vector<double>& numbers) {
  return torch::tensor(numbers, at::kDouble).unsqueeze(0);
}

at::Tensor MaskRow(const std::vector<int>& legal) {
  return torch::tensor(legal, at::kInt).to(at::kByte).unsqueeze(0);
}

at::Tensor RandomRows(const std::string& name, int64_t rows, int64_t columns,
                      double scale) {
  Draws draws = RandomStream(11, name).At(0, 0);
  at::Tensor out = torch::empty({rows, columns}, at::kDouble);
  for (int64_t i = 0; i < rows * columns; ++i) {
    out.data_ptr<double>()[i] = scale * draws.Normal();
  }
  return out;
}

// About one choice in three is illegal; sometimes all of a factor are.
at::Tensor RandomMask(int64_t rows, int64_t choices) {
  Draws draws = RandomStream(11, "mask").At(0, 0);
  at::Tensor out = torch::empty({rows, choices}, at::kByte);
  for (int64_t i = 0; i < rows * choices; ++i) {
    out.data_ptr<uint8_t>()[i] = draws.Below(3) != 0;
  }
  return out;
}

// The rows of a random problem: what an actor would have done.
struct Problem {
  at::Tensor parameters;  // f32 [R, P]
  at::Tensor mask;        // u8 [R, C]
  at::Tensor actions;     // f32 [R, W], sampled, so always legal
};

std::span<const float> RowOf(const at::Tensor& x, int64_t row) {
  const auto size = static_cast<size_t>(x.size(1));
  return {x.const_data_ptr<float>() + row * size, size};
}

std::span<const uint8_t> MaskOf(const at::Tensor& mask, int64_t row) {
  if (!mask.defined()) return {};
  const auto size = static_cast<size_t>(mask.size(1));
  return {mask.const_data_ptr<uint8_t>() + row * size, size};
}

Problem RandomProblem(const ActionDistribution& distribution, int64_t rows,
                      bool masked) {
  Problem problem;
  problem.parameters =
      RandomRows("parameters", rows, distribution.parameters(), 1.5)
          .to(at::kFloat);
  if (masked) problem.mask = RandomMask(rows, distribution.mask_size());
  problem.actions = torch::empty({rows, distribution.words()}, at::kFloat);
  const RandomStream stream(11, "actions");
  const auto words = static_cast<size_t>(distribution.words());
  for (int64_t row = 0; row < rows; ++row) {
    Draws draws = stream.At(static_cast<uint32_t>(row), 0);
    distribution.Sample(
        RowOf(problem.parameters, row), MaskOf(problem.mask, row), draws,
        {problem.actions.mutable_data_ptr<float>() + row * words, words});
  }
  return problem;
}

void ExpectTwinAgrees(const ActionDistribution& distribution, bool masked) {
  constexpr int64_t kRows = 64;
  const Problem problem = RandomProblem(distribution, kRows, masked);
  const PolicyTerms terms =
      EvaluatePolicy(distribution, problem.parameters.to(at::kDouble),
                     problem.actions, problem.mask);
  for (int64_t row = 0; row < kRows; ++row) {
    const std::span<const float> parameters = RowOf(problem.parameters, row);
    const std::span<const uint8_t> mask = MaskOf(problem.mask, row);
    EXPECT_NEAR(terms.log_probability[row].item<double>(),
                distribution.LogProbability(parameters, mask,
                                            RowOf(problem.actions, row)),
                1e-10);
    EXPECT_NEAR(terms.entropy[row].item<double>(),
                distribution.Entropy(parameters, mask), 1e-10);
  }
}

TEST(PolicyTest, AgreesWithItsTwinOnOneFactor) {
  ExpectTwinAgrees(Single(6), /*masked=*/false);
}

TEST(PolicyTest, AgreesWithItsTwinOnOneMaskedFactor) {
  ExpectTwinAgrees(Single(6), /*masked=*/true);
}

TEST(PolicyTest, AgreesWithItsTwinOnManyFactors) {
  ExpectTwinAgrees(ActionDistribution({.fields = {ActionField::MultiDiscrete(
                                           "hands", {4, 2, 7})}}),
                   /*masked=*/false);
}

TEST(PolicyTest, AgreesWithItsTwinOnContinuousWords) {
  ExpectTwinAgrees(Steering(3), /*masked=*/false);
}

TEST(PolicyTest, AgreesWithItsTwinOnMixedFields) {
  ExpectTwinAgrees(Mixed(), /*masked=*/false);
}

TEST(PolicyTest, AgreesWithItsTwinOnMixedMaskedFields) {
  ExpectTwinAgrees(Mixed(), /*masked=*/true);
}

TEST(PolicyTest, LogProbabilityOfAChoiceIsItsLogSoftmax) {
  const PolicyTerms terms = EvaluatePolicy(
      Single(3), Row({std::log(1), std::log(2), std::log(5)}), Row({1}), {});
  EXPECT_NEAR(terms.log_probability.item<double>(), std::log(2.0 / 8.0),
              1e-12);
}

TEST(PolicyTest, EntropyOfEqualChoicesIsTheLogOfTheirNumber) {
  const PolicyTerms terms =
      EvaluatePolicy(Single(4), Row({3, 3, 3, 3}), Row({0}), {});
  EXPECT_NEAR(terms.entropy.item<double>(), std::log(4.0), 1e-12);
}

TEST(PolicyTest, LegalChoicesShareWhatMaskedOnesLose) {
  const PolicyTerms terms =
      EvaluatePolicy(Single(3), Row({std::log(1), std::log(2), std::log(5)}),
                     Row({1}), MaskRow({1, 1, 0}));
  EXPECT_NEAR(terms.log_probability.item<double>(), std::log(2.0 / 3.0),
              1e-12);
  EXPECT_NEAR(terms.entropy.item<double>(),
              -(std::log(1.0 / 3) / 3 + 2 * std::log(2.0 / 3) / 3), 1e-12);
}

TEST(PolicyTest, TheOnlyLegalChoiceIsCertain) {
  const PolicyTerms terms = EvaluatePolicy(
      Single(3), Row({50, -50, 50}), Row({1}), MaskRow({0, 1, 0}));
  EXPECT_EQ(terms.log_probability.item<double>(), 0.0);
  EXPECT_EQ(terms.entropy.item<double>(), 0.0);
}

TEST(PolicyTest, AFactorWithNoLegalChoiceIsAsIfAllWere) {
  const at::Tensor logits = Row({0.3, -1, 2});
  const PolicyTerms open = EvaluatePolicy(Single(3), logits, Row({2}), {});
  const PolicyTerms shut =
      EvaluatePolicy(Single(3), logits, Row({2}), MaskRow({0, 0, 0}));
  EXPECT_TRUE(torch::equal(open.log_probability, shut.log_probability));
  EXPECT_TRUE(torch::equal(open.entropy, shut.entropy));
}

TEST(PolicyTest, AnIllegalChoiceHasProbabilityZeroAndAFiniteLogarithm) {
  const PolicyTerms terms = EvaluatePolicy(
      Single(3), Row({0, 0, 9}), Row({2}), MaskRow({1, 1, 0}));
  const double log_probability = terms.log_probability.item<double>();
  EXPECT_TRUE(std::isfinite(log_probability));
  EXPECT_EQ(std::exp(log_probability), 0.0);
}

TEST(PolicyTest, ProbabilitiesOfAllActionsSumToOne) {
  const ActionDistribution distribution(
      {.fields = {ActionField::MultiDiscrete("hands", {3, 4})},
       .has_mask = true});
  const at::Tensor first = torch::arange(3).repeat_interleave(4);
  const at::Tensor second = torch::arange(4).repeat({3});
  const at::Tensor parameters =
      RandomRows("parameters", 1, 7, 2).expand({12, 7});
  const at::Tensor mask = MaskRow({1, 0, 1, 1, 1, 0, 1}).expand({12, 7});
  const PolicyTerms terms = EvaluatePolicy(
      distribution, parameters, torch::stack({first, second}, 1), mask);
  EXPECT_NEAR(terms.log_probability.exp().sum().item<double>(), 1.0, 1e-12);
}

TEST(PolicyTest, LogDensityIsThatOfANormalInWords) {
  // Mean 0.5, deviation e^-1; the word lies outside [-1, 1] and stays there.
  const PolicyTerms terms =
      EvaluatePolicy(Steering(1), Row({0.5, -1}), Row({1.5}), {});
  const double deviation = std::exp(-1.0);
  const double expected = -0.5 / (deviation * deviation) -
                          std::log(deviation * std::sqrt(2 * M_PI));
  EXPECT_NEAR(terms.log_probability.item<double>(), expected, 1e-12);
}

TEST(PolicyTest, EntropyOfANormalFollowsItsDeviation) {
  const PolicyTerms terms =
      EvaluatePolicy(Steering(2), Row({7, -7, 0.3, -0.8}), Row({0, 0}), {});
  EXPECT_NEAR(terms.entropy.item<double>(),
              std::log(2 * M_PI * std::exp(1.0)) + 0.3 - 0.8, 1e-12);
}

TEST(PolicyTest, LogDeviationsBeyondTheBoundsAreClamped) {
  const PolicyTerms low =
      EvaluatePolicy(Steering(1), Row({0, -40}), Row({0}), {});
  const PolicyTerms high =
      EvaluatePolicy(Steering(1), Row({0, 40}), Row({0}), {});
  EXPECT_NEAR(high.entropy.item<double>() - low.entropy.item<double>(),
              ActionDistribution::kLogStdHigh - ActionDistribution::kLogStdLow,
              1e-12);
}

TEST(PolicyTest, FloatsAgreeWithDoubles) {
  const ActionDistribution distribution = Mixed();
  const Problem problem = RandomProblem(distribution, 32, /*masked=*/true);
  const PolicyTerms floats = EvaluatePolicy(
      distribution, problem.parameters, problem.actions, problem.mask);
  const PolicyTerms doubles =
      EvaluatePolicy(distribution, problem.parameters.to(at::kDouble),
                     problem.actions, problem.mask);
  EXPECT_EQ(floats.log_probability.scalar_type(), at::kFloat);
  EXPECT_TRUE(torch::allclose(floats.log_probability.to(at::kDouble),
                              doubles.log_probability, 1e-5, 1e-5));
  EXPECT_TRUE(torch::allclose(floats.entropy.to(at::kDouble), doubles.entropy,
                              1e-5, 1e-5));
}

// The gradient of sum(weights * term) against central differences.
template <typename Term>
void ExpectGradient(const ActionDistribution& distribution, bool masked,
                    Term term) {
  constexpr int64_t kRows = 4;
  constexpr double kStep = 1e-5;
  const Problem problem = RandomProblem(distribution, kRows, masked);
  const at::Tensor weights = RandomRows("weights", kRows, 1, 1).squeeze(1);
  const auto loss = [&](const at::Tensor& parameters) {
    return (term(EvaluatePolicy(distribution, parameters, problem.actions,
                                problem.mask)) *
            weights)
        .sum();
  };
  at::Tensor parameters = problem.parameters.to(at::kDouble);
  at::Tensor leaf = parameters.clone().requires_grad_(true);
  loss(leaf).backward();
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t i = 0; i < distribution.parameters(); ++i) {
      at::Tensor up = parameters.clone();
      at::Tensor down = parameters.clone();
      up[row][i] += kStep;
      down[row][i] -= kStep;
      const double slope =
          (loss(up) - loss(down)).template item<double>() / (2 * kStep);
      const double found = leaf.grad()[row][i].template item<double>();
      EXPECT_NEAR(found, slope, 1e-7 * std::max(1.0, std::abs(slope)))
          << "row " << row << ", parameter " << i;
    }
  }
}

const auto kLogProbability = [](const PolicyTerms& terms) {
  return terms.log_probability;
};
const auto kEntropy = [](const PolicyTerms& terms) { return terms.entropy; };

TEST(PolicyGradientTest, OfLogProbabilityOnOneFactor) {
  ExpectGradient(Single(5), /*masked=*/false, kLogProbability);
}

TEST(PolicyGradientTest, OfEntropyOnOneFactor) {
  ExpectGradient(Single(5), /*masked=*/false, kEntropy);
}

TEST(PolicyGradientTest, OfLogProbabilityOnMixedMaskedFields) {
  ExpectGradient(Mixed(), /*masked=*/true, kLogProbability);
}

TEST(PolicyGradientTest, OfEntropyOnMixedMaskedFields) {
  ExpectGradient(Mixed(), /*masked=*/true, kEntropy);
}

TEST(PolicyGradientTest, MaskedLogitsGetExactlyZero) {
  at::Tensor logits = Row({0.3, 1.1, -0.4, 2}).requires_grad_(true);
  const PolicyTerms terms =
      EvaluatePolicy(Single(4), logits, Row({2}), MaskRow({1, 0, 1, 0}));
  (terms.log_probability + terms.entropy).sum().backward();
  EXPECT_EQ(logits.grad()[0][1].item<double>(), 0.0);
  EXPECT_EQ(logits.grad()[0][3].item<double>(), 0.0);
  EXPECT_NE(logits.grad()[0][0].item<double>(), 0.0);
}

TEST(PolicyGradientTest, ExtremeMaskedLogitsBringNoNaN) {
  at::Tensor logits =
      Row({3e4, -3e4, 3e4}).to(at::kFloat).requires_grad_(true);
  const PolicyTerms terms =
      EvaluatePolicy(Single(3), logits, Row({0}), MaskRow({1, 1, 0}));
  (terms.log_probability + terms.entropy).sum().backward();
  EXPECT_TRUE(terms.log_probability.isfinite().all().item<bool>());
  EXPECT_TRUE(terms.entropy.isfinite().all().item<bool>());
  EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
}

TEST(PolicyGradientTest, AnIllegalActionBringsNoNaN) {
  at::Tensor logits = Row({1, 2, 3}).to(at::kFloat).requires_grad_(true);
  const PolicyTerms terms =
      EvaluatePolicy(Single(3), logits, Row({2}), MaskRow({1, 1, 0}));
  (terms.log_probability * 0.0 + terms.entropy).sum().backward();
  EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
}

TEST(PolicyGradientTest, AClampedLogDeviationGetsZero) {
  at::Tensor parameters = Row({0.2, 5}).requires_grad_(true);
  const PolicyTerms terms =
      EvaluatePolicy(Steering(1), parameters, Row({1}), {});
  (terms.log_probability + terms.entropy).sum().backward();
  EXPECT_EQ(parameters.grad()[0][1].item<double>(), 0.0);
  EXPECT_NE(parameters.grad()[0][0].item<double>(), 0.0);
}

TEST(PolicyGradientTest, ScoresAverageToZeroUnderThePolicy) {
  at::Tensor logits = RandomRows("parameters", 1, 4, 1).requires_grad_(true);
  const PolicyTerms terms =
      EvaluatePolicy(Single(4), logits.expand({4, 4}),
                     torch::arange(4).unsqueeze(1), {});
  (terms.log_probability.exp().detach() * terms.log_probability)
      .sum()
      .backward();
  EXPECT_LT(logits.grad().abs().max().item<double>(), 1e-12);
}

TEST(PolicyTest, RefusesParametersOfAnotherWidth) {
  EXPECT_THROW(EvaluatePolicy(Single(3), Row({0, 0}), Row({0}), {}),
               c10::Error);
}

TEST(PolicyTest, RefusesAMaskOfAnotherWidth) {
  EXPECT_THROW(
      EvaluatePolicy(Single(3), Row({0, 0, 0}), Row({0}), MaskRow({1, 1})),
      c10::Error);
}

TEST(EncodeActionsTest, WritesWhatTheTwinEncodes) {
  const ActionDistribution distribution = Mixed();
  const Problem problem = RandomProblem(distribution, 6, /*masked=*/false);
  const at::Tensor encoded =
      EncodeActions(distribution, problem.actions.view({3, 2, -1}),
                    std::vector<Kind>(6, Kind::kMid));
  ASSERT_EQ(encoded.sizes(),
            at::IntArrayRef({3, 2, distribution.inputs()}));
  const at::Tensor rows = encoded.view({6, -1});
  std::vector<float> expected(distribution.inputs());
  for (int64_t row = 0; row < 6; ++row) {
    distribution.Encode(RowOf(problem.actions, row), expected);
    const std::span<const float> found = RowOf(rows, row);
    EXPECT_EQ(std::vector<float>(found.begin(), found.end()), expected);
  }
}

TEST(EncodeActionsTest, TheVoidActionOfAFirstRecordIsZero) {
  const at::Tensor actions =
      torch::tensor({2.0f, 1.0f, 1.0f, 2.0f}).view({2, 2, 1});
  const at::Tensor encoded =
      EncodeActions(Single(3), actions,
                    {Kind::kFirst, Kind::kMid, Kind::kTerminal, Kind::kFirst});
  const at::Tensor expected =
      torch::tensor({0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0}, at::kFloat)
          .view({2, 2, 3});
  EXPECT_TRUE(torch::equal(encoded, expected));
}

TEST(EncodeActionsTest, ReadsActionsThatAreNotContiguous) {
  const at::Tensor actions =
      torch::tensor({0.0f, 1.0f, 2.0f, 0.0f}).view({2, 2, 1});
  const std::vector<Kind> kinds(4, Kind::kMid);
  EXPECT_TRUE(torch::equal(
      EncodeActions(Single(3), actions.transpose(0, 1), kinds),
      EncodeActions(Single(3), actions.transpose(0, 1).contiguous(), kinds)));
}

TEST(EncodeActionsTest, RefusesAnotherNumberOfKinds) {
  EXPECT_THROW(EncodeActions(Single(3), torch::zeros({2, 2, 1}),
                             std::vector<Kind>(3, Kind::kMid)),
               c10::Error);
}

}  // namespace
}  // namespace credo
