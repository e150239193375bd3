#include "tests/conformance/environment_conformance.h"

#include <functional>
#include <stdexcept>

#include "sdk/config/yaml.h"
#include "sdk/worlds/blank.h"
#include "sdk/worlds/city.h"
#include "sdk/worlds/grid.h"
#include "sdk/worlds/worlds.h"

namespace credo {
namespace {

// Every listed world with the options that it has by itself.
std::vector<EnvironmentCase> ListedWorlds() {
  std::vector<EnvironmentCase> cases;
  for (const WorldPart& part : Worlds()) {
    if (part.elsewhere) continue;
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

// The preset's values, then changes.
EnvironmentCase CityCase(std::string name, const std::string& yaml) {
  CityOptions options;
  const Status read = ReadYaml(yaml, name, {}, options);
  if (!read.ok()) throw std::runtime_error(read.message());
  return {std::move(name), [options] { return City::Make(options); }};
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
    City, EnvironmentConformance,
    testing::Values(
        CityCase("LowRoom", "{preset: low_room}"),
        CityCase("Maze", "{preset: maze, depth: true, episode: 40}"),
        CityCase("GoalEightHeadings",
                 "{task: goal, headings: eight, above: 0, episode: 40}"),
        CityCase("CollectHalfSteps",
                 "{task: collect, step: half, back: 0, headings: eight, "
                 "episode: 40}"),
        CityCase("ContinuousSteps",
                 "{step: continuous, back: 0, task: collect, pickups: 2, "
                 "episode: 40}"),
        CityCase("ContinuousHeadings",
                 "{headings: continuous, back: 0, task: goal, compass: none, "
                 "episode: 40}"),
        CityCase("Continuous",
                 "{headings: continuous, step: continuous, back: 0, "
                 "preset: maze, task: collect, episode: 40}"),
        CityCase("Largest",
                 "{room: 15, colours: 8, height: 72, width: 96, blocked: .5, "
                 "depth: true, above: 16, episode: 10}"),
        CityCase("Smallest",
                 "{room: 3, height: 8, width: 16, blocked: 0, episode: 1}")),
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
