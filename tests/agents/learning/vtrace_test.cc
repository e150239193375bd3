#include "agents/learning/vtrace.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/random.h"

namespace credo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Rows = std::vector<std::vector<double>>;

at::Tensor Matrix(const Rows& rows) {
  const auto columns = static_cast<int64_t>(rows[0].size());
  at::Tensor out =
      torch::empty({static_cast<int64_t>(rows.size()), columns}, at::kDouble);
  for (size_t t = 0; t < rows.size(); ++t) {
    for (int64_t b = 0; b < columns; ++b) {
      out[static_cast<int64_t>(t)][b] = rows[t][b];
    }
  }
  return out;
}

// One column [T, 1].
at::Tensor Column(const std::vector<double>& numbers) {
  Rows rows;
  for (const double number : numbers) rows.push_back({number});
  return Matrix(rows);
}

void ExpectNear(const at::Tensor& found, const at::Tensor& expected,
                double tolerance) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  EXPECT_TRUE(torch::allclose(found.to(at::kDouble), expected.to(at::kDouble),
                              /*rtol=*/0, tolerance))
      << "found\n" << found << "\nexpected\n" << expected;
}

// "FMMT": first, mid, mid, terminal; C: truncated (cut).
std::vector<Kind> Kinds(const std::string& letters) {
  std::vector<Kind> kinds;
  for (const char letter : letters) {
    kinds.push_back(letter == 'F'   ? Kind::kFirst
                    : letter == 'M' ? Kind::kMid
                    : letter == 'T' ? Kind::kTerminal
                                    : Kind::kTruncated);
  }
  return kinds;
}

Transitions AllValid(const at::Tensor& discounts) {
  return {.discounts = discounts, .valid = torch::ones_like(discounts)};
}

at::Tensor RandomMatrix(const std::string& name, uint64_t seed, int64_t rows,
                        int64_t columns) {
  Draws draws = RandomStream(seed, name).At(0, 0);
  at::Tensor out = torch::empty({rows, columns}, at::kDouble);
  for (int64_t t = 0; t < rows; ++t) {
    for (int64_t b = 0; b < columns; ++b) out[t][b] = draws.Normal();
  }
  return out;
}

// Records as actors would write them: episodes of random length, some of which
// end, some of which are cut. Row-major [records, columns].
std::vector<Kind> RandomKinds(uint64_t seed, int64_t records,
                              int64_t columns) {
  std::vector<Kind> kinds(records * columns);
  for (int64_t b = 0; b < columns; ++b) {
    Draws draws =
        RandomStream(seed, "kinds").At(static_cast<uint32_t>(b), 0);
    Kind kind = draws.Below(2) == 0 ? Kind::kFirst : Kind::kMid;
    for (int64_t t = 0; t < records; ++t) {
      kinds[t * columns + b] = kind;
      constexpr std::array<Kind, 4> kNext = {Kind::kMid, Kind::kMid,
                                             Kind::kTerminal, Kind::kTruncated};
      kind = IsLast(kind) ? Kind::kFirst : kNext[draws.Below(4)];
    }
  }
  return kinds;
}

VtraceInput RandomInput(uint64_t seed, int64_t steps, int64_t columns,
                        const Transitions& transitions) {
  return {.log_ratios = RandomMatrix("ratios", seed, steps, columns),
          .rewards = RandomMatrix("rewards", seed, steps, columns),
          .values = RandomMatrix("values", seed, steps + 1, columns),
          .transitions = transitions};
}

