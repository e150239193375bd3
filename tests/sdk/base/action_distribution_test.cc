#include "sdk/base/action_distribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace credo {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const std::vector<uint8_t> kAllLegal;

ActionSpec Discrete(int64_t choices) {
  ActionSpec spec;
  spec.fields = {ActionField::Discrete("move", choices)};
  return spec;
}

ActionSpec Continuous(int64_t dimensions) {
  ActionSpec spec;
  spec.fields = {ActionField::Continuous("aim", dimensions, -10, 30)};
  return spec;
}

// One choice of 3, two of 2 and 4, two numbers. Its row of parameters:
//   3 logits | 2 logits | 4 logits | 2 means | 2 log standard deviations
ActionSpec Mixed() {
  ActionSpec spec;
  spec.fields = {ActionField::Discrete("move", 3),
                 ActionField::MultiDiscrete("tools", {2, 4}),
                 ActionField::Continuous("aim", 2, -10, 30)};
  return spec;
}

const std::vector<float> kMixedParameters = {0.5f,  -1.0f, 2.0f, 0.0f,  1.0f,
                                             -0.5f, 0.25f, 3.0f, -2.0f, 0.3f,
                                             -0.7f, -1.0f, 0.4f};

// --- Oracles, term by term ---

// Probabilities of one factor.
std::vector<double> Probabilities(const std::vector<float>& logits,
                                  const std::vector<uint8_t>& mask) {
  std::vector<double> result;
  double sum = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const bool legal = mask.empty() || mask[i] == 1;
    result.push_back(legal ? std::exp(static_cast<double>(logits[i])) : 0);
    sum += result.back();
  }
  for (double& p : result) p /= sum;
  return result;
}

double NormalLogDensity(double x, double mean, double log_std) {
  const double std = std::exp(log_std);
  const double density = std::exp(-(x - mean) * (x - mean) / (2 * std * std)) /
                         (std * std::sqrt(2 * std::numbers::pi));
  return std::log(density);
}

// The first index at which the sum of probabilities passes u.
int InverseOf(const std::vector<double>& probabilities, double u) {
  double sum = 0;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    sum += probabilities[i];
    if (sum > u) return static_cast<int>(i);
  }
  return -1;
}

// --- Helpers ---

std::vector<float> Sample(const ActionDistribution& distribution,
                          const std::vector<float>& parameters,
                          const std::vector<uint8_t>& mask, Draws draws) {
  std::vector<float> action(distribution.words(), kNan);
  distribution.Sample(parameters, mask, draws, action);
  return action;
}

std::vector<float> Greedy(const ActionDistribution& distribution,
                          const std::vector<float>& parameters,
                          const std::vector<uint8_t>& mask) {
  std::vector<float> action(distribution.words(), kNan);
  distribution.Greedy(parameters, mask, action);
  return action;
}

std::vector<float> RandomRow(Draws& draws, int64_t size, double scale) {
  std::vector<float> row(size);
  for (float& number : row) number = static_cast<float>(scale * draws.Normal());
  return row;
}

// A mask with at least one legal choice.
std::vector<uint8_t> RandomMask(Draws& draws, int64_t size) {
  std::vector<uint8_t> mask(size);
  for (uint8_t& legal : mask) legal = draws.Below(2);
  mask[draws.Below(static_cast<uint32_t>(size))] = 1;
  return mask;
}

// How often each choice of one factor is drawn in `count` decisions.
std::vector<double> Frequencies(const std::vector<float>& logits,
                                const std::vector<uint8_t>& mask, int count) {
  const ActionDistribution distribution(Discrete(logits.size()));
  const RandomStream stream(1, "act");
  std::vector<double> result(logits.size());
  for (int i = 0; i < count; ++i) {
    const float word = Sample(distribution, logits, mask, stream.At(0, i))[0];
    result[static_cast<size_t>(word)] += 1.0 / count;
  }
  return result;
}

// --- Sizes ---

TEST(ActionDistribution, CountsTheNumbersOfADiscreteField) {
  const ActionDistribution distribution(Discrete(5));
  EXPECT_EQ(distribution.parameters(), 5);
  EXPECT_EQ(distribution.words(), 1);
  EXPECT_EQ(distribution.inputs(), 5);
  EXPECT_EQ(distribution.mask_size(), 5);
}

