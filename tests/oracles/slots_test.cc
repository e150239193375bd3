#include "tests/oracles/slots.h"

#include <gtest/gtest.h>

#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

Slots WithFirstRows(size_t count) {
  const Matrix rows = {{1, 0}, {0, 2}, {1, 1}, {0, 0}};
  Slots slots(4, 2);
  for (size_t n = 0; n < count; ++n) SlotWrite(slots, rows.Row(n));
  return slots;
}

TEST(Slots, Cosine) {
  const Vector key = {2, 1};
  EXPECT_NEAR(Cosine(key, {1, 0}), .894427, kSixDecimals);
  EXPECT_NEAR(Cosine(key, {0, 2}), .447213, kSixDecimals);
  EXPECT_NEAR(Cosine(key, {1, 1}), .948683, kSixDecimals);
  EXPECT_EQ(Cosine(key, {0, 0}), 0);
  EXPECT_DOUBLE_EQ(Cosine({3e-4, 0}, {1e-3, 0}), 3e-7 / (3e-7 + 1e-6));
}

TEST(Slots, ReadAllRows) {
  const SlotsRead result = SlotRead(WithFirstRows(4), {2, 1}, 1);
  ExpectNear(result.weights, {.340297, .189144, .365429, .10513},
             kSixDecimals);
  ExpectNear(result.read, {.705725, .743717}, kSixDecimals);
}

TEST(Slots, ReadWrittenRowsAlone) {
  const SlotsRead result = SlotRead(WithFirstRows(3), {2, 1}, 1);
  ExpectNear(result.weights, {.380275, .211365, .40836, 0}, kSixDecimals);
  ExpectNear(result.read, {.788635, .83109}, kSixDecimals);
}

TEST(Slots, NothingWrittenReadsZeros) {
  const SlotsRead result = SlotRead(Slots(4, 2), {2, 1}, 1);
  ExpectNear(result.weights, {0, 0, 0, 0}, 0);
  ExpectNear(result.read, {0, 0}, 0);
}

TEST(Slots, OneRowWrittenReadsIt) {
  ExpectNear(SlotRead(WithFirstRows(1), {-2, 1}, 5).read, {1, 0}, 1e-15);
}

TEST(Slots, WritesGoRound) {
  Slots slots(3, 1);
  for (const double value : {1, 2, 3, 4, 5}) SlotWrite(slots, {value});
  ExpectNear(slots.rows, Matrix{{4}, {5}, {3}}, 0);
  EXPECT_EQ(slots.steps, 5);
  // All are written: like rows have like weights.
  const SlotsRead result = SlotRead(slots, {1}, 0);
  ExpectNear(result.read, {4}, 1e-6);
}

}  // namespace
}  // namespace credo::oracle
