#include "tools/line_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace credo {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Chart OneLine(std::vector<std::pair<double, double>> points) {
  return {"loss", "frames", {{"run", std::move(points)}}};
}

// What `expression` catches in `text`, each time.
std::vector<std::string> All(const std::string& text,
                             const std::string& expression) {
  const std::regex regex(expression);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end;
       it != end; ++it) {
    found.push_back((*it)[1]);
  }
  return found;
}

std::vector<std::string> Paths(const std::string& svg) {
  return All(svg, " d=\"([^\"]*)\"");
}

// Where a path goes.
std::vector<std::pair<double, double>> Points(const std::string& path) {
  std::vector<std::pair<double, double>> points;
  const std::regex regex("[ML](-?[0-9.]+) (-?[0-9.]+)");
  for (std::sregex_iterator it(path.begin(), path.end(), regex), end;
       it != end; ++it) {
    points.emplace_back(std::stod((*it)[1]), std::stod((*it)[2]));
  }
  return points;
}

TEST(LineChartTest, IsAFigureWithTitleAxisAndLegend) {
  const std::string svg = ChartToSvg(OneLine({{0, 1}, {10, 2}}));
  EXPECT_THAT(svg, testing::StartsWith("<figure>"));
  EXPECT_THAT(svg, HasSubstr("<figcaption>loss</figcaption>"));
  EXPECT_THAT(svg, HasSubstr(">frames</text>"));
  EXPECT_THAT(svg, HasSubstr("</i>run</span>"));
  EXPECT_EQ(All(svg, "(<svg)").size(), 1u);
  EXPECT_THAT(svg, testing::EndsWith("</figure>\n"));
}

TEST(LineChartTest, PutsPointsInProportion) {
  const std::string svg = ChartToSvg(OneLine({{0, 0}, {2, 4}, {8, 1}}));
  const auto points = Points(Paths(svg).at(0));
  ASSERT_EQ(points.size(), 3u);
  const double width = points[2].first - points[0].first;
  const double height = points[0].second - points[1].second;
  EXPECT_GT(width, 200);
  EXPECT_GT(height, 100);  // up is less in SVG
  EXPECT_NEAR(points[1].first, points[0].first + width * 2 / 8, 0.11);
  EXPECT_NEAR(points[2].second, points[0].second - height / 4, 0.11);
}

TEST(LineChartTest, LinesShareOneScale) {
  const std::string svg = ChartToSvg(
      {"loss", "frames", {{"low", {{0, 0}, {1, 1}}}, {"high", {{1, 10}}}}});
  ASSERT_EQ(Paths(svg).size(), 2u);
  const auto low = Points(Paths(svg)[0]);
  const auto high = Points(Paths(svg)[1]);
  EXPECT_EQ(high[0].first, low[1].first);
  EXPECT_NEAR((low[0].second - high[0].second),
              10 * (low[0].second - low[1].second), 1.1);
}

TEST(LineChartTest, EachLineHasAColourOfItsOwn) {
  Chart chart{"loss", "frames", {}};
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    chart.lines.push_back({name, {{0, 1}, {1, 2}}});
  }
  std::vector<std::string> colours =
      All(ChartToSvg(chart), " stroke=\"(#[0-9a-f]+)\"");
  ASSERT_EQ(colours.size(), 8u);
  std::sort(colours.begin(), colours.end());
  EXPECT_EQ(std::unique(colours.begin(), colours.end()), colours.end());
}

TEST(LineChartTest, ANanIsAGap) {
  const std::string path =
      Paths(ChartToSvg(OneLine({{0, 1}, {1, 2}, {2, kNan}, {3, 1}, {4, 2}})))
          .at(0);
  EXPECT_EQ(All(path, "(M)").size(), 2u);
  EXPECT_EQ(Points(path).size(), 4u);
  EXPECT_THAT(path, Not(HasSubstr("nan")));
}

TEST(LineChartTest, OfNoPointIsEmpty) {
  EXPECT_EQ(ChartToSvg({"loss", "frames", {}}), "");
  EXPECT_EQ(ChartToSvg(OneLine({})), "");
  EXPECT_EQ(ChartToSvg(OneLine({{0, kNan}, {kNan, 1}})), "");
}

