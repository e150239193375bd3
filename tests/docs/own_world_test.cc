// The world of docs/guides/add_a_world.md owes what every world owes.
#include "sdk/worlds/worlds.h"
#include "tests/conformance/environment_conformance.h"

namespace credo {

WorldPart TMazePart();  // examples/own_world/t_maze.cc

INSTANTIATE_TEST_SUITE_P(
    OwnWorld, EnvironmentConformance,
    testing::Values(EnvironmentCase{
        "TMaze",
        [] { return TMazePart().make(*TMazePart().info.defaults()); }}),
    EnvironmentCase::Name);

}  // namespace credo
