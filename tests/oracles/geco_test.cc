#include "tests/oracles/geco.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "tests/oracles/expect_near.h"
#include "tests/oracles/matrix.h"

namespace credo::oracle {
namespace {

const Vector kErrors = {.50, .30, .10, .04, .02};

// The rule of the paper: a plain constraint and one rate.
Geco Plain(double kappa, double alpha, double rate) {
  return {.kappa = kappa,
          .alpha = alpha,
          .up = rate,
          .down = rate,
          .normalised = false};
}

struct Trace {
  Vector averages;
  Vector lambdas;
};

Trace TraceOf(Geco geco, const Vector& errors) {
  Trace trace;
  for (const double error : errors) {
    const GecoUpdate update = geco.Update(error);
    EXPECT_EQ(update.lambda, geco.lambda);
    trace.averages.push_back(update.average);
    trace.lambdas.push_back(update.lambda);
  }
  return trace;
}

TEST(Geco, FastAverage) {
  const Trace trace = TraceOf(Plain(.05, .9, .5), kErrors);
  ExpectNear(trace.averages, {.45, .43, .392, .3518, .31362}, 1e-15);
  ExpectNear(trace.lambdas, {1.252323, 1.552707, 1.88891, 2.252183, 2.634544},
             kSixDecimals);
}

TEST(Geco, SlowAverage) {
  const Trace trace = TraceOf(Plain(.05, .99, .5), kErrors);
  ExpectNear(trace.averages, {.45, .448, .44402, .43948, .434785},
             kSixDecimals);
  ExpectNear(trace.lambdas, {1.252323, 1.566745, 1.956212, 2.436956, 3.028727},
             kSixDecimals);
}

// Lambda goes on growing long after the constraint holds.
TEST(Geco, Overshoots) {
  Geco geco = Plain(.01, .99, .1);
  Vector constraints;
  Vector lambdas;
  for (int k = 0; k < 1000; ++k) {
    const GecoUpdate update = geco.Update(.3 * std::exp(-k / 50.));
    constraints.push_back(update.constraint);
    lambdas.push_back(update.lambda);
  }
  Vector found;
  for (const size_t k : {0, 50, 100, 170, 200, 300, 400, 600, 999}) {
    found.push_back(lambdas[k]);
  }
  ExpectNear(found,
             {1.0294, 4.001, 11.1422, 26.7808, 33.6289, 49.2258, 53.4057,
              47.9315, 32.6156},
             5.1e-5);
  EXPECT_NEAR(constraints[170], 0, 2e-4);
  EXPECT_GT(constraints[170], 0);
  EXPECT_LT(constraints[171], 0);
}

// After one constraint of 1, all others 0: half of it is left between two
// whole steps.
TEST(Geco, AverageHalves) {
  for (const auto& [alpha, half_life] :
       {std::pair{.99, 68.97}, std::pair{.9, 6.58}}) {
    Geco geco = Plain(0, alpha, 0);
    geco.Update(1);
    int steps = 0;
    while (geco.average > .5) {
      geco.Update(0);
      ++steps;
    }
    EXPECT_EQ(steps, std::ceil(half_life)) << alpha;
  }
}

// The value of the loss is that of the average, its slope that of the batch,
// both with the lambda from before the update.
TEST(Geco, LossHasTheSlopeOfTheBatch) {
  Geco geco = Plain(.05, .9, .5);
  geco.Update(.5);
  const double lambda = geco.lambda;
  const GecoUpdate update = geco.Update(.3);
  EXPECT_DOUBLE_EQ(update.loss, lambda * .43);
  EXPECT_DOUBLE_EQ(update.loss_by_error, lambda);
}

TEST(Geco, NormalisedConstraint) {
  Geco geco = {.kappa = .02, .alpha = .5, .up = .1, .down = .1,
               .normalised = true};
  const GecoUpdate first = geco.Update(.03);
  EXPECT_DOUBLE_EQ(first.constraint, .5);
  EXPECT_DOUBLE_EQ(first.average, .5);
  EXPECT_DOUBLE_EQ(first.loss, .5);
  EXPECT_DOUBLE_EQ(first.loss_by_error, 50);
  EXPECT_DOUBLE_EQ(first.lambda, std::exp(.05));
  const GecoUpdate second = geco.Update(.01);
  EXPECT_DOUBLE_EQ(second.average, 0);
  EXPECT_DOUBLE_EQ(second.lambda, first.lambda);
}

TEST(Geco, LargeAveragesDriveLambdaLikeOne) {
  Geco geco = {.kappa = .01, .alpha = .5, .up = .1, .down = .1,
               .normalised = true};
  EXPECT_DOUBLE_EQ(geco.Update(1).lambda, std::exp(.1));
  // The average itself is kept whole.
  EXPECT_DOUBLE_EQ(geco.Update(.01).average, 49.5);
  EXPECT_DOUBLE_EQ(geco.lambda, std::exp(.2));
}

TEST(Geco, RatesDifferByDirection) {
  Geco geco = {.kappa = 1, .alpha = 0, .up = .1, .down = .3,
               .normalised = true};
  EXPECT_DOUBLE_EQ(geco.Update(1.5).lambda, std::exp(.05));
  EXPECT_NEAR(geco.Update(.5).lambda, std::exp(.05 - .15), 1e-15);
}

TEST(Geco, WarmUpLeavesLambdaButNotTheAverage) {
  Geco geco = Plain(.05, .9, .5);
  geco.warm_up = 3;
  const Trace trace = TraceOf(geco, kErrors);
  ExpectNear(trace.averages, {.45, .43, .392, .3518, .31362}, 1e-15);
  ExpectNear(trace.lambdas,
             {1, 1, 1, std::exp(.5 * .3518), std::exp(.5 * (.3518 + .31362))},
             1e-15);
}

TEST(Geco, LambdaStaysInItsRange) {
  Geco geco = Plain(0, 0, 1);
  geco.low = .5;
  geco.high = 4;
  EXPECT_EQ(geco.Update(10).lambda, 4);
  EXPECT_DOUBLE_EQ(geco.Update(-1).lambda, 4 / std::exp(1.0));
  EXPECT_EQ(geco.Update(-10).lambda, .5);
}

}  // namespace
}  // namespace credo::oracle
