#include "agents/learning/actor_critic_loss.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/random.h"

namespace credo {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ActionDistribution Choices(int64_t choices) {
  return ActionDistribution(
      {.fields = {ActionField::Discrete("move", choices)}, .has_mask = true});
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

at::Tensor Column(const std::vector<double>& numbers) {
  return torch::tensor(numbers, at::kDouble).unsqueeze(1);
}

at::Tensor RandomTensor(const std::string& name,
                        const std::vector<int64_t>& shape) {
  Draws draws = RandomStream(5, name).At(0, 0);
  at::Tensor out = torch::empty(shape, at::kDouble);
  for (int64_t i = 0; i < out.numel(); ++i) {
    out.data_ptr<double>()[i] = draws.Normal();
  }
  return out;
}

// What the loss is of, with the kinds of its records.
struct Records : ActorCriticInput {
  std::vector<Kind> kinds;  // [T+1, B]
};

ActorCriticTerms ActorCriticLoss(const ActionDistribution& distribution,
                                 const Records& records,
                                 const ActorCriticOptions& options) {
  return credo::ActorCriticLoss(
      distribution, records,
      WeighDecisions(records.kinds, records.values.size(1), options.discount),
      options);
}

// One column with three choices and random everything, in double.
Records RandomColumn(const std::string& kinds) {
  const auto records = static_cast<int64_t>(kinds.size());
  at::Tensor actions = torch::empty({records, 1, 1}, at::kDouble);
  Draws draws = RandomStream(5, "actions").At(0, 0);
  for (int64_t t = 0; t < records; ++t) {
    actions[t] = static_cast<int64_t>(draws.Below(3));
  }
  return {{.parameters =
              RandomTensor("parameters", {records, 1, 3}).requires_grad_(true),
          .values = RandomTensor("values", {records, 1}).requires_grad_(true),
          .actions = actions,
          .log_probabilities = RandomTensor("log", {records, 1}) * 0.3 - 1.1,
          .rewards = RandomTensor("rewards", {records, 1}),
          .masks = {}},
          Kinds(kinds)};
}

// The three worked steps of the V-trace tests, with policies whose chosen
// action has probability 0.25, 0.8 and 0.5.
Records ThreeSteps() {
  const at::Tensor chosen = torch::tensor({0.25, 0.8, 0.5, 0.5}, at::kDouble);
  const at::Tensor ratios = torch::tensor({0.5, 2.0, 1.0}, at::kDouble);
  at::Tensor behaviour = torch::zeros({4, 1}, at::kDouble);
  behaviour.narrow(0, 1, 3) =
      (chosen.narrow(0, 0, 3).log() - ratios.log()).unsqueeze(1);
  return {{.parameters = torch::stack({chosen.log(), (1 - chosen).log()}, 1)
                            .unsqueeze(1)
                            .requires_grad_(true),
          .values = Column({0.5, 1.0, -0.5, 3}).requires_grad_(true),
          .actions = torch::zeros({4, 1, 1}, at::kDouble),
          .log_probabilities = behaviour,
          .rewards = Column({0, 1, 0, 2}),
          .masks = {}},
          Kinds("MMMM")};
}

const ActorCriticOptions kWorkedOptions = {.discount = 0.9,
                                           .baseline_weight = 0.5,
                                           .entropy_weight = 0.00025,
                                           .reward_clip = 0,
                                           .vtrace = {}};

double Number(const at::Tensor& x) { return x.item<double>(); }

TEST(ActorCriticLossTest, PolicyTermOfTheWorkedExample) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_NEAR(Number(terms.policy), 7.310504 / 3, 1e-6);
}

TEST(ActorCriticLossTest, BaselineTermOfTheWorkedExample) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_NEAR(Number(terms.baseline), 21.055231 / 3, 1e-6);
}

TEST(ActorCriticLossTest, EntropyOfTheWorkedExample) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_NEAR(Number(terms.entropy), (0.562335 + 0.500402 + 0.693147) / 3,
              1e-6);
}

TEST(ActorCriticLossTest, TotalOfTheWorkedExample) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_NEAR(Number(terms.total), 17.837681 / 3, 1e-6);
}

