#include "sdk/worlds/grid_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sdk/worlds/free_cells.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GridMap Draw(const GridOptions& options, uint32_t number) {
  Draws draws = RandomStream(1, "test").At(number, 0);
  GridMap map;
  DrawGridMap(options, draws, map);
  return map;
}

std::string ParseError(const std::string& text,
                       const GridOptions& options = {}) {
  const auto map = ParseGridMap(text, options);
  EXPECT_EQ(map.status().code(), StatusCode::kInvalidArgument);
  return map.status().message();
}

TEST(GridMap, ColoursCellsUniformly) {
  GridOptions options;
  options.colours = 3;
  constexpr int kMaps = 2000;
  std::vector<int> counts(3);
  std::vector<int> first_cell(3);
  for (uint32_t i = 0; i < kMaps; ++i) {
    const GridMap map = Draw(options, i);
    for (const uint8_t cell : map.cells) ++counts[cell];
    ++first_cell[map.cells[0]];
  }
  for (int colour = 0; colour < 3; ++colour) {
    // Five standard deviations of 105 and of 21.
    EXPECT_NEAR(counts[colour], kMaps * 25 / 3, 530);
    EXPECT_NEAR(first_cell[colour], kMaps / 3, 106);
  }
}

TEST(GridMap, ColoursNeighboursIndependently) {
  constexpr int kMaps = 9000;
  int equal = 0;
  for (uint32_t i = 0; i < kMaps; ++i) {
    const GridMap map = Draw({}, i);
    equal += map.cells[7] == map.cells[8];
  }
  EXPECT_NEAR(equal, kMaps / 3, 225);  // five standard deviations
}

TEST(GridMap, BlocksAsManyCellsAsItIsTold) {
  GridOptions options;
  options.room = 10;
  for (const double share : {0.0, 0.1, 0.29, 0.5, 0.8}) {
    options.blocked = share;
    const GridMap map = Draw(options, 0);
    EXPECT_EQ(std::count(map.cells.begin(), map.cells.end(),
                         GridMap::kBlocked),
              static_cast<int>(share * 100 + 0.5));
  }
}

TEST(GridMap, KeepsFreeCellsConnected) {
  GridOptions options;
  options.room = 9;
  for (const double share : {0.2, 0.4, 0.6, 0.8}) {
    options.blocked = share;
    for (uint32_t i = 0; i < 50; ++i) {
      const GridMap map = Draw(options, i);
      EXPECT_TRUE(FreeCellsConnected(map.room, map.Blocked()))
          << share << " " << i;
    }
  }
}

TEST(GridMap, KeepsTheCentreFree) {
  GridOptions options;
  options.blocked = 0.8;
  for (uint32_t i = 0; i < 50; ++i) {
    const GridMap map = Draw(options, i);
    EXPECT_EQ(map.start, 12);
    EXPECT_TRUE(map.free(12));
  }
}

TEST(GridMap, BlocksEachOtherCellAlike) {
  GridOptions options;
  options.room = 3;
  options.blocked = 1.0 / 9;
  constexpr int kMaps = 8000;
  std::vector<int> counts(9);
  for (uint32_t i = 0; i < kMaps; ++i) {
    const GridMap map = Draw(options, i);
    for (int cell = 0; cell < 9; ++cell) counts[cell] += !map.free(cell);
  }
  EXPECT_EQ(counts[4], 0);
  for (const int cell : {0, 1, 2, 3, 5, 6, 7, 8}) {
    EXPECT_NEAR(counts[cell], kMaps / 8, 150) << cell;  // 5 x 30
  }
}

TEST(GridMap, HidesOneGoalAwayFromTheStart) {
  GridOptions options;
  options.task = "goal";
  options.room = 3;
  options.start = "random";
  constexpr int kMaps = 9000;
  std::vector<int> goals(9), starts(9);
  for (uint32_t i = 0; i < kMaps; ++i) {
    const GridMap map = Draw(options, i);
    ASSERT_EQ(
        std::count(map.cells.begin(), map.cells.end(), GridMap::kGoal), 1);
    const auto goal =
        std::find(map.cells.begin(), map.cells.end(), GridMap::kGoal) -
        map.cells.begin();
    ASSERT_NE(goal, map.start);
    ++goals[goal];
    ++starts[map.start];
  }
  for (int cell = 0; cell < 9; ++cell) {
    EXPECT_NEAR(goals[cell], kMaps / 9, 150) << cell;  // 5 x 30
    EXPECT_NEAR(starts[cell], kMaps / 9, 150) << cell;
  }
}

TEST(GridMap, KnowsWhatIsConnected) {
  const auto connected = [](const std::string& text) {
    const GridMap map = *ParseGridMap(text, {});
    return FreeCellsConnected(map.room, map.Blocked());
  };
  EXPECT_TRUE(connected("@00\n000\n000"));
  EXPECT_TRUE(connected("@#0\n0#0\n000"));
  EXPECT_FALSE(connected("@#0\n0#0\n0#0"));
  EXPECT_FALSE(connected("@#0\n#00\n000")) << "corners do not join";
  // The end of a row does not touch the begin of the next one.
  EXPECT_FALSE(connected("##@\n0##\n###"));
}

TEST(GridMapText, ReadsWhatItWrites) {
  GridOptions options;
  options.heading = "rotating";
  options.task = "goal";
  const std::string text = "012\n#>G\n210\n";
  const auto map = ParseGridMap(text, options);
  ASSERT_TRUE(map.ok()) << map.status().message();
  EXPECT_EQ(map->start, 4);
  EXPECT_EQ(map->heading, Heading::kEast);
  EXPECT_EQ(GridMapText(*map, map->start, map->heading, true), text);
}

TEST(GridMapText, IgnoresIndentation) {
  const auto map = ParseGridMap("\n   @1\n   21\n  ", {});
  ASSERT_TRUE(map.ok());
  EXPECT_THAT(map->cells, ElementsAre(0, 1, 2, 1));
}

TEST(GridMapText, SaysWhereAndWhatIsWrong) {
  EXPECT_THAT(ParseError("@1\n31"),
              HasSubstr("map, line 2: expected a colour from 0 to 2, '#', 'G' "
                        "or '@', found '3'"));
  EXPECT_THAT(ParseError("^1\n11"), HasSubstr("found '^'"));
  EXPECT_THAT(ParseError("@1\n1"),
              HasSubstr("line 2: expected 2 cells, found 1"));
  EXPECT_THAT(ParseError("@"), HasSubstr("expected 2 to 15 lines, found 1"));
}

TEST(GridMapText, NeedsOneCharacter) {
  EXPECT_THAT(ParseError("11\n11"), HasSubstr("one character, found 0"));
  EXPECT_THAT(ParseError("@1\n1@"), HasSubstr("one character, found 2"));
}

TEST(GridMapText, NeedsTheGoalsOfItsTask) {
  GridOptions goal;
  goal.task = "goal";
  EXPECT_THAT(ParseError("@1\n11", goal), HasSubstr("expected 1 goals"));
  EXPECT_THAT(ParseError("@G\n11"), HasSubstr("expected 0 goals"));
}

}  // namespace
}  // namespace credo
