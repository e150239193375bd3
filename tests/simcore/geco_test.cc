#include "simcore/geco.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"
#include "tests/oracles/geco.h"

namespace credo {
namespace {

void Update(Geco& geco, double constraint) {
  geco.Update(torch::tensor(constraint, torch::kDouble));
}

using oracle::ExpectNear;
using oracle::kSixDecimals;

// The rule of the paper: one rate, no clamps that bite, no warm-up.
GecoOptions Plain(double average, double rate) {
  GecoOptions options;
  options.initial = 1;
  options.rise = rate;
  options.fall = rate;
  options.low = 1e-10;
  options.high = 1e10;
  options.average = average;
  options.warmup = 0;
  return options;
}

// Numeric reference B1: errors beside a tolerance of .05.
TEST(Geco, MatchesNumericReferenceB1) {
  struct Case {
    double average;
    std::vector<double> averages;
    std::vector<double> multipliers;
  };
  for (const Case& expected :
       {Case{.9,
             {.45, .43, .392, .3518, .31362},
             {1.252323, 1.552707, 1.88891, 2.252183, 2.634544}},
        Case{.99,
             {.45, .448, .44402, .43948, .434785},
             {1.252323, 1.566745, 1.956212, 2.436956, 3.028727}}}) {
    Geco geco(Plain(expected.average, .5));
    std::vector<double> averages;
    std::vector<double> multipliers;
    for (const double error : {.50, .30, .10, .04, .02}) {
      Update(geco, error - .05);
      averages.push_back(geco.average());
      multipliers.push_back(geco.multiplier());
    }
    ExpectNear(averages, expected.averages, kSixDecimals);
    ExpectNear(multipliers, expected.multipliers, kSixDecimals);
  }
}

// Numeric reference B2: it goes on growing long after the constraint holds.
TEST(Geco, MatchesNumericReferenceB2) {
  Geco geco(Plain(.99, .1));
  std::vector<double> all;
  for (int k = 0; k < 1000; ++k) {
    Update(geco, .3 * std::exp(-k / 50.) - .01);
    all.push_back(geco.multiplier());
  }
  std::vector<double> found;
  for (const size_t k : {0, 50, 100, 170, 200, 300, 400, 600, 999}) {
    found.push_back(all[k]);
  }
  ExpectNear(found,
             {1.0294, 4.001, 11.1422, 26.7808, 33.6289, 49.2258, 53.4057,
              47.9315, 32.6156},
             5.1e-5);
}

// Large and small errors, rates that differ, a warm-up, clamps that bite.
TEST(Geco, MatchesTheOracle) {
  GecoOptions options = Plain(.7, 0);
  options.rise = .2;
  options.fall = .5;
  options.low = .4;
  options.high = 1.5;
  options.warmup = 4;
  oracle::Geco expected = {.kappa = .02,
                           .alpha = .7,
                           .up = .2,
                           .down = .5,
                           .normalised = true,
                           .warm_up = 4,
                           .low = .4,
                           .high = 1.5};
  Geco geco(options);
  oracle::Draws draws(1);
  bool low = false;
  bool high = false;
  for (int update = 0; update < 200; ++update) {
    const double level = update / 40 % 2 == 0 ? .05 : .008;
    const double error = level * (1 + .5 * draws.Next());
    Update(geco, error / expected.kappa - 1);
    const oracle::GecoUpdate after = expected.Update(error);
    EXPECT_NEAR(geco.average(), after.average, 1e-12);
    EXPECT_NEAR(geco.multiplier(), after.lambda, 1e-12);
    low = low || after.lambda == .4;
    high = high || after.lambda == 1.5;
  }
  EXPECT_TRUE(low && high) << "both clamps were met";
}

TEST(Geco, WhatIsNoNumberLeavesAllAsItWas) {
  Geco geco(Plain(.9, .5));
  Update(geco, .3);
  const double average = geco.average();
  const double multiplier = geco.multiplier();
  Update(geco, std::numeric_limits<double>::quiet_NaN());
  Update(geco, std::numeric_limits<double>::infinity());
  EXPECT_EQ(geco.average(), average);
  EXPECT_EQ(geco.multiplier(), multiplier);
}

TEST(Geco, GoesOnFromWhatWasSaved) {
  GecoOptions options = Plain(.9, .5);
  options.warmup = 3;
  Geco saved(options);
  Update(saved, .7);
  Update(saved, -.2);
  TensorFile file;
  saved.Save("geco.", file);
  Geco loaded(options);
  ASSERT_TRUE(loaded.Load("geco.", file).ok());
  for (int more = 0; more < 4; ++more) {
    EXPECT_EQ(loaded.average(), saved.average());
    EXPECT_EQ(loaded.multiplier(), saved.multiplier());
    Update(saved, .4);
    Update(loaded, .4);
  }
  EXPECT_NE(saved.multiplier(), 1) << "the warm-up went on as well";
  EXPECT_FALSE(loaded.Load("other.", file).ok());
}

// Two frames of three numbers: errors beside a tolerance of .2.
struct TwoFrames {
  at::Tensor kl = torch::tensor({.7, 2.}, torch::kDouble).requires_grad_(true);
  at::Tensor squares =
      torch::tensor({.3, .06}, torch::kDouble).requires_grad_(true);
  at::Tensor weights = torch::tensor({.6, .2}, torch::kDouble);
};

TEST(Geco, TheLossIsThatOfEachFrame) {
  const TwoFrames frames;
  const Geco geco(Plain(.9, .5));
  const FrameLoss loss =
      geco.Loss(frames.kl, OfSquares(frames.squares, 3, .2), frames.weights);
  // lambda = 1, kappa = .04, D = 3.
  const double first = .3 / .04 - 3;
  const double second = .06 / .04 - 3;
  EXPECT_NEAR(loss.loss[0].item<double>(), (.7 + first) / 4, 1e-13);
  EXPECT_NEAR(loss.loss[1].item<double>(), (2 + second) / 4, 1e-13);
  EXPECT_NEAR(loss.constraint.item<double>(),
              (.6 * first + .2 * second) / .8 / 3, 1e-13);
  EXPECT_FALSE(loss.constraint.requires_grad());
  // -log p under a normal of variance kappa.
  EXPECT_NEAR(loss.nats[0].item<double>(),
              .7 + .3 / .08 + 1.5 * std::log(2 * M_PI * .04), 1e-12);
  EXPECT_FALSE(loss.nats.requires_grad());
  ASSERT_EQ(loss.numbers.size(), 1u);
  EXPECT_EQ(loss.numbers[0].name, "kl");
  EXPECT_EQ(loss.numbers[0].value[1].item<double>(), 2);
}

// The gradient is that of KL + lambda C of this batch, whatever the average is:
// numeric reference B1, but for the divisor.
TEST(Geco, TheGradientIsThatOfTheBatch) {
  const TwoFrames frames;
  Geco geco(Plain(.9, .5));
  Update(geco, .45);
  const double lambda = geco.multiplier();
  geco.Loss(frames.kl, OfSquares(frames.squares, 3, .2), frames.weights)
      .loss.sum()
      .backward();
  for (int64_t frame = 0; frame < 2; ++frame) {
    EXPECT_NEAR(frames.kl.grad()[frame].item<double>(), 1 / (1 + 3 * lambda),
                1e-13);
    EXPECT_NEAR(frames.squares.grad()[frame].item<double>(),
                lambda / .04 / (1 + 3 * lambda), 1e-12);
  }
}

}  // namespace
}  // namespace credo
