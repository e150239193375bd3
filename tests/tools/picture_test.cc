#include "tools/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace credo {
namespace {

using testing::ElementsAre;

constexpr Rgb kRed = {200, 0, 0};
constexpr Rgb kBlue = {0, 0, 200};

// A line per row: r for red, b for blue, . for white.
std::vector<std::string> Text(const Picture& picture) {
  std::vector<std::string> lines;
  const auto pixels = picture.pixels();
  EXPECT_EQ(pixels.size(),
            static_cast<size_t>(picture.width()) * picture.height() * 3);
  for (int y = 0; y < picture.height(); ++y) {
    std::string line;
    for (int x = 0; x < picture.width(); ++x) {
      const size_t at = 3 * (static_cast<size_t>(y) * picture.width() + x);
      const Rgb colour = {pixels[at], pixels[at + 1], pixels[at + 2]};
      line += colour == kRed    ? 'r'
              : colour == kBlue ? 'b'
              : colour == Rgb{255, 255, 255} ? '.'
                                             : '?';
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(PictureTest, BeginsInOneColour) {
  EXPECT_THAT(Text(Picture(3, 2)), ElementsAre("...", "..."));
  EXPECT_THAT(Text(Picture(2, 1, kRed)), ElementsAre("rr"));
  EXPECT_THAT(Text(Picture(0, 0)), ElementsAre());
}

TEST(PictureTest, FillsARectangle) {
  Picture picture(5, 3);
  picture.Fill(1, 1, 3, 2, kRed);
  EXPECT_THAT(Text(picture), ElementsAre(".....", ".rrr.", ".rrr."));
}

struct Rectangle {
  const char* name;
  int x, y, width, height;
  std::vector<std::string> expected;

  friend void PrintTo(const Rectangle& value, std::ostream* out) {
    *out << value.name;
  }
};

class CutRectangle : public testing::TestWithParam<Rectangle> {};

TEST_P(CutRectangle, KeepsWhatLiesInside) {
  const Rectangle& r = GetParam();
  Picture picture(3, 3);
  picture.Fill(r.x, r.y, r.width, r.height, kRed);
  EXPECT_EQ(Text(picture), r.expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, CutRectangle,
    testing::Values(
        Rectangle{"top_left", -2, -1, 3, 3, {"r..", "r..", "..."}},
        Rectangle{"bottom_right", 2, 1, 9, 9, {"...", "..r", "..r"}},
        Rectangle{"outside", 3, 0, 2, 2, {"...", "...", "..."}},
        Rectangle{"empty", 1, 1, 0, 2, {"...", "...", "..."}},
        Rectangle{"negative", 2, 2, -1, -1, {"...", "...", "..."}},
        Rectangle{"around", -1, -1, 5, 5, {"rrr", "rrr", "rrr"}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(PictureTest, PastesAnotherAndCutsItOff) {
  Picture stamp(2, 2, kRed);
  stamp.Fill(1, 0, 1, 1, kBlue);
  Picture picture(4, 3);
  picture.Paste(stamp, 0, 0);
  picture.Paste(stamp, 3, 1);
  picture.Paste(stamp, 1, -1);
  EXPECT_THAT(Text(picture), ElementsAre("rrr.", "rr.r", "...r"));
}

TEST(PictureTest, EnlargesEachPixelToASquare) {
  Picture picture(2, 1, kRed);
  picture.Fill(1, 0, 1, 1, kBlue);
  EXPECT_THAT(Text(picture.Enlarged(3)),
              ElementsAre("rrrbbb", "rrrbbb", "rrrbbb"));
  EXPECT_EQ(Text(picture.Enlarged(1)), Text(picture));
}

TEST(ArrangeTest, PutsGapsBetweenAndAround) {
  const Picture red(2, 1, kRed);
  const Picture blue(1, 1, kBlue);
  EXPECT_THAT(Text(Arrange({{red, blue}, {blue}}, 1)),
              ElementsAre("......",  //
                          ".rr.b.",  //
                          "......",  //
                          ".b....",  //
                          "......"));
}

TEST(ArrangeTest, ColumnsAreAsWideAndRowsAsHighAsTheirLargest) {
  const Picture wide(3, 1, kRed);
  const Picture high(1, 2, kBlue);
  EXPECT_THAT(Text(Arrange({{high, high}, {wide, high}}, 0)),
              ElementsAre("b..b",  //
                          "b..b",  //
                          "rrrb",  //
                          "...b"));
}

TEST(ArrangeTest, OfNothingIsTheGap) {
  EXPECT_THAT(Text(Arrange({}, 2)), ElementsAre("..", ".."));
}

}  // namespace
}  // namespace credo