TEST(ActorCriticLossTest, MeanRatioIsThatBeforeTruncation) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_NEAR(Number(terms.mean_ratio), (0.5 + 2 + 1) / 3, 1e-12);
}

TEST(ActorCriticLossTest, TermsForTheLogCarryNoGradient) {
  const ActorCriticTerms terms =
      ActorCriticLoss(Choices(2), ThreeSteps(), kWorkedOptions);
  EXPECT_TRUE(terms.total.requires_grad());
  for (const at::Tensor& term :
       {terms.policy, terms.baseline, terms.entropy, terms.mean_ratio}) {
    EXPECT_FALSE(term.requires_grad());
    EXPECT_EQ(term.dim(), 0);
  }
}

TEST(ActorCriticLossTest, ValuesLearnOnlyThroughTheBaseline) {
  const Records input = ThreeSteps();
  ActorCriticLoss(Choices(2), input, kWorkedOptions).total.backward();
  // d/dV of 0.5 * 0.5 (v - V)^2 / 3 with v held; the bootstrap gets nothing.
  const at::Tensor expected = Column({2.1535, 3.23, 5.2, 0}) * (-0.5 / 3);
  EXPECT_TRUE(torch::allclose(input.values.grad(), expected, 0, 1e-12));
}

TEST(ActorCriticLossTest, PolicyLearnsThroughLogProbabilityAndEntropy) {
  const Records input = ThreeSteps();
  ActorCriticLoss(Choices(2), input, kWorkedOptions).total.backward();
  const double advantages[] = {2.1535, 3.23, 5.2};
  const double chosen[] = {0.25, 0.8, 0.5};
  for (int t = 0; t < 3; ++t) {
    const double p = chosen[t];
    // d log p / d logit = 1 - p; d entropy / d logit = -p (log p + entropy).
    const double entropy = -p * std::log(p) - (1 - p) * std::log(1 - p);
    const double expected =
        (-advantages[t] * (1 - p) + 0.00025 * p * (std::log(p) + entropy)) / 3;
    EXPECT_NEAR(Number(input.parameters.grad()[t][0][0]), expected, 1e-12);
  }
  EXPECT_EQ(Number(input.parameters.grad()[3].abs().sum()), 0.0);
}

TEST(ActorCriticLossTest, WithoutEntropyWeightAndAdvantageNothingMoves) {
  // Values that are exactly right leave nothing to learn.
  Records input = ThreeSteps();
  input.values = Column({1, 1, 1, 1}).requires_grad_(true);
  input.rewards = Column({0, 0.5, 0.5, 0.5});
  ActorCriticOptions options = kWorkedOptions;
  options.discount = 0.5;
  options.entropy_weight = 0;
  ActorCriticLoss(Choices(2), input, options).total.backward();
  EXPECT_LT(Number(input.parameters.grad().abs().max()), 1e-15);
  EXPECT_LT(Number(input.values.grad().abs().max()), 1e-15);
}

TEST(ActorCriticLossTest, RewardsAreClipped) {
  Records input = RandomColumn("MMMM");
  input.rewards = Column({0, 50, -7, 0.25});
  ActorCriticOptions options;
  options.reward_clip = 2;
  const ActorCriticTerms clipped = ActorCriticLoss(Choices(3), input, options);
  input.rewards = Column({0, 2, -2, 0.25});
  const ActorCriticTerms expected = ActorCriticLoss(Choices(3), input, options);
  EXPECT_EQ(Number(clipped.total), Number(expected.total));
}

TEST(ActorCriticLossTest, AClipOfZeroLeavesRewardsAlone) {
  Records input = RandomColumn("MM");
  input.rewards = Column({0, 50});
  ActorCriticOptions options;
  options.reward_clip = 0;
  const double large =
      Number(ActorCriticLoss(Choices(3), input, options).total);
  options.reward_clip = 50;
  EXPECT_EQ(Number(ActorCriticLoss(Choices(3), input, options).total), large);
  options.reward_clip = 49;
  EXPECT_NE(Number(ActorCriticLoss(Choices(3), input, options).total), large);
}

