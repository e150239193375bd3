#include "tests/oracles/lstm_cell.h"

#include <gtest/gtest.h>

#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

constexpr double kEightDecimals = 5.1e-9;

TEST(LstmCell, OneCell) {
  const LstmState next = LstmCell(.2, -.3, .5, .1, .4);
  EXPECT_NEAR(next.c, .42431072, kEightDecimals);
  EXPECT_NEAR(next.h, .21028343, kEightDecimals);
}

TEST(LstmCell, ABiasOfTheForgetGateIsPartOfIt) {
  EXPECT_NEAR(LstmCell(.2, -.3 + 1, .5, .1, .4).c, .52136283, kEightDecimals);
}

TEST(LstmStep, GatesAreInTheOrderIFGO) {
  const FeatureMap gates(1, 1, 8, {.2, .7,    // i
                                   -.3, .4,   // f
                                   .5, -.6,   // g
                                   .1, 1.1});  // o
  FeatureMap h(1, 1, 2, {9, 9});  // what it was does not matter
  FeatureMap c(1, 1, 2, {.4, -.2});
  LstmStep(gates, h, c);
  const LstmState second = LstmCell(.7, .4, -.6, 1.1, -.2);
  ExpectNear(c.values, {.42431072, second.c}, kEightDecimals);
  ExpectNear(h.values, {.21028343, second.h}, kEightDecimals);
}

TEST(LstmStep, CellsOfTheGridDoNotMix) {
  const FeatureMap gates(1, 2, 4, {.2, -.3, .5, .1, 0, 0, 0, 0});
  FeatureMap h(1, 2, 1);
  FeatureMap c(1, 2, 1, {.4, 1});
  LstmStep(gates, h, c);
  ExpectNear(c.values, {.42431072, .5}, kEightDecimals);
}

}  // namespace
}  // namespace credo::oracle