// The double sum of the paper's equation 1, term by term.
VtraceOutput Oracle(const VtraceInput& input, const VtraceOptions& options) {
  const int64_t steps = input.log_ratios.size(0);
  const int64_t columns = input.log_ratios.size(1);
  const auto at = [](const at::Tensor& x, int64_t t, int64_t b) {
    return x[t][b].item<double>();
  };
  at::Tensor targets = torch::empty({steps, columns}, at::kDouble);
  at::Tensor advantages = torch::empty({steps, columns}, at::kDouble);
  for (int64_t b = 0; b < columns; ++b) {
    const auto value = [&](int64_t t) { return at(input.values, t, b); };
    const auto reward = [&](int64_t t) { return at(input.rewards, t, b); };
    const auto gamma = [&](int64_t t) {
      return at(input.transitions.discounts, t, b);
    };
    const auto valid = [&](int64_t t) {
      return at(input.transitions.valid, t, b);
    };
    const auto ratio = [&](int64_t t, double bound) {
      return std::min(bound, std::exp(at(input.log_ratios, t, b)));
    };
    for (int64_t s = 0; s < steps; ++s) {
      double target = value(s);
      for (int64_t t = s; t < steps; ++t) {
        double product = 1;
        for (int64_t i = s; i < t; ++i) {
          product *= gamma(i) * valid(i) * options.lambda *
                     ratio(i, options.c_bar);
        }
        const double delta =
            valid(t) * ratio(t, options.rho_bar) *
            (reward(t) + gamma(t) * value(t + 1) - value(t));
        target += product * delta;
      }
      targets[s][b] = target;
    }
    for (int64_t t = 0; t < steps; ++t) {
      const double next =
          t + 1 < steps ? at(targets, t + 1, b) : value(steps);
      advantages[t][b] = valid(t) * ratio(t, options.rho_bar_pg) *
                         (reward(t) + gamma(t) * next - value(t));
    }
  }
  return {.targets = targets, .advantages = advantages};
}

// Three steps whose results were worked out by hand.
VtraceInput ThreeSteps(const std::vector<double>& discounts = {.9, .9, .9}) {
  return {.log_ratios = Column({0.5, 2, 1}).log(),
          .rewards = Column({1, 0, 2}),
          .values = Column({0.5, 1.0, -0.5, 3}),
          .transitions = AllValid(Column(discounts))};
}

TEST(VtraceTest, TruncatesRatios) {
  const VtraceOutput output = Vtrace(ThreeSteps(), {});
  ExpectNear(output.targets, Column({2.6535, 4.23, 4.7}), 1e-12);
  ExpectNear(output.advantages, Column({2.1535, 3.23, 5.2}), 1e-12);
}

TEST(VtraceTest, LeavesRatiosAloneWhenTheirBoundIsInfinite) {
  const VtraceOutput output = Vtrace(
      ThreeSteps(), {.rho_bar = kInfinity, .rho_bar_pg = kInfinity});
  ExpectNear(output.targets, Column({2.001, 2.78, 4.7}), 1e-12);
  ExpectNear(output.advantages, Column({1.501, 6.46, 5.2}), 1e-12);
}

TEST(VtraceTest, ADiscountOfZeroStopsBootstrapAndTrace) {
  const VtraceOutput output = Vtrace(ThreeSteps({.9, 0, .9}), {});
  ExpectNear(output.targets, Column({0.75, 0.0, 4.7}), 1e-12);
  ExpectNear(output.advantages, Column({0.25, -1.0, 5.2}), 1e-12);
}

TEST(VtraceTest, OnPolicyTargetsAreReturns) {
  VtraceInput input = ThreeSteps();
  input.log_ratios.zero_();
  const VtraceOutput output = Vtrace(input, {});
  ExpectNear(output.targets, Column({4.807, 4.23, 4.7}), 1e-12);
  ExpectNear(output.advantages, Column({4.307, 3.23, 5.2}), 1e-12);
}

TEST(VtraceTest, LambdaShortensTheTrace) {
  VtraceInput input = ThreeSteps();
  input.log_ratios.zero_();
  const VtraceOutput output = Vtrace(input, {.lambda = 0.9});
  ExpectNear(output.targets, Column({4.13722, 3.762, 4.7}), 1e-12);
  ExpectNear(output.advantages, Column({3.8858, 3.23, 5.2}), 1e-12);
}

