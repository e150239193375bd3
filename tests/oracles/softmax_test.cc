#include "tests/oracles/softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(Softmax, GivesSharesOfTheExponentials) {
  const Vector logits = {std::log(1.0), std::log(2.0), std::log(5.0)};
  ExpectNear(Softmax(logits), {.125, .25, .625}, 1e-15);
}

TEST(Softmax, SharpnessIsAPower) {
  const Vector logits = {std::log(1.0), std::log(2.0), std::log(5.0)};
  ExpectNear(SoftmaxAddress(2, logits), {1 / 30., 4 / 30., 25 / 30.}, 1e-15);
  ExpectNear(SoftmaxAddress(0, logits), {1 / 3., 1 / 3., 1 / 3.}, 1e-15);
}

TEST(Softmax, BearsLargeLogits) {
  ExpectNear(Softmax({1000, 1000, -1000}), {.5, .5, 0}, 1e-15);
}

TEST(Softmax, MinusInfinityGetsNothing) {
  const double never = -std::numeric_limits<double>::infinity();
  ExpectNear(Softmax({never, 3, never, 3}), {0, .5, 0, .5}, 1e-15);
}

}  // namespace
}  // namespace credo::oracle