TEST(ActionDistribution, CountsTheNumbersOfAContinuousField) {
  const ActionDistribution distribution(Continuous(3));
  EXPECT_EQ(distribution.parameters(), 6);
  EXPECT_EQ(distribution.words(), 3);
  EXPECT_EQ(distribution.inputs(), 3);
  EXPECT_EQ(distribution.mask_size(), 0);
}

TEST(ActionDistribution, CountsTheNumbersOfAllFields) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(distribution.parameters(), 3 + 2 + 4 + 2 + 2);
  EXPECT_EQ(distribution.words(), 1 + 2 + 2);
  EXPECT_EQ(distribution.inputs(), 3 + 2 + 4 + 2);
  EXPECT_EQ(distribution.mask_size(), 3 + 2 + 4);
  EXPECT_EQ(distribution.spec(), Mixed());
}

TEST(ActionDistribution, RefusesASpecWithAFault) {
  EXPECT_THROW(ActionDistribution(Discrete(0)), std::invalid_argument);
  EXPECT_THROW(ActionDistribution(ActionSpec{}), std::invalid_argument);
}

TEST(ActionDistribution, RefusesRowsOfTheWrongSize) {
  const ActionDistribution distribution(Discrete(3));
  const std::vector<float> parameters(3), long_parameters(4);
  const std::vector<uint8_t> short_mask(2, 1);
  std::vector<float> action(1), long_action(2), input(3), long_input(4);
  Draws draws(1, 0, 0);
  EXPECT_THROW(distribution.Sample(long_parameters, kAllLegal, draws, action),
               std::invalid_argument);
  EXPECT_THROW(distribution.Sample(parameters, short_mask, draws, action),
               std::invalid_argument);
  EXPECT_THROW(distribution.Sample(parameters, kAllLegal, draws, long_action),
               std::invalid_argument);
  EXPECT_THROW(distribution.Greedy(parameters, kAllLegal, long_action),
               std::invalid_argument);
  EXPECT_THROW(distribution.SampleUniform(short_mask, draws, action),
               std::invalid_argument);
  EXPECT_THROW(distribution.LogProbability(parameters, kAllLegal, long_action),
               std::invalid_argument);
  EXPECT_THROW(distribution.Entropy(long_parameters, kAllLegal),
               std::invalid_argument);
  EXPECT_THROW(distribution.Encode(action, long_input), std::invalid_argument);
  EXPECT_THROW(distribution.ToWorld(action, long_action),
               std::invalid_argument);
}

// --- Sample, discrete ---

TEST(Sample, MeetsTheProbabilities) {
  const std::vector<float> logits = {0.5f, -1.0f, 2.0f, 0.0f};
  const std::vector<double> expected = Probabilities(logits, kAllLegal);
  constexpr int kCount = 200000;
  const std::vector<double> found = Frequencies(logits, kAllLegal, kCount);
  for (size_t i = 0; i < logits.size(); ++i) {
    const double error = std::sqrt(expected[i] * (1 - expected[i]) / kCount);
    EXPECT_NEAR(found[i], expected[i], 5 * error) << i;
  }
}

TEST(Sample, MeetsTheProbabilitiesUnderAMask) {
  const std::vector<float> logits = {0.5f, -1.0f, 2.0f, 0.0f};
  const std::vector<uint8_t> mask = {1, 1, 0, 1};
  const std::vector<double> expected = Probabilities(logits, mask);
  constexpr int kCount = 200000;
  const std::vector<double> found = Frequencies(logits, mask, kCount);
  EXPECT_EQ(found[2], 0);
  for (size_t i = 0; i < logits.size(); ++i) {
    const double error = std::sqrt(expected[i] * (1 - expected[i]) / kCount);
    EXPECT_NEAR(found[i], expected[i], 5 * error + 1e-12) << i;
  }
}