TEST(VtraceTest, LambdaZeroIsTheOneStepTarget) {
  VtraceInput input = ThreeSteps();
  input.log_ratios.zero_();
  const VtraceOutput output = Vtrace(input, {.lambda = 0});
  ExpectNear(output.targets,
             input.rewards + 0.9 * input.values.narrow(0, 1, 3), 1e-12);
}

// The published test of deepmind/scalable_agent.
VtraceInput PublishedInput(int64_t columns) {
  constexpr int64_t kSteps = 5;
  VtraceInput input = {
      .log_ratios = torch::empty({kSteps, columns}, at::kDouble),
      .rewards = torch::empty({kSteps, columns}, at::kDouble),
      .values = torch::empty({kSteps + 1, columns}, at::kDouble),
      .transitions = {}};
  at::Tensor discounts = torch::empty({kSteps, columns}, at::kDouble);
  const auto width = static_cast<double>(columns);
  for (int64_t b = 0; b < columns; ++b) {
    const auto column = static_cast<double>(b);
    for (int64_t t = 0; t < kSteps; ++t) {
      const double number = static_cast<double>(t) * width + column;
      input.log_ratios[t][b] = 5 * (number / (5 * width) - 0.5);
      input.rewards[t][b] = number;
      input.values[t][b] = number / width;
      discounts[t][b] = 0.9 / (column + 1);
    }
    input.values[kSteps][b] = column + 1;
  }
  input.transitions = AllValid(discounts);
  return input;
}

constexpr VtraceOptions kPublishedOptions = {.rho_bar = 3.7, .rho_bar_pg = 2.2};

TEST(VtraceTest, ReproducesThePublishedTestWithOneColumn) {
  const VtraceOutput output = Vtrace(PublishedInput(1), kPublishedOptions);
  ExpectNear(output.targets,
             Column({0.200182, 2.709682, 8.513628, 11.932397, 7.33}), 1e-6);
  ExpectNear(output.advantages,
             Column({0.200182, 1.709682, 6.513628, 10.876614, 1.98}), 1e-6);
}

TEST(VtraceTest, ReproducesThePublishedTestWithADiscountPerColumn) {
  const VtraceOutput output = Vtrace(PublishedInput(5), kPublishedOptions);
  ExpectNear(output.targets,
             Matrix({{0.92982, 0.55644, 0.81689, 1.18977, 1.655},
                     {12.58608, 6.1226, 6.01477, 6.85831, 8.22333},
                     {53.25023, 29.47221, 27.54515, 29.03719, 31.86115},
                     {84.99705, 62.25253, 60.63228, 66.03655, 76.13018},
                     {66.53, 69.69, 72.85, 76.01, 79.17}}),
             1e-5);
  ExpectNear(output.advantages,
             Matrix({{0.92982, 0.35644, 0.41689, 0.58977, 0.855},
                     {11.58608, 4.9226, 4.61477, 5.25831, 6.42333},
                     {51.25023, 27.27221, 25.14515, 27.91465, 33.61612},
                     {118.50514, 88.92833, 78.001, 69.30495, 64.79132},
                     {37.18, 38.94, 40.7, 42.46, 44.22}}),
             1e-5);
}

