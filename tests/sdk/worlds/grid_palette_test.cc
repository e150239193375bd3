#include "sdk/worlds/grid_palette.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace credo {
namespace {

using testing::ElementsAre;

TEST(GridPalette, KeepsColoursFarApart) {
  std::vector<Rgb> all(kGridColours.begin(), kGridColours.end());
  all.insert(all.end(), kGridWalls.begin(), kGridWalls.end());
  all.push_back(kGridBlocked);
  all.push_back(kGridGoal);
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      int distance = 0;
      for (int c = 0; c < 3; ++c) distance += std::abs(all[i][c] - all[j][c]);
      EXPECT_GE(distance, 100) << i << " and " << j;
    }
  }
}

TEST(GridPalette, PaintsTilesRowByRow) {
  const std::vector<Rgb> palette = {{1, 2, 3}, {4, 5, 6}};
  const std::vector<uint8_t> tiles = {0, 1, 1, 0};
  std::vector<uint8_t> picture(4 * 4 * 3);
  PaintTiles(tiles, 2, 2, palette, picture);
  const std::vector<uint8_t> upper(picture.begin(), picture.begin() + 12);
  EXPECT_THAT(upper, ElementsAre(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6));
  const std::vector<uint8_t> lowest(picture.end() - 12, picture.end());
  EXPECT_THAT(lowest, ElementsAre(4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3));
}

}  // namespace
}  // namespace credo