TEST(Sample, InvertsTheDistributionFunction) {
  const ActionDistribution distribution(Discrete(6));
  Draws random(2, 0, 0);
  const RandomStream stream(3, "act");
  for (int i = 0; i < 20000; ++i) {
    const std::vector<float> logits = RandomRow(random, 6, 2);
    const std::vector<uint8_t> mask = RandomMask(random, 6);
    const double u = stream.At(0, i).Uniform();
    EXPECT_EQ(Sample(distribution, logits, mask, stream.At(0, i))[0],
              InverseOf(Probabilities(logits, mask), u));
  }
}

TEST(Sample, ShiftsOfAllLogitsChangeNothing) {
  const ActionDistribution distribution(Discrete(3));
  const RandomStream stream(4, "act");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(Sample(distribution, {1, 2, 4}, kAllLegal, stream.At(0, i)),
              Sample(distribution, {10001, 10002, 10004}, kAllLegal,
                     stream.At(0, i)));
  }
}

TEST(Sample, TakesLogitsThatOverflowAnExponential) {
  const ActionDistribution distribution(Discrete(3));
  const float most = std::numeric_limits<float>::max();
  const RandomStream stream(5, "act");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Sample(distribution, {-most, most, 0}, kAllLegal,
                     stream.At(0, i))[0], 1);
    EXPECT_EQ(Sample(distribution, {-kInf, -3000, -kInf}, kAllLegal,
                     stream.At(0, i))[0], 1);
    EXPECT_EQ(Sample(distribution, {1000, kInf, 2000}, kAllLegal,
                     stream.At(0, i))[0], 1);
  }
}

TEST(Sample, NeverTakesWhatIsNotLegalHoweverProbable) {
  const ActionDistribution distribution(Discrete(4));
  const RandomStream stream(6, "act");
  for (int i = 0; i < 10000; ++i) {
    const float word = Sample(distribution, {1000, 0, kInf, 0}, {0, 1, 0, 1},
                              stream.At(0, i))[0];
    EXPECT_TRUE(word == 1 || word == 3) << word;
  }
}

TEST(Sample, WithNothingLegalTreatsAllAsLegal) {
  const ActionDistribution distribution(Discrete(4));
  const std::vector<float> logits = {0.5f, -1.0f, 2.0f, 0.0f};
  const RandomStream stream(7, "act");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(Sample(distribution, logits, {0, 0, 0, 0}, stream.At(0, i)),
              Sample(distribution, logits, kAllLegal, stream.At(0, i)));
  }
}

TEST(Sample, MaskOfOneFactorLeavesTheOthers) {
  // Nothing is legal of the first field alone.
  const ActionDistribution distribution(Mixed());
  const std::vector<uint8_t> mask = {0, 0, 0, 0, 1, 0, 0, 1, 0};
  const RandomStream stream(8, "act");
  bool seen[3] = {};
  for (int i = 0; i < 1000; ++i) {
    const std::vector<float> action =
        Sample(distribution, kMixedParameters, mask, stream.At(0, i));
    seen[static_cast<size_t>(action[0])] = true;
    EXPECT_EQ(action[1], 1);
    EXPECT_EQ(action[2], 2);
  }
  EXPECT_TRUE(seen[0] && seen[1] && seen[2]);
}

TEST(Sample, WithAnyNumbersGivesALegalIndex) {
  const float specials[] = {kNan, kInf, -kInf, 0, 1e38f, -1e38f, 3};
  const ActionDistribution distribution(Discrete(4));
  Draws random(9, 0, 0);
  for (int i = 0; i < 20000; ++i) {
    std::vector<float> logits(4);
    for (float& logit : logits) logit = specials[random.Below(7)];
    const std::vector<uint8_t> mask = RandomMask(random, 4);
    const float word =
        Sample(distribution, logits, mask, Draws(10, 0, i))[0];
    ASSERT_TRUE(word == 0 || word == 1 || word == 2 || word == 3) << word;
    ASSERT_EQ(mask[static_cast<size_t>(word)], 1);
    const float best = Greedy(distribution, logits, mask)[0];
    ASSERT_EQ(mask[static_cast<size_t>(best)], 1);
  }
}

TEST(Sample, NeverTakesANanBesideANumber) {
  const ActionDistribution distribution(Discrete(3));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(
        Sample(distribution, {kNan, -5, kNan}, kAllLegal, Draws(11, 0, i))[0],
        1);
  }
}

