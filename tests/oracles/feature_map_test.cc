#include "tests/oracles/feature_map.h"

#include <gtest/gtest.h>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(FeatureMap, ChannelsAreSideBySide) {
  const FeatureMap map(2, 1, 3, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(map(0, 0, 2), 3);
  EXPECT_EQ(map(1, 0, 0), 4);
  ExpectNear(Channels(map, 1, 2).values, {2, 3, 5, 6}, 0);
  ExpectNear(Concatenate(Channels(map, 2, 1), map).values,
             {3, 1, 2, 3, 6, 4, 5, 6}, 0);
}

// Each tap alone moves the picture: tap (dy, dx) shows the neighbour at
// (y + dy - 1, x + dx - 1), and zero beyond the border.
TEST(Conv3, TapsLookAtNeighbours) {
  const FeatureMap in(2, 3, 1, {1, 2, 3,  //
                                4, 5, 6});
  const auto tap = [&](size_t dy, size_t dx) {
    Vector weight(9, 0.0);
    weight[dy * 3 + dx] = 1;
    return Conv3(in, weight, 1).values;
  };
  ExpectNear(tap(1, 1), in.values, 0);
  ExpectNear(tap(0, 1), {0, 0, 0, 1, 2, 3}, 0);
  ExpectNear(tap(2, 1), {4, 5, 6, 0, 0, 0}, 0);
  ExpectNear(tap(1, 0), {0, 1, 2, 0, 4, 5}, 0);
  ExpectNear(tap(1, 2), {2, 3, 0, 5, 6, 0}, 0);
  ExpectNear(tap(0, 0), {0, 0, 0, 0, 1, 2}, 0);
  ExpectNear(tap(2, 2), {5, 6, 0, 0, 0, 0}, 0);
}

TEST(Conv3, WeightsAreOutTapsIn) {
  const FeatureMap in(1, 1, 2, {3, 5});
  Vector weight(2 * 9 * 2, 7.0);  // beyond the border all is zero
  weight[(0 * 9 + 4) * 2 + 0] = 1;
  weight[(0 * 9 + 4) * 2 + 1] = 10;
  weight[(1 * 9 + 4) * 2 + 0] = -1;
  weight[(1 * 9 + 4) * 2 + 1] = 100;
  ExpectNear(Conv3(in, weight, 2).values, {53, 497}, 0);
  ExpectNear(Conv3(in, weight, 2, {.5, -.5}).values, {53.5, 496.5}, 0);
}

TEST(Conv3, OfAConstantMapCountsTheTapsInside) {
  const FeatureMap in(3, 3, 1, Vector(9, 1.0));
  ExpectNear(Conv3(in, Vector(9, 1.0), 1).values, {4, 6, 4, 6, 9, 6, 4, 6, 4},
             0);
}

TEST(CellLinear, IsOneMatrixForAllCells) {
  Draws draws(1);
  const FeatureMap in(2, 2, 3, draws.Next(12));
  const Matrix weight = draws.Next(2, 3);
  const FeatureMap out = CellLinear(in, weight.values, 2, {1, -1});
  for (size_t cell = 0; cell < 4; ++cell) {
    const Vector channels = Channels(in, 0, 3).values;
    const Vector x(channels.begin() + cell * 3,
                   channels.begin() + cell * 3 + 3);
    EXPECT_NEAR(out.values[cell * 2], Dot(weight.Row(0), x) + 1, 1e-15);
    EXPECT_NEAR(out.values[cell * 2 + 1], Dot(weight.Row(1), x) - 1, 1e-15);
  }
}

}  // namespace
}  // namespace credo::oracle
