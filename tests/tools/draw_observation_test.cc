#include "tools/draw_observation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <set>
#include <vector>

#include "agents/runs/imagination.h"

namespace credo {
namespace {

using testing::IsEmpty;

const std::vector<Rgb> kPalette = {{{0, 0, 0}}, {{255, 0, 0}}, {{0, 100, 0}}};

Rgb Pixel(const Picture& picture, int x, int y) {
  const auto pixels = picture.pixels();
  const size_t at = 3 * (static_cast<size_t>(y) * picture.width() + x);
  return {pixels[at], pixels[at + 1], pixels[at + 2]};
}

at::Tensor Bytes(const std::vector<int64_t>& values,
                 const std::vector<int64_t>& shape) {
  return torch::tensor(values, torch::kByte).reshape(shape);
}

TEST(CanDrawTest, PicturesAndTiles) {
  EXPECT_TRUE(CanDraw(ObservationSpec::Picture("view", 4, 4, 3)));
  EXPECT_TRUE(CanDraw(ObservationSpec::Tiles("view", {4, 4}, 3)));
  EXPECT_FALSE(CanDraw(ObservationSpec::Vector("view", {4}, 0, 1)));
}

// --- Tiles ---

TEST(DrawTilesTest, ACertainTileHasTheColourOfItsCategory) {
  const auto spec = ObservationSpec::Tiles("view", {2, 3}, 3);
  const Picture picture = DrawExpected(
      spec, kPalette, AsShown(spec, Bytes({0, 1, 2, 2, 1, 0}, {2, 3})), 3);
  ASSERT_EQ(picture.width(), 3);
  ASSERT_EQ(picture.height(), 2);
  EXPECT_EQ(Pixel(picture, 0, 0), kPalette[0]);
  EXPECT_EQ(Pixel(picture, 1, 0), kPalette[1]);
  EXPECT_EQ(Pixel(picture, 2, 0), kPalette[2]);
  EXPECT_EQ(Pixel(picture, 0, 1), kPalette[2]);
  EXPECT_EQ(Pixel(picture, 2, 1), kPalette[0]);
}

TEST(DrawTilesTest, AnUnsureTileIsMixed) {
  const auto spec = ObservationSpec::Tiles("view", {1, 1}, 3);
  const Picture picture = DrawExpected(
      spec, kPalette, torch::tensor({0.3, 0.2, 0.5}).reshape({1, 1, 3}), 1);
  EXPECT_EQ(Pixel(picture, 0, 0), (Rgb{51, 50, 0}));
}

TEST(DrawTilesTest, MayBeOneLineAsPredictionsAre) {
  // A map of [2, 2] whose probabilities come as [4, 3].
  const auto spec = ObservationSpec::Tiles("map", {2, 2}, 3);
  const at::Tensor chances =
      at::one_hot(torch::tensor({0, 1, 2, 0}), 3).to(at::kFloat);
  const Picture picture = DrawExpected(spec, kPalette, chances, 2);
  EXPECT_EQ(Pixel(picture, 1, 0), kPalette[1]);
  EXPECT_EQ(Pixel(picture, 0, 1), kPalette[2]);
}

TEST(DrawTilesTest, OfOneDimensionLieInALine) {
  const auto spec = ObservationSpec::Tiles("row", {4}, 3);
  const Picture picture = DrawExpected(
      spec, kPalette, AsShown(spec, Bytes({0, 1, 2, 1}, {4})), 4);
  EXPECT_EQ(picture.width(), 4);
  EXPECT_EQ(picture.height(), 1);
  EXPECT_EQ(Pixel(picture, 3, 0), kPalette[1]);
}

// --- Pictures ---

TEST(DrawPictureTest, ShowsRedGreenAndBlue) {
  const auto spec = ObservationSpec::Picture("view", 1, 2, 3);
  const Picture picture = DrawExpected(
      spec, {}, AsShown(spec, Bytes({255, 0, 128, 1, 2, 3}, {1, 2, 3})), 2);
  EXPECT_EQ(Pixel(picture, 0, 0), (Rgb{255, 0, 128}));
  EXPECT_EQ(Pixel(picture, 1, 0), (Rgb{1, 2, 3}));
}

TEST(DrawPictureTest, OfOneChannelIsGrey) {
  const auto spec = ObservationSpec::Picture("view", 1, 2, 1);
  const Picture picture = DrawExpected(
      spec, {}, AsShown(spec, Bytes({7, 200}, {1, 2, 1})), 2);
  EXPECT_EQ(Pixel(picture, 0, 0), (Rgb{7, 7, 7}));
  EXPECT_EQ(Pixel(picture, 1, 0), (Rgb{200, 200, 200}));
}

TEST(DrawPictureTest, ClampsWhatAFrameModelExpects) {
  const auto spec = ObservationSpec::Picture("view", 1, 1, 3);
  const Picture picture = DrawExpected(
      spec, {}, torch::tensor({-0.5, 0.5, 1.5}).reshape({1, 1, 3}), 1);
  EXPECT_EQ(Pixel(picture, 0, 0), (Rgb{0, 128, 255}));
}

// --- Sizes ---

TEST(DrawExpectedTest, IsAboutAsWideAsAskedFor) {
  const auto spec = ObservationSpec::Tiles("view", {2, 3}, 3);
  const at::Tensor expected =
      AsShown(spec, Bytes({0, 1, 2, 2, 1, 0}, {2, 3}));
  // Sixteen pixels per tile, whole ones.
  const Picture large = DrawExpected(spec, kPalette, expected, 50);
  EXPECT_EQ(large.width(), 48);
  EXPECT_EQ(large.height(), 32);
  EXPECT_EQ(Pixel(large, 31, 15), kPalette[1]);
  EXPECT_EQ(Pixel(large, 32, 15), kPalette[2]);
  // Never less than one.
  EXPECT_EQ(DrawExpected(spec, kPalette, expected, 1).width(), 3);
}

// --- Colours ---

TEST(TileColoursTest, AreThoseOfTheWorldWhenItHasThem) {
  const auto spec = ObservationSpec::Tiles("view", {2}, 3);
  EXPECT_EQ(TileColours(spec, kPalette), kPalette);
}

TEST(TileColoursTest, AreOurOwnWhenTheWorldHasNoneOrTooFew) {
  const auto spec = ObservationSpec::Tiles("view", {2}, 4);
  EXPECT_EQ(TileColours(spec, kPalette).size(), 4u);
  EXPECT_EQ(TileColours(spec, {}).size(), 4u);
}

TEST(TileColoursTest, OfOurOwnAreDifferent) {
  const auto spec = ObservationSpec::Tiles("view", {2}, 32);
  const std::vector<Rgb> colours = TileColours(spec, {});
  EXPECT_EQ(std::set<Rgb>(colours.begin(), colours.end()).size(), 32u);
}

TEST(TileColoursTest, AreNoneOfPictures) {
  EXPECT_THAT(TileColours(ObservationSpec::Picture("view", 2, 2, 3), kPalette),
              IsEmpty());
}

}  // namespace
}  // namespace credo