TEST(Sample, OfNansAloneIsUniformOverLegalChoices) {
  const std::vector<double> found =
      Frequencies({kNan, kNan, kNan, kNan}, {1, 0, 1, 1}, 30000);
  EXPECT_EQ(found[1], 0);
  for (const int i : {0, 2, 3}) {
    EXPECT_NEAR(found[i], 1.0 / 3, 5 * std::sqrt(2.0 / 9 / 30000));
  }
}

// --- Sample, continuous and mixed ---

TEST(Sample, IsMeanPlusDeviationTimesANormal) {
  const ActionDistribution distribution(Continuous(2));
  const RandomStream stream(12, "act");
  for (int i = 0; i < 1000; ++i) {
    Draws draws = stream.At(0, i);
    const double first = 0.3 + std::exp(-1.0) * draws.Normal();
    const double second = -0.7 + std::exp(0.5) * draws.Normal();
    const std::vector<float> action = Sample(
        distribution, {0.3f, -0.7f, -1.0f, 0.5f}, kAllLegal, stream.At(0, i));
    EXPECT_NEAR(action[0], first, 1e-6);
    EXPECT_NEAR(action[1], second, 1e-6);
  }
}

TEST(Sample, ClampsTheLogarithmOfTheDeviation) {
  const ActionDistribution distribution(Continuous(1));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Sample(distribution, {0, 50}, kAllLegal, Draws(13, 0, i)),
              Sample(distribution, {0, 2}, kAllLegal, Draws(13, 0, i)));
    EXPECT_EQ(Sample(distribution, {0, -50}, kAllLegal, Draws(13, 0, i)),
              Sample(distribution, {0, -5}, kAllLegal, Draws(13, 0, i)));
    EXPECT_EQ(Sample(distribution, {0, kNan}, kAllLegal, Draws(13, 0, i)),
              Sample(distribution, {0, -5}, kAllLegal, Draws(13, 0, i)));
  }
}

TEST(Sample, IsNotClipped) {
  const ActionDistribution distribution(Continuous(1));
  EXPECT_NEAR(Sample(distribution, {7, -5}, kAllLegal, Draws(14, 0, 0))[0], 7,
              0.05);
}

TEST(Sample, ShowsANanMeanToCheck) {
  const ActionDistribution distribution(Continuous(1));
  const std::vector<float> action =
      Sample(distribution, {kNan, 0}, kAllLegal, Draws(15, 0, 0));
  EXPECT_FALSE(distribution.Check(action).ok());
}

TEST(Sample, TakesOneDrawPerWord) {
  const ActionDistribution distribution(Mixed());
  Draws used(16, 0, 0);
  std::vector<float> action(5);
  distribution.Sample(kMixedParameters, kAllLegal, used, action);
  Draws counted(16, 0, 0);
  for (int word = 0; word < 5; ++word) counted.Next32();
  EXPECT_EQ(used.Next32(), counted.Next32());
}

TEST(Sample, ReadsEachFieldFromItsOwnParameters) {
  const ActionDistribution distribution(Mixed());
  const ActionDistribution move(Discrete(3)), tool(Discrete(2));
  const ActionDistribution how(Discrete(4)), aim(Continuous(2));
  const std::vector<float>& p = kMixedParameters;
  for (int i = 0; i < 1000; ++i) {
    std::vector<float> action =
        Sample(distribution, kMixedParameters, kAllLegal, Draws(17, 0, i));
    // The same draws, one field after another.
    Draws draws(17, 0, i);
    std::vector<float> expected(5);
    const std::span<float> words(expected);
    move.Sample(std::span(p).subspan(0, 3), {}, draws, words.subspan(0, 1));
    tool.Sample(std::span(p).subspan(3, 2), {}, draws, words.subspan(1, 1));
    how.Sample(std::span(p).subspan(5, 4), {}, draws, words.subspan(2, 1));
    aim.Sample(std::span(p).subspan(9, 4), {}, draws, words.subspan(3, 2));
    EXPECT_EQ(action, expected);
  }
}