TEST(LineChartTest, ThinsLongLinesAndKeepsTheirEnds) {
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < 100000; ++i) points.emplace_back(i, i % 7);
  const std::string svg = ChartToSvg(OneLine(std::move(points)));
  EXPECT_LT(svg.size(), 20000u);
  const auto drawn = Points(Paths(svg).at(0));
  EXPECT_GT(drawn.size(), 300u);
  const auto ends = Points(
      Paths(ChartToSvg(OneLine({{0, 0}, {99999, 6}}))).at(0));
  EXPECT_EQ(drawn.front().first, ends[0].first);
  EXPECT_EQ(drawn.back().first, ends[1].first);
}

// Numbers of the vertical axis.
std::vector<double> TicksOf(const std::string& svg) {
  std::vector<double> ticks;
  for (const std::string& text :
       All(svg, "text-anchor=\"end\">([^<]*)</text>")) {
    ticks.push_back(std::stod(text));
  }
  return ticks;
}

TEST(LineChartTest, TicksAreAFewRoundNumbers) {
  EXPECT_THAT(TicksOf(ChartToSvg(OneLine({{0, 0.13}, {1, 0.97}}))),
              testing::ElementsAre(0.2, 0.4, 0.6, 0.8));
  EXPECT_THAT(TicksOf(ChartToSvg(OneLine({{0, 0}, {1, 100}}))),
              testing::ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(TicksOf(ChartToSvg(OneLine({{0, 0}, {1, 1.3}}))),
              testing::ElementsAre(0, 0.5, 1));
  EXPECT_THAT(TicksOf(ChartToSvg(OneLine({{0, -2}, {1, 2}}))),
              testing::ElementsAre(-2, -1, 0, 1, 2));
}

// Values that are equal, or as good as that, of any size.
class FlatLine : public testing::TestWithParam<std::pair<double, double>> {};

TEST_P(FlatLine, IsDrawn) {
  const auto& [first, second] = GetParam();
  const std::string svg = ChartToSvg(OneLine({{0, first}, {1, second}}));
  EXPECT_LT(svg.size(), 5000u);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  const auto points = Points(Paths(svg).at(0));
  ASSERT_EQ(points.size(), 2u);
  for (const auto& [x, y] : points) {
    EXPECT_GT(y, 0);
    EXPECT_LT(y, 260);
  }
  EXPECT_LE(TicksOf(svg).size(), 12u);
}

INSTANTIATE_TEST_SUITE_P(
    All, FlatLine,
    testing::Values(std::pair{0.0, 0.0}, std::pair{0.25, 0.25},
                    std::pair{1e6, 1e6 + 1.2e-10}, std::pair{1.0, 1 + 3e-12},
                    std::pair{-1e17, -1e17}, std::pair{3e-9, 3e-9}));

TEST(LineChartTest, APointAloneIsSeen) {
  const std::string svg = ChartToSvg(OneLine({{5, 3}}));
  // A line of no length with round ends is a dot.
  EXPECT_THAT(Paths(svg).at(0), HasSubstr("h0"));
  EXPECT_THAT(svg, HasSubstr("stroke-linecap=\"round\""));
}

TEST(LineChartTest, AFileHoldsTheSameLinesAndNamesThem) {
  const Chart chart = {"loss", "frames", {{"one", {{0, 1}, {1, 2}}},
                                          {"two", {{0, 2}, {1, 1}}}}};
  const std::string file = ChartToSvgFile(chart);
  EXPECT_THAT(file, testing::StartsWith(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\""));
  for (const std::string& path : Paths(ChartToSvg(chart))) {
    EXPECT_THAT(Paths(file), testing::Contains(path));
  }
  EXPECT_THAT(file, HasSubstr(">two</text>"));
  EXPECT_EQ(ChartToSvgFile({"loss", "frames", {{"none", {}}}}), "");
}

TEST(LineChartTest, EscapesNames) {
  const std::string svg = ChartToSvg(
      {"<a> & \"b\"", "<x>", {{"<script>", {{0, 1}, {1, 2}}}}});
  EXPECT_THAT(svg, Not(HasSubstr("<a>")));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, Not(HasSubstr("<x>")));
  EXPECT_THAT(svg, HasSubstr("&lt;a&gt; &amp; &quot;b&quot;"));
}

TEST(EscapeHtmlTest, LeavesOtherTextAlone) {
  EXPECT_EQ(EscapeHtml("a < b & c > \"d\" 'e' é"),
            "a &lt; b &amp; c &gt; &quot;d&quot; 'e' é");
}

}  // namespace
}  // namespace credo
