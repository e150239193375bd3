#include "tests/conformance/environment_conformance.h"

#include <functional>

#include "sdk/worlds/blank.h"
#include "sdk/worlds/grid.h"
#include "sdk/worlds/worlds.h"

namespace credo {
namespace {

// Every listed world with the options that it has by itself.
std::vector<EnvironmentCase> ListedWorlds() {
  std::vector<EnvironmentCase> cases;
  for (const WorldPart& part : Worlds()) {
    cases.push_back({part.info.name,
                     [part] { return part.make(*part.info.defaults()); }});
  }
  return cases;
}

EnvironmentCase GridCase(std::string name,
                         const std::function<void(GridOptions&)>& change) {
  GridOptions options;
  change(options);
  return {std::move(name), [options] { return Grid::Make(options); }};
}

EnvironmentCase BlankCase(std::string name,
                          const std::function<void(BlankOptions&)>& change) {
  BlankOptions options;
  change(options);
  return {std::move(name), [options] { return Blank::Make(options); }};
}

INSTANTIATE_TEST_SUITE_P(Listed, EnvironmentConformance,
                         testing::ValuesIn(ListedWorlds()),
                         EnvironmentCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Grid, EnvironmentConformance,
    testing::Values(
        GridCase("Rotating", [](auto& o) { o.heading = "rotating"; }),
        GridCase("CompassGoal", [](auto& o) { o.task = "goal"; }),
        GridCase("RotatingGoalRandomStart",
                 [](auto& o) {
                   o.heading = "rotating";
                   o.task = "goal";
                   o.start = "random";
                 }),
        GridCase("Smallest",
                 [](auto& o) {
                   o.room = 2;
                   o.view = 1;
                   o.task = "goal";
                 }),
        GridCase("LargestWithBlockedCells",
                 [](auto& o) {
                   o.room = 15;
                   o.view = 9;
                   o.colours = 8;
                   o.blocked = 0.3;
                   o.walls = "four";
                 }),
        GridCase("Picture",
                 [](auto& o) {
                   o.heading = "rotating";
                   o.picture = 3;
                   o.blocked = 0.2;
                   o.task = "goal";
                 })),
    EnvironmentCase::Name);

INSTANTIATE_TEST_SUITE_P(
    Blank, EnvironmentConformance,
    testing::Values(
        BlankCase("MultiDiscrete",
                  [](auto& o) { o.action = "multi_discrete"; }),
        BlankCase("Continuous", [](auto& o) { o.action = "continuous"; }),
        BlankCase("AllWithMasks",
                  [](auto& o) {
                    o.action = "all";
                    o.masks = true;
                    o.end = "both";
                  }),
        BlankCase("TilesAloneTerminal",
                  [](auto& o) {
                    o.picture = {};
                    o.vector = 0;
                    o.end = "terminal";
                    o.episode = 1;
                  })),
    EnvironmentCase::Name);

}  // namespace
}  // namespace credo