TEST(Sample, DrawsFactorsIndependently) {
  const ActionDistribution distribution(Mixed());
  const std::vector<float> even(13);
  constexpr int kCount = 80000;
  double joint[2][4] = {};
  for (int i = 0; i < kCount; ++i) {
    const std::vector<float> action =
        Sample(distribution, even, kAllLegal, Draws(18, 0, i));
    joint[static_cast<int>(action[1])][static_cast<int>(action[2])] +=
        1.0 / kCount;
  }
  for (const auto& row : joint) {
    for (const double frequency : row) {
      EXPECT_NEAR(frequency, 1.0 / 8, 5 * std::sqrt(7.0 / 64 / kCount));
    }
  }
}

// --- Greedy ---

TEST(Greedy, TakesTheMostProbable) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(Greedy(distribution, kMixedParameters, kAllLegal),
            (std::vector<float>{2, 1, 2, 0.3f, -0.7f}));
}

TEST(Greedy, TakesTheMostProbableOfTheLegal) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(
      Greedy(distribution, kMixedParameters, {1, 1, 0, 1, 0, 1, 1, 0, 1}),
      (std::vector<float>{0, 0, 1, 0.3f, -0.7f}));
}

TEST(Greedy, TakesTheFirstOfEqualChoices) {
  const ActionDistribution distribution(Discrete(4));
  EXPECT_EQ(Greedy(distribution, {1, 5, 5, 5}, kAllLegal)[0], 1);
  EXPECT_EQ(Greedy(distribution, {1, 5, 5, 5}, {1, 0, 1, 1})[0], 2);
  EXPECT_EQ(Greedy(distribution, {0, 0, 0, 0}, kAllLegal)[0], 0);
  EXPECT_EQ(Greedy(distribution, {-kInf, -kInf, kInf, kInf}, kAllLegal)[0], 2);
}

TEST(Greedy, TellsLogitsApartWhoseExponentialsAreEqual) {
  const ActionDistribution distribution(Discrete(3));
  EXPECT_EQ(Greedy(distribution, {0, 1e-30f, 0}, kAllLegal)[0], 1);
  EXPECT_EQ(Greedy(distribution, {-3000, -4000, -2000}, {1, 1, 0})[0], 0);
}

TEST(Greedy, WithNothingLegalTreatsAllAsLegal) {
  const ActionDistribution distribution(Discrete(3));
  EXPECT_EQ(Greedy(distribution, {1, 2, 3}, {0, 0, 0})[0], 2);
}

// --- SampleUniform ---

TEST(SampleUniform, IsEvenOverLegalChoices) {
  const ActionDistribution distribution(Discrete(5));
  const std::vector<uint8_t> mask = {0, 1, 1, 0, 1};
  constexpr int kCount = 90000;
  std::vector<double> found(5);
  for (int i = 0; i < kCount; ++i) {
    Draws draws(19, 0, i);
    std::vector<float> action(1);
    distribution.SampleUniform(mask, draws, action);
    found[static_cast<size_t>(action[0])] += 1.0 / kCount;
  }
  EXPECT_EQ(found[0], 0);
  EXPECT_EQ(found[3], 0);
  for (const int i : {1, 2, 4}) {
    EXPECT_NEAR(found[i], 1.0 / 3, 5 * std::sqrt(2.0 / 9 / kCount));
  }
}

TEST(SampleUniform, IsEvenOverAllWithoutAMask) {
  const ActionDistribution distribution(Discrete(3));
  for (const std::vector<uint8_t>& mask :
       {kAllLegal, std::vector<uint8_t>{0, 0, 0}}) {
    constexpr int kCount = 30000;
    std::vector<double> found(3);
    for (int i = 0; i < kCount; ++i) {
      Draws draws(20, 0, i);
      std::vector<float> action(1);
      distribution.SampleUniform(mask, draws, action);
      found[static_cast<size_t>(action[0])] += 1.0 / kCount;
    }
    for (const double frequency : found) {
      EXPECT_NEAR(frequency, 1.0 / 3, 5 * std::sqrt(2.0 / 9 / kCount));
    }
  }
}

