#include "tests/oracles/delta.h"

#include <gtest/gtest.h>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(Delta, NormalisedHasLengthOne) {
  ExpectNear(Normalised({3, -4}), {.6, -.8}, 1e-16);
  ExpectNear(Normalised({0, 0}), {0, 0}, 0);
}

TEST(Delta, OneStepByHand) {
  Matrix M = {{1, 2}, {-1, .5}};
  // k = (.6, .8): k' M = (-.2, 1.6).
  DeltaStep(M, {3, 4}, {10, -5}, .5, .25);
  ExpectNear(M, Matrix{{.5 * (1 + .03) + 1.5, .5 * (2 - .24) - .75},
                       {.5 * (-1 + .04) + 2, .5 * (.5 - .32) - 1}}, 1e-15);
}

TEST(Delta, OpenGatesGiveBackWhatWasWritten) {
  Draws draws(1);
  Matrix M = draws.Next(5, 3);
  const Vector key = draws.Next(5);
  const Vector value = draws.Next(3);
  DeltaStep(M, key, value, 1, 1);
  ExpectNear(DeltaRead(M, key), value, 1e-15);
}

TEST(Delta, WritingTwiceChangesNothing) {
  Draws draws(2);
  Matrix M = draws.Next(5, 3);
  const Vector key = draws.Next(5);
  const Vector value = draws.Next(3);
  DeltaStep(M, key, value, 1, 1);
  const Matrix once = M;
  DeltaStep(M, key, value, 1, 1);
  ExpectNear(M, once, 1e-15);
}

TEST(Delta, OrthogonalKeysDoNotDisturbEachOther) {
  const Vector keys[] = {{1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}};
  const Vector values[] = {{1, 2}, {-3, .5}, {0, 4}};
  Matrix M(4, 2);
  for (int n = 0; n < 3; ++n) DeltaStep(M, keys[n], values[n], 1, 1);
  for (int n = 0; n < 3; ++n) {
    ExpectNear(DeltaRead(M, keys[n]), values[n], 1e-15);
  }
}

TEST(Delta, ALengthOfAKeyDoesNotMatter) {
  Matrix a = Draws(3).Next(2, 2);
  Matrix b = a;
  DeltaStep(a, {.3, -.4}, {1, 2}, .9, .6);
  DeltaStep(b, {30, -40}, {1, 2}, .9, .6);
  ExpectNear(a, b, 1e-15);
  ExpectNear(DeltaRead(a, {1, 2}), DeltaRead(a, {.5, 1}), 1e-15);
}

TEST(Delta, ClosedWriteGateOnlyFades) {
  Matrix M = {{1, 2}, {3, 4}};
  DeltaStep(M, {1, 5}, {7, 7}, .5, 0);
  ExpectNear(M, Matrix{{.5, 1}, {1.5, 2}}, 0);
}

}  // namespace
}  // namespace credo::oracle