TEST(ActorCriticLossTest, PairsADecisionWithWhatTheNextRecordStores) {
  const Records input = RandomColumn("MM");
  ActorCriticOptions options;
  options.discount = 0.9;
  const ActorCriticTerms terms = ActorCriticLoss(Choices(3), input, options);
  const at::Tensor logs = input.parameters[0][0].log_softmax(-1);
  const auto action = input.actions[1][0][0].item<int64_t>();
  const double log_probability = Number(logs[action]);
  const double ratio =
      std::exp(log_probability - Number(input.log_probabilities[1][0]));
  const double reward = std::clamp(Number(input.rewards[1][0]), -1.0, 1.0);
  const double advantage =
      std::min(1.0, ratio) * (reward + 0.9 * Number(input.values[1][0]) -
                              Number(input.values[0][0]));
  EXPECT_NEAR(Number(terms.policy), -log_probability * advantage, 1e-12);
  EXPECT_NEAR(Number(terms.mean_ratio), ratio, 1e-12);
}

TEST(ActorCriticLossTest, ReadsTheMaskOfTheDecidingRecord) {
  Records input = RandomColumn("MM");
  input.actions.fill_(1);
  input.masks = torch::ones({2, 1, 3}, at::kByte);
  input.masks[0][0][2] = 0;
  ActorCriticLoss(Choices(3), input, {}).total.backward();
  EXPECT_EQ(Number(input.parameters.grad()[0][0][2]), 0.0);
  EXPECT_NE(Number(input.parameters.grad()[0][0][0]), 0.0);
}

TEST(ActorCriticLossTest, DataOfTheFirstRecordOfAnUnrollIsNotRead) {
  Records input = RandomColumn("FMM");
  const double expected = Number(ActorCriticLoss(Choices(3), input, {}).total);
  input.actions[0] = kNaN;
  input.rewards[0] = kNaN;
  input.log_probabilities[0] = kNaN;
  EXPECT_EQ(Number(ActorCriticLoss(Choices(3), input, {}).total), expected);
}

TEST(ActorCriticLossTest, VoidEntriesOfALaterFirstRecordAreNotRead) {
  Records input = RandomColumn("FMTFMM");
  ActorCriticLoss(Choices(3), input, {}).total.backward();
  Records other = RandomColumn("FMTFMM");
  other.actions[3] = kNaN;
  other.rewards[3] = kNaN;
  other.log_probabilities[3] = kNaN;
  ActorCriticLoss(Choices(3), other, {}).total.backward();
  EXPECT_TRUE(torch::equal(other.parameters.grad(), input.parameters.grad()));
  EXPECT_TRUE(torch::equal(other.values.grad(), input.values.grad()));
}

TEST(ActorCriticLossTest, TheVoidActionMayBeIllegal) {
  Records input = RandomColumn("FMTFM");
  input.actions.fill_(1);
  input.actions[3] = 0;
  input.masks = torch::ones({5, 1, 3}, at::kByte);
  input.masks[2][0][0] = 0;
  const ActorCriticTerms terms = ActorCriticLoss(Choices(3), input, {});
  terms.total.backward();
  EXPECT_TRUE(std::isfinite(Number(terms.total)));
  EXPECT_TRUE(input.parameters.grad().isfinite().all().item<bool>());
}

TEST(ActorCriticLossTest, ALastRecordCarriesNoLoss) {
  for (const char* kinds : {"FMTFM", "FMCFM"}) {
    const Records input = RandomColumn(kinds);
    ActorCriticLoss(Choices(3), input, {}).total.backward();
    EXPECT_EQ(Number(input.parameters.grad()[2].abs().sum()), 0.0) << kinds;
    EXPECT_EQ(Number(input.values.grad()[2]), 0.0) << kinds;
  }
}