TEST(SampleUniform, FillsTheRangeOfContinuousWords) {
  const ActionDistribution distribution(Continuous(2));
  constexpr int kCount = 50000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    Draws draws(21, 0, i);
    std::vector<float> action(2);
    distribution.SampleUniform(kAllLegal, draws, action);
    for (const float word : action) {
      ASSERT_GE(word, -1.0f);
      ASSERT_LE(word, 1.0f);
      sum += word / (2.0 * kCount);
      squares += word * word / (2.0 * kCount);
    }
  }
  EXPECT_NEAR(sum, 0, 5 * std::sqrt(1.0 / 3 / (2 * kCount)));
  EXPECT_NEAR(squares, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / (2 * kCount)));
}

TEST(SampleUniform, PassesCheckOnAllFields) {
  const ActionDistribution distribution(Mixed());
  Draws draws(22, 0, 0);
  std::vector<float> action(5);
  for (int i = 0; i < 1000; ++i) {
    distribution.SampleUniform(kAllLegal, draws, action);
    EXPECT_TRUE(distribution.Check(action).ok());
  }
}

// --- LogProbability ---

TEST(LogProbability, MeetsItsDefinitionOnAllFields) {
  const ActionDistribution distribution(Mixed());
  Draws random(23, 0, 0);
  for (int i = 0; i < 1000; ++i) {
    // Far within the bounds of a log standard deviation.
    const std::vector<float> p = RandomRow(random, 13, 0.4);
    std::vector<uint8_t> mask;
    std::vector<std::vector<double>> factors;
    int at = 0;
    for (const int choices : {3, 2, 4}) {
      const std::vector<uint8_t> part = RandomMask(random, choices);
      mask.insert(mask.end(), part.begin(), part.end());
      factors.push_back(
          Probabilities({p.begin() + at, p.begin() + at + choices}, part));
      at += choices;
    }
    const std::vector<float> action =
        Sample(distribution, p, mask, Draws(24, 0, i));
    double expected = 0;
    for (int factor = 0; factor < 3; ++factor) {
      expected +=
          std::log(factors[factor][static_cast<size_t>(action[factor])]);
    }
    expected += NormalLogDensity(action[3], p[9], p[11]);
    expected += NormalLogDensity(action[4], p[10], p[12]);
    EXPECT_NEAR(distribution.LogProbability(p, mask, action), expected, 1e-9);
  }
}