// The published test of google-deepmind/rlax: ratios out of logits.
TEST(VtraceTest, ReproducesTheConstantsOfRlax) {
  const at::Tensor behaviour =
      torch::tensor({8.9, 0.7, 5.0, 1.0, 0.6, 0.1, -0.9, -0.1,  //
                     0.3, -5.0, 1.0, -8.0, 0.3, 1.7, 4.7, 3.3},
                    at::kDouble)
          .view({2, 4, 2});
  const at::Tensor target =
      torch::tensor({0.4, 0.5, 9.2, 8.8, 0.7, 4.4, 7.9, 1.4,  //
                     1.0, 0.9, 1.0, -1.0, -4.3, 8.7, 0.8, 0.3},
                    at::kDouble)
          .view({2, 4, 2});
  const at::Tensor actions =
      torch::tensor({0, 1, 0, 0, 1, 0, 0, 1}, at::kLong).view({2, 4, 1});
  const at::Tensor log_ratios =
      (target.log_softmax(-1) - behaviour.log_softmax(-1))
          .gather(-1, actions)
          .squeeze(-1);
  // There a row is an episode, here a column.
  const VtraceInput input = {
      .log_ratios = log_ratios.t(),
      .rewards = Matrix({{-1.3, 1.3}, {-1.3, 5.3}, {2.3, -3.3}, {42.0, -5.0}}),
      .values = Matrix(
          {{2.1, 3.1}, {1.1, 0.1}, {-3.1, -1.1}, {0.0, 7.4}, {8.4, -1.2}}),
      .transitions = AllValid(
          Matrix({{0, 0.88}, {0.89, 1}, {0.85, 0.83}, {0.99, 0.95}}))};
  const at::Tensor expected = Matrix({{-1.6155143, 1.4662434},
                                      {-3.4973224, 3.6116402},
                                      {1.8670535, -8.34e-05},
                                      {50.316, -13.54}});
  const VtraceOutput output = Vtrace(input, {});
  ExpectNear(output.targets - input.values.narrow(0, 0, 4), expected, 1e-6);
  ExpectNear(output.advantages, expected, 1e-6);
}

// A bandit that pays 1 for the first of two arms, which mu takes with 0.7 and
// pi with 0.2. The value that V-trace settles on is that of the policy in
// proportion to min(rho_bar mu, pi).
class VtraceFixedPointTest
    : public testing::TestWithParam<std::pair<double, double>> {};

