// How much of its room the scripted policy sees.
#include <gtest/gtest.h>

#include <numeric>

#include "sdk/worlds/grid.h"
#include "sdk/worlds/record_buffer.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {
namespace {

// The share of cells seen, over the records of an episode's last quarter.
double SeenInTheLastQuarter(const GridOptions& options) {
  constexpr int64_t kEpisodes = 1000;
  auto worlds = *VectorEnvironment::Make(
      [&] { return Grid::Make(options); }, 1, 0, kEpisodes);
  RecordBuffer buffer(worlds->spec(), kEpisodes);
  std::vector<float> actions(kEpisodes);
  double sum = 0;
  int64_t count = 0;
  for (int64_t t = 0; t <= options.episode; ++t) {
    if (t > 0) worlds->ScriptedActions(actions);
    EXPECT_TRUE(worlds->Step(actions, buffer.rows()).ok());
    if (4 * t <= 3 * options.episode) continue;
    for (int64_t b = 0; b < kEpisodes; ++b) {
      const auto seen = buffer.Bytes("map.seen", b);
      sum += std::accumulate(seen.begin(), seen.end(), 0.0);
      count += static_cast<int64_t>(seen.size());
    }
  }
  return sum / static_cast<double>(count);
}

TEST(GridExploration, SeesMostOfTheRoomWithTheCompass) {
  EXPECT_NEAR(SeenInTheLastQuarter({}), 0.93, 0.02);
}

TEST(GridExploration, SeesMostOfTheRoomTurning) {
  GridOptions options;
  options.heading = "rotating";
  options.episode = 40;
  EXPECT_NEAR(SeenInTheLastQuarter(options), 0.86, 0.02);
}

}  // namespace
}  // namespace credo
