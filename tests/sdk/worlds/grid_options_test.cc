#include "sdk/worlds/grid_options.h"

#include <gtest/gtest.h>

namespace credo {
namespace {

std::string ProblemKey(const GridOptions& options) {
  const auto problem = options.Check();
  return problem ? problem->key : "";
}

TEST(GridOptions, AreInOrderByThemselves) {
  EXPECT_EQ(ProblemKey({}), "");
}

TEST(GridOptions, KeepCellNumbersInOneByte) {
  GridOptions options;
  options.room = 15;
  EXPECT_EQ(ProblemKey(options), "");
  options.room = 16;
  EXPECT_EQ(ProblemKey(options), "room");
}

TEST(GridOptions, NeedAnOddView) {
  GridOptions options;
  options.view = 4;
  EXPECT_EQ(ProblemKey(options), "view");
}

TEST(GridOptions, NameEachNumberOutOfRange) {
  GridOptions options;
  options.colours = 9;
  EXPECT_EQ(ProblemKey(options), "colours");
  options = {};
  options.picture = -1;
  EXPECT_EQ(ProblemKey(options), "picture");
  options = {};
  options.episode = 0;
  EXPECT_EQ(ProblemKey(options), "episode");
  options = {};
  options.blocked = 0.9;
  EXPECT_EQ(ProblemKey(options), "blocked");
}

TEST(GridOptions, LeaveTwoFreeCells) {
  GridOptions options;
  options.room = 2;
  options.blocked = 0.5;
  EXPECT_EQ(ProblemKey(options), "");
  options.blocked = 0.75;
  EXPECT_EQ(ProblemKey(options), "blocked");
}

TEST(GridOptions, TellWallsApartWhereTheViewTurns) {
  GridOptions options;
  EXPECT_EQ(options.WallClasses(), 1);
  options.heading = "rotating";
  EXPECT_EQ(options.WallClasses(), 4);
  options.walls = "one";
  EXPECT_EQ(options.WallClasses(), 1);
  options.heading = "compass";
  options.walls = "four";
  EXPECT_EQ(options.WallClasses(), 4);
}

}  // namespace
}  // namespace credo