TEST_P(VtraceFixedPointTest, IsTheValueOfTheTruncatedPolicy) {
  const auto [rho_bar, expected] = GetParam();
  const at::Tensor mu = Matrix({{0.7, 0.3}});
  const at::Tensor pi = Matrix({{0.2, 0.8}});
  double value = 0.5;
  for (int round = 0; round < 4000; ++round) {
    // A column per arm, weighted as mu takes it: the exact expectation.
    const VtraceOutput output = Vtrace(
        {.log_ratios = (pi / mu).log(),
         .rewards = Matrix({{1, 0}}),
         .values = torch::full({2, 2}, value, at::kDouble),
         .transitions = MakeTransitions(Kinds("FFTT"), 1, 2, 0.9)},
        {.rho_bar = rho_bar});
    value += 0.2 * ((output.targets - value) * mu).sum().item<double>();
  }
  EXPECT_NEAR(value, expected, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Bounds, VtraceFixedPointTest,
                         testing::Values(std::pair(0.1, 0.7),
                                         std::pair(1.0, 0.4),
                                         std::pair(2.0, 0.25),
                                         std::pair(10.0, 0.2)));

TEST(VtraceTest, EqualsTheDoubleSumOnOneLongEpisode) {
  const at::Tensor discounts =
      RandomMatrix("discounts", 1, 12, 5).sigmoid();
  const VtraceInput input = RandomInput(1, 12, 5, AllValid(discounts));
  const VtraceOptions options = {
      .rho_bar = 1.5, .rho_bar_pg = 0.8, .c_bar = 1.1, .lambda = 0.95};
  const VtraceOutput expected = Oracle(input, options);
  const VtraceOutput output = Vtrace(input, options);
  ExpectNear(output.targets, expected.targets, 1e-12);
  ExpectNear(output.advantages, expected.advantages, 1e-12);
}

class VtraceRandomTest : public testing::TestWithParam<uint64_t> {};

TEST_P(VtraceRandomTest, EqualsTheDoubleSumOverManyEpisodes) {
  constexpr int64_t kSteps = 16;
  constexpr int64_t kColumns = 7;
  const std::vector<Kind> kinds =
      RandomKinds(GetParam(), kSteps + 1, kColumns);
  const VtraceInput input =
      RandomInput(GetParam(), kSteps, kColumns,
                  MakeTransitions(kinds, kSteps, kColumns, 0.97));
  ASSERT_LT(input.transitions.valid.sum().item<double>(), kSteps * kColumns);
  const VtraceOptions options = {
      .rho_bar = 1.2, .rho_bar_pg = 2.0, .c_bar = 0.9, .lambda = 0.9};
  const VtraceOutput expected = Oracle(input, options);
  const VtraceOutput output = Vtrace(input, options);
  ExpectNear(output.targets, expected.targets, 1e-12);
  ExpectNear(output.advantages, expected.advantages, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Seeds, VtraceRandomTest,
                         testing::Range<uint64_t>(0, 6));

TEST(TransitionsTest, DiscountsFollowTheKindOfTheArrival) {
  const Transitions transitions =
      MakeTransitions(Kinds("FMTFMCFM"), 7, 1, 0.9);
  ExpectNear(transitions.discounts, Column({.9, 0, 0, .9, .9, 0, .9}), 0);
  ExpectNear(transitions.valid, Column({1, 1, 0, 1, 1, 0, 1}), 0);
}

TEST(TransitionsTest, ReadsKindsRowByRow) {
  // Two columns: F M T and M C F.
  const Transitions transitions = MakeTransitions(Kinds("FMMCTF"), 2, 2, 0.9);
  ExpectNear(transitions.discounts, Matrix({{.9, .9}, {0, 0}}), 0);
  ExpectNear(transitions.valid, Matrix({{1, 1}, {1, 0}}), 0);
}

TEST(TransitionsTest, RefusesAnotherNumberOfKinds) {
  EXPECT_THROW(MakeTransitions(Kinds("FMM"), 3, 1, 0.9), c10::Error);
}

// Five records: an episode that is over at record 2, and the next one.
VtraceInput TwoEpisodes(const std::string& kinds) {
  return {.log_ratios = torch::zeros({4, 1}, at::kDouble),
          .rewards = Column({1, 2, 100, 3}),
          .values = Column({0.1, 0.2, 5.0, 0.4, 0.5}),
          .transitions = MakeTransitions(Kinds(kinds), 4, 1, 0.9)};
}

TEST(VtraceTest, BootstrapsFromTheTruncatedObservation) {
  const VtraceOutput output = Vtrace(TwoEpisodes("FMCFM"), {});
  EXPECT_NEAR(output.targets[1].item<double>(), 2 + 0.9 * 5.0, 1e-12);
  EXPECT_NEAR(output.targets[0].item<double>(), 1 + 0.9 * (2 + 0.9 * 5.0),
              1e-12);
  EXPECT_NEAR(output.advantages[1].item<double>(), 2 + 0.9 * 5.0 - 0.2, 1e-12);
}

TEST(VtraceTest, TakesNoValueFromATerminalObservation) {
  const VtraceOutput output = Vtrace(TwoEpisodes("FMTFM"), {});
  EXPECT_NEAR(output.targets[1].item<double>(), 2, 1e-12);
  EXPECT_NEAR(output.targets[0].item<double>(), 1 + 0.9 * 2, 1e-12);
  EXPECT_NEAR(output.advantages[1].item<double>(), 2 - 0.2, 1e-12);
}

TEST(VtraceTest, AStepIntoAFirstRecordLearnsNothing) {
  const VtraceOutput output = Vtrace(TwoEpisodes("FMCFM"), {});
  EXPECT_EQ(output.targets[2].item<double>(), 5.0);
  EXPECT_EQ(output.advantages[2].item<double>(), 0.0);
}

TEST(VtraceTest, TheNextEpisodeStartsAfresh) {
  const VtraceOutput output = Vtrace(TwoEpisodes("FMCFM"), {});
  EXPECT_NEAR(output.targets[3].item<double>(), 3 + 0.9 * 0.5, 1e-12);
}

TEST(VtraceTest, NothingOfTheNextEpisodeReachesTheCutOne) {
  const VtraceOutput before = Vtrace(TwoEpisodes("FMCFM"), {});
  VtraceInput other = TwoEpisodes("FMCFM");
  other.rewards.narrow(0, 2, 2).fill_(-1000);
  other.log_ratios.narrow(0, 2, 2).fill_(3);
  other.values.narrow(0, 3, 2).fill_(777);
  const VtraceOutput after = Vtrace(other, {});
  EXPECT_TRUE(torch::equal(after.targets.narrow(0, 0, 3),
                           before.targets.narrow(0, 0, 3)));
  EXPECT_TRUE(torch::equal(after.advantages.narrow(0, 0, 3),
                           before.advantages.narrow(0, 0, 3)));
}

TEST(VtraceTest, VoidRewardAndRatioAreNotRead) {
  const VtraceOutput expected = Vtrace(TwoEpisodes("FMTFM"), {});
  VtraceInput input = TwoEpisodes("FMTFM");
  input.rewards[2] = kNaN;
  input.log_ratios[2] = kNaN;
  const VtraceOutput output = Vtrace(input, {});
  EXPECT_TRUE(torch::equal(output.targets, expected.targets));
  EXPECT_TRUE(torch::equal(output.advantages, expected.advantages));
}

TEST(VtraceTest, AnEndAtTheVeryLastRecordIsSeen) {
  VtraceInput input = ThreeSteps();
  input.transitions = MakeTransitions(Kinds("FMMT"), 3, 1, 0.9);
  EXPECT_NEAR(Vtrace(input, {}).targets[2].item<double>(), 2, 1e-12);
  input.transitions = MakeTransitions(Kinds("FMMC"), 3, 1, 0.9);
  EXPECT_NEAR(Vtrace(input, {}).targets[2].item<double>(), 2 + 0.9 * 3, 1e-12);
}

TEST(VtraceTest, AHugeRatioStaysFinite) {
  VtraceInput input = ThreeSteps();
  input.log_ratios.fill_(5000);
  const VtraceOutput output = Vtrace(
      input, {.rho_bar = kInfinity, .rho_bar_pg = kInfinity});
  EXPECT_TRUE(output.targets.isfinite().all().item<bool>());
  EXPECT_TRUE(output.advantages.isfinite().all().item<bool>());
}

TEST(VtraceTest, ANotANumberIsNotHidden) {
  VtraceInput input = ThreeSteps();
  input.log_ratios[1] = kNaN;
  const VtraceOutput output = Vtrace(input, {});
  EXPECT_TRUE(std::isnan(output.targets[1].item<double>()));
  EXPECT_TRUE(std::isnan(output.advantages[1].item<double>()));
}

TEST(VtraceTest, NoGradientPasses) {
  VtraceInput input = ThreeSteps();
  input.values.requires_grad_(true);
  input.log_ratios.requires_grad_(true);
  const VtraceOutput output = Vtrace(input, {});
  EXPECT_FALSE(output.targets.requires_grad());
  EXPECT_FALSE(output.advantages.requires_grad());
}

TEST(VtraceTest, FloatsComeBackAsFloats) {
  VtraceInput input = ThreeSteps();
  input.values = input.values.to(at::kFloat);
  input.rewards = input.rewards.to(at::kFloat);
  input.log_ratios = input.log_ratios.to(at::kFloat);
  const VtraceOutput output = Vtrace(input, {});
  EXPECT_EQ(output.targets.scalar_type(), at::kFloat);
  EXPECT_EQ(output.advantages.scalar_type(), at::kFloat);
  ExpectNear(output.targets, Column({2.6535, 4.23, 4.7}), 1e-6);
}

TEST(VtraceTest, RefusesValuesWithoutABootstrap) {
  VtraceInput input = ThreeSteps();
  input.values = input.values.narrow(0, 0, 3);
  EXPECT_THROW(Vtrace(input, {}), c10::Error);
}

}  // namespace
}  // namespace credo