// An episode that is over in the middle of an unroll: the value of the record
// before its last one learns from the reward, and from the value of a truncated
// record itself, never from the next episode's.
TEST(ActorCriticLossTest, ATruncatedRecordBootstrapsAndATerminalOneDoesNot) {
  for (const char* kinds : {"FMCFM", "FMTFM"}) {
    Records input = RandomColumn(kinds);
    // On policy, so that no ratio is truncated.
    const at::Tensor logs = input.parameters.detach().log_softmax(-1);
    for (int64_t t = 0; t < 4; ++t) {
      input.log_probabilities[t + 1][0] =
          logs[t][0][input.actions[t + 1][0][0].item<int64_t>()];
    }
    ActorCriticOptions options;
    options.discount = 0.9;
    options.baseline_weight = 1;
    ActorCriticLoss(Choices(3), input, options).total.backward();
    const auto value = [&](int64_t t) { return Number(input.values[t][0]); };
    const double reward =
        std::clamp(Number(input.rewards[2][0]), -1.0, 1.0);
    const double target =
        reward + (kinds[2] == 'C' ? 0.9 * value(2) : 0.0);
    // Three transitions are valid: into records 1, 2 and 4.
    EXPECT_NEAR(Number(input.values.grad()[1][0]), (value(1) - target) / 3,
                1e-12)
        << kinds;
  }
}

TEST(ActorCriticLossTest, NothingOfTheNextEpisodeReachesTheLastOne) {
  for (const char* kinds : {"FMTFMM", "FMCFMM"}) {
    const Records input = RandomColumn(kinds);
    ActorCriticLoss(Choices(3), input, {}).total.backward();
    Records other = RandomColumn(kinds);
    {
      torch::NoGradGuard no_grad;
      other.parameters.narrow(0, 3, 3).fill_(2);
      other.parameters[3][0][0] = -3;
      other.values.narrow(0, 3, 3).fill_(9);
      other.rewards.narrow(0, 3, 3).fill_(-1);
      other.actions.narrow(0, 3, 3).fill_(2);
      other.log_probabilities.narrow(0, 3, 3).fill_(-4);
    }
    ActorCriticLoss(Choices(3), other, {}).total.backward();
    EXPECT_TRUE(torch::equal(other.parameters.grad().narrow(0, 0, 3),
                             input.parameters.grad().narrow(0, 0, 3)));
    EXPECT_TRUE(torch::equal(other.values.grad().narrow(0, 0, 3),
                             input.values.grad().narrow(0, 0, 3)));
    EXPECT_FALSE(torch::equal(other.values.grad().narrow(0, 3, 3),
                              input.values.grad().narrow(0, 3, 3)));
  }
}

TEST(ActorCriticLossTest, OneColumnDoesNotReachAnother) {
  // Two columns out of one, so that each has half of the weight.
  Records one = RandomColumn("FMMT");
  const auto twice = [](const at::Tensor& x) {
    return torch::cat({x, x * 0.5}, 1).detach();
  };
  Records two = {{.parameters = twice(one.parameters),
                          .values = twice(one.values),
                          .actions = torch::cat({one.actions, one.actions}, 1),
                          .log_probabilities = twice(one.log_probabilities),
                          .rewards = twice(one.rewards),
                          .masks = {}},
                 Kinds("FFMMMMTT")};
  two.parameters.requires_grad_(true);
  two.values.requires_grad_(true);
  ActorCriticLoss(Choices(3), one, {}).total.backward();
  ActorCriticLoss(Choices(3), two, {}).total.backward();
  EXPECT_TRUE(torch::allclose(two.parameters.grad().narrow(1, 0, 1) * 2,
                              one.parameters.grad(), 0, 1e-14));
  EXPECT_TRUE(torch::allclose(two.values.grad().narrow(1, 0, 1) * 2,
                              one.values.grad(), 0, 1e-14));
}

TEST(ActorCriticLossTest, MeansAreOverValidTransitionsOnly) {
  // The same episode alone, and followed by a record that only opens the next.
  const Records with = RandomColumn("FMTF");
  Records alone = with;
  for (at::Tensor* x : {&alone.parameters, &alone.values, &alone.actions,
                        &alone.log_probabilities, &alone.rewards}) {
    *x = x->narrow(0, 0, 3);
  }
  alone.kinds.pop_back();
  const ActorCriticTerms a = ActorCriticLoss(Choices(3), with, {});
  const ActorCriticTerms b = ActorCriticLoss(Choices(3), alone, {});
  EXPECT_NEAR(Number(a.total), Number(b.total), 1e-14);
  EXPECT_NEAR(Number(a.entropy), Number(b.entropy), 1e-14);
  EXPECT_NEAR(Number(a.mean_ratio), Number(b.mean_ratio), 1e-14);
}

