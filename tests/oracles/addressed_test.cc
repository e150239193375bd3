#include "tests/oracles/addressed.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(Addressed, OneStepByHand) {
  Matrix M = {{1, 2}, {-4, 0}};
  AddressedStep(M, {.25, .75}, {4, 4});
  ExpectNear(M, Matrix{{1.75, 2.5}, {2, 3}}, 0);
  ExpectNear(AddressedRead(M, {.25, .75}), {1.9375, 2.875}, 0);
}

TEST(Addressed, ASureAddressWritesOneRow) {
  const Matrix before = Draws(1).Next(3, 2);
  Matrix M = before;
  AddressedStep(M, {0, 1, 0}, {5, 6});
  ExpectNear(M.Row(0), before.Row(0), 0);
  ExpectNear(M.Row(1), {5, 6}, 1e-15);
  ExpectNear(M.Row(2), before.Row(2), 0);
  ExpectNear(AddressedRead(M, {0, 1, 0}), {5, 6}, 1e-15);
}

TEST(Addressed, StaysWithinWhatWasWritten) {
  Draws draws(2);
  Matrix M(4, 3);
  for (int t = 0; t < 200; ++t) {
    AddressedStep(M, SoftmaxAddress(2, draws.Next(4)), draws.Next(3));
  }
  for (const double value : M.values) EXPECT_LE(std::abs(value), 1);
}

TEST(Addressed, ExchangedAddressesExchangeRows) {
  Draws draws(3);
  Matrix a(2, 3);
  Matrix b(2, 3);
  for (int t = 0; t < 10; ++t) {
    const Vector logits = draws.Next(2);
    const Vector v = draws.Next(3);
    AddressedStep(a, SoftmaxAddress(2, logits), v);
    AddressedStep(b, SoftmaxAddress(2, {logits[1], logits[0]}), v);
  }
  ExpectNear(a.Row(0), b.Row(1), 1e-15);
  ExpectNear(a.Row(1), b.Row(0), 1e-15);
}

}  // namespace
}  // namespace credo::oracle