TEST(LogProbability, SumsToOneOverAllChoices) {
  ActionSpec spec;
  spec.fields = {ActionField::MultiDiscrete("tools", {2, 4})};
  const ActionDistribution distribution(spec);
  const std::vector<float> logits = {0, 1, -0.5f, 0.25f, 3, -2};
  double sum = 0;
  for (float i = 0; i < 2; ++i) {
    for (float j = 0; j < 4; ++j) {
      sum += std::exp(distribution.LogProbability(logits, kAllLegal,
                                                  std::vector<float>{i, j}));
    }
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(LogProbability, IntegratesToOneOverAContinuousWord) {
  const ActionDistribution distribution(Continuous(1));
  const std::vector<float> parameters = {0.3f, 0.5f};
  constexpr double kStep = 1e-3;
  double integral = 0;
  for (double x = -15; x < 15; x += kStep) {
    const std::vector<float> action = {static_cast<float>(x)};
    integral += kStep * std::exp(distribution.LogProbability(
                            parameters, kAllLegal, action));
  }
  EXPECT_NEAR(integral, 1, 1e-5);
}

TEST(LogProbability, StaysExactFarBelowTheBest) {
  const ActionDistribution distribution(Discrete(2));
  const std::vector<float> second = {1};
  EXPECT_NEAR(distribution.LogProbability(std::vector<float>{5000, -5000},
                                          kAllLegal, second),
              -10000, 1e-9);
}

TEST(LogProbability, OfWhatIsNotLegalIsMinusInfinity) {
  const ActionDistribution distribution(Discrete(3));
  const std::vector<float> logits = {1, 2, 3};
  const std::vector<uint8_t> mask = {1, 0, 1};
  const double infinity = std::numeric_limits<double>::infinity();
  for (const float word : {1.0f, 3.0f, -1.0f, 0.5f, kNan, kInf, 1e30f}) {
    EXPECT_EQ(distribution.LogProbability(logits, mask,
                                          std::vector<float>{word}),
              -infinity)
        << word;
  }
}

TEST(LogProbability, ClampsTheLogarithmOfTheDeviation) {
  const ActionDistribution distribution(Continuous(1));
  const std::vector<float> action = {0.5f};
  EXPECT_NEAR(distribution.LogProbability(std::vector<float>{0, 9}, kAllLegal,
                                          action),
              NormalLogDensity(0.5, 0, 2), 1e-12);
  EXPECT_NEAR(distribution.LogProbability(std::vector<float>{0.5f, -9},
                                          kAllLegal, action),
              NormalLogDensity(0.5, 0.5, -5), 1e-12);
}

TEST(LogProbability, SeesWordsBeyondTheRangeAsTheyAre) {
  // Clipping is for the world; the density is that of the normal.
  const ActionDistribution distribution(Continuous(1));
  EXPECT_NEAR(distribution.LogProbability(std::vector<float>{0, 0}, kAllLegal,
                                          std::vector<float>{3}),
              NormalLogDensity(3, 0, 0), 1e-12);
}

// --- Entropy ---

TEST(Entropy, MeetsItsDefinitionOnAllFields) {
  const ActionDistribution distribution(Mixed());
  const std::vector<float>& p = kMixedParameters;
  double expected = 0;
  int at = 0;
  for (const int choices : {3, 2, 4}) {
    for (const double probability : Probabilities(
             {p.begin() + at, p.begin() + at + choices}, kAllLegal)) {
      expected -= probability * std::log(probability);
    }
    at += choices;
  }
  for (const double log_std : {-1.0, static_cast<double>(0.4f)}) {
    const double std = std::exp(log_std);
    expected += std::log(std * std::sqrt(2 * std::numbers::pi *
                                         std::numbers::e));
  }
  EXPECT_NEAR(distribution.Entropy(p, kAllLegal), expected, 1e-12);
}

TEST(Entropy, OfEqualLegalChoicesIsTheLogarithmOfTheirNumber) {
  const ActionDistribution distribution(Discrete(8));
  const std::vector<float> logits(8, 3);
  EXPECT_NEAR(distribution.Entropy(logits, kAllLegal), std::log(8), 1e-12);
  EXPECT_NEAR(distribution.Entropy(
                  logits, std::vector<uint8_t>{0, 1, 0, 1, 1, 0, 0, 0}),
              std::log(3), 1e-12);
}

TEST(Entropy, OfOneLegalChoiceIsZero) {
  const ActionDistribution distribution(Discrete(3));
  EXPECT_EQ(distribution.Entropy(std::vector<float>{1, 2, 3},
                                 std::vector<uint8_t>{0, 1, 0}),
            0);
}

TEST(Entropy, OfACertainChoiceIsZero) {
  const ActionDistribution distribution(Discrete(3));
  EXPECT_EQ(distribution.Entropy(std::vector<float>{-kInf, 5000, -5000},
                                 kAllLegal),
            0);
}

TEST(Entropy, IsTheMeanOfMinusLogProbability) {
  const ActionDistribution distribution(Mixed());
  constexpr int kCount = 100000;
  double sum = 0;
  for (int i = 0; i < kCount; ++i) {
    sum -= distribution.LogProbability(
        kMixedParameters, kAllLegal,
        Sample(distribution, kMixedParameters, kAllLegal, Draws(25, 0, i)));
  }
  EXPECT_NEAR(sum / kCount, distribution.Entropy(kMixedParameters, kAllLegal),
              0.02);
}

// --- Encode, ToWorld, Check ---

std::vector<float> Encode(const ActionDistribution& distribution,
                          const std::vector<float>& action) {
  std::vector<float> input(distribution.inputs(), kNan);
  distribution.Encode(action, input);
  return input;
}

TEST(Encode, IsAOneHotPerFactorThenTheWords) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(Encode(distribution, {2, 0, 3, 0.25f, -0.5f}),
            (std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0, 1, 0.25f, -0.5f}));
}

TEST(Encode, KeepsTheOrderOfFields) {
  ActionSpec spec;
  spec.fields = {ActionField::Continuous("aim", 1, 0, 1),
                 ActionField::Discrete("move", 2)};
  EXPECT_EQ(Encode(ActionDistribution(spec), {0.5f, 1}),
            (std::vector<float>{0.5f, 0, 1}));
}