TEST(ActorCriticLossTest, WithoutAValidTransitionTheLossIsZero) {
  const Records input = RandomColumn("TF");
  const ActorCriticTerms terms = ActorCriticLoss(Choices(3), input, {});
  terms.total.backward();
  EXPECT_EQ(Number(terms.total), 0.0);
  EXPECT_EQ(Number(input.parameters.grad().abs().sum()), 0.0);
}

TEST(ActorCriticLossTest, FloatsAgreeWithDoubles) {
  const Records doubles = RandomColumn("FMMTFMCF");
  Records floats = doubles;
  for (at::Tensor* x : {&floats.parameters, &floats.values, &floats.actions,
                        &floats.log_probabilities, &floats.rewards}) {
    *x = x->to(at::kFloat);
  }
  const ActorCriticTerms terms = ActorCriticLoss(Choices(3), floats, {});
  EXPECT_EQ(terms.total.scalar_type(), at::kFloat);
  EXPECT_NEAR(terms.total.item<double>(),
              Number(ActorCriticLoss(Choices(3), doubles, {}).total), 1e-6);
}

TEST(ActorCriticLossTest, RefusesAnUnrollOfOneRecord) {
  EXPECT_THROW(ActorCriticLoss(Choices(3), RandomColumn("F"), {}), c10::Error);
}

// A bandit of two arms that pay 1 and 0; each column is one episode.
class BanditTest : public testing::Test {
 protected:
  // One update on fresh data, on policy. Returns the loss before it.
  double Update(uint64_t round) {
    constexpr int64_t kColumns = 64;
    const at::Tensor row = logits_.detach().to(at::kFloat);
    const std::span<const float> parameters(row.const_data_ptr<float>(), 2);
    Records input = {
        {.parameters = logits_.expand({2, kColumns, 2}),
        .values = value_.expand({2, kColumns}),
        .actions = torch::zeros({2, kColumns, 1}, at::kDouble),
        .log_probabilities = torch::zeros({2, kColumns}, at::kDouble),
        .rewards = torch::zeros({2, kColumns}, at::kDouble),
        .masks = {}},
        Kinds(std::string(kColumns, 'F') + std::string(kColumns, 'T'))};
    const RandomStream stream(3, "bandit");
    for (int64_t b = 0; b < kColumns; ++b) {
      Draws draws = stream.At(static_cast<uint32_t>(b), round);
      float arm = 0;
      distribution_.Sample(parameters, {}, draws, std::span(&arm, 1));
      input.actions[1][b][0] = arm;
      input.log_probabilities[1][b] = distribution_.LogProbability(
          parameters, {}, std::span<const float>(&arm, 1));
      input.rewards[1][b] = arm == 0 ? 1 : 0;
    }
    const ActorCriticTerms terms = ActorCriticLoss(distribution_, input, {});
    terms.total.backward();
    torch::NoGradGuard no_grad;
    for (at::Tensor* x : {&logits_, &value_}) {
      *x -= 0.5 * x->grad();
      x->mutable_grad().zero_();
    }
    return Number(terms.total);
  }

  ActionDistribution distribution_ = Choices(2);
  at::Tensor logits_ =
      torch::zeros({2}, torch::dtype(at::kDouble).requires_grad(true));
  at::Tensor value_ =
      torch::zeros({}, torch::dtype(at::kDouble).requires_grad(true));
};

TEST_F(BanditTest, LearnsTheArmThatPays) {
  for (uint64_t round = 0; round < 150; ++round) Update(round);
  EXPECT_GT(Number(logits_.softmax(0)[0]), 0.9);
}

TEST_F(BanditTest, LearnsTheValueOfItsPolicy) {
  for (uint64_t round = 0; round < 150; ++round) Update(round);
  EXPECT_NEAR(Number(value_), Number(logits_.softmax(0)[0]), 0.05);
}

TEST_F(BanditTest, TheTotalFalls) {
  const double before = Update(0);
  double after = 0;
  for (uint64_t round = 1; round < 150; ++round) after = Update(round);
  EXPECT_LT(after, 0.25 * before);
}

}  // namespace
}  // namespace credo