TEST(Encode, ClipsContinuousWords) {
  const ActionDistribution distribution(Continuous(4));
  EXPECT_EQ(Encode(distribution, {3, -3, kInf, kNan}),
            (std::vector<float>{1, -1, 1, 0}));
}

TEST(Encode, OfNoIndexIsZeros) {
  const ActionDistribution distribution(Discrete(2));
  for (const float word : {-1.0f, 2.0f, 0.5f, kNan, kInf}) {
    EXPECT_EQ(Encode(distribution, {word}), (std::vector<float>{0, 0}));
  }
}

TEST(ToWorld, ScalesContinuousWordsAndKeepsIndices) {
  const ActionDistribution distribution(Mixed());
  std::vector<float> world(5);
  distribution.ToWorld(std::vector<float>{2, 1, 3, 0, 0.5f}, world);
  EXPECT_EQ(world, (std::vector<float>{2, 1, 3, 10, 20}));
}

TEST(ToWorld, ClipsToTheRange) {
  const ActionDistribution distribution(Continuous(4));
  std::vector<float> world(4);
  distribution.ToWorld(std::vector<float>{-1, 1, -7, kInf}, world);
  EXPECT_EQ(world, (std::vector<float>{-10, 30, -10, 30}));
}

TEST(ToWorld, OfNanIsTheMiddle) {
  const ActionDistribution distribution(Continuous(1));
  std::vector<float> world(1);
  distribution.ToWorld(std::vector<float>{kNan}, world);
  EXPECT_EQ(world[0], 10);
}

TEST(ToWorld, MeetsTheEndsOfTheWidestRange) {
  const float most = std::numeric_limits<float>::max();
  ActionSpec spec;
  spec.fields = {ActionField::Continuous("aim", 3, -most, most)};
  std::vector<float> world(3);
  ActionDistribution(spec).ToWorld(std::vector<float>{-1, 0, 1}, world);
  EXPECT_EQ(world, (std::vector<float>{-most, 0, most}));
}

TEST(ToWorld, WorksInPlace) {
  const ActionDistribution distribution(Mixed());
  std::vector<float> action = {2, 1, 3, 0, 0.5f};
  distribution.ToWorld(action, action);
  EXPECT_EQ(action, (std::vector<float>{2, 1, 3, 10, 20}));
}

TEST(Check, TakesGoodActions) {
  const ActionDistribution distribution(Mixed());
  EXPECT_TRUE(distribution.Check(std::vector<float>{0, 1, 3, 5, -9}).ok());
}

TEST(Check, NamesAnIndexOutOfRange) {
  const ActionDistribution distribution(Mixed());
  const auto message = [&](const std::vector<float>& action) {
    return distribution.Check(action).message();
  };
  EXPECT_EQ(message({3, 0, 0, 0, 0}),
            "action 'move': word 0: expected a whole number from 0 to 2, found "
            "3");
  EXPECT_EQ(message({0, 0, -1, 0, 0}),
            "action 'tools': word 1: expected a whole number from 0 to 3, "
            "found -1");
  EXPECT_EQ(message({0.5f, 0, 0, 0, 0}),
            "action 'move': word 0: expected a whole number from 0 to 2, found "
            "0.5");
  EXPECT_EQ(message({kNan, 0, 0, 0, 0}),
            "action 'move': word 0: expected a whole number from 0 to 2, found "
            "nan");
}

TEST(Check, NamesAWordThatIsNotFinite) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(distribution.Check(std::vector<float>{0, 0, 0, 0, -kInf}).message(),
            "action 'aim': word 1: expected a finite number, found -inf");
  EXPECT_EQ(distribution.Check(std::vector<float>{0, 0, 0, kNan, 0}).message(),
            "action 'aim': word 0: expected a finite number, found nan");
}

TEST(Check, TellsTheNumberOfWords) {
  const ActionDistribution distribution(Mixed());
  EXPECT_EQ(distribution.Check(std::vector<float>{0, 0}).message(),
            "action: expected 5 words, found 2");
}

}  // namespace
}  // namespace credo
