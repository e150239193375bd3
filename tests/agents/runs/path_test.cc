// Paths that were not taken: the same world, other actions.

#include "agents/runs/path.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <stdexcept>
#include <vector>

#include "agents/acting/episodes.h"
#include "tests/agents/experiment.h"

namespace credo {
namespace {

constexpr uint64_t kSeed = 3;
constexpr int64_t kEpisode = 2;
constexpr int64_t kTurn = 6;  // record after which another way is taken

class PathTest : public testing::Test {
 protected:
  PathTest()
      : worlds_(MakeWorldFactory(experiment_.options(), parts_)),
        group_(std::move(
            (*RecordEpisodes(experiment_.agent(), worlds_, kSeed, 4,
                             ActionSource::kScripted, 1))[0])) {}

  std::unique_ptr<Unroll> Live(const at::Tensor& actions) const {
    auto path =
        RecordPath(experiment_.agent(), worlds_, kSeed, kEpisode, actions);
    ThrowUnlessOk(path.status());
    return *std::move(path);
  }
  // Those of the episode, from record 1 on.
  at::Tensor Actions(int64_t count) const {
    return group_.records->actions.select(1, kEpisode).slice(0, 1, count + 1);
  }
  void ExpectRecordsOfTheEpisode(const Unroll& path, int64_t count) const {
    for (int64_t t = 0; t < count; ++t) {
      EXPECT_EQ(path.kind(t, 0), group_.records->kind(t, kEpisode)) << t;
      EXPECT_TRUE(at::equal(path.observations["view"][t][0],
                            group_.records->observations["view"][t][kEpisode]))
          << t;
      EXPECT_TRUE(at::equal(path.privileged["pose.cell"][t][0],
                            group_.records->privileged["pose.cell"][t]
                                                      [kEpisode]))
          << t;
    }
  }

  Parts parts_ = BuiltInParts();
  Experiment experiment_{
      "world: {kind: city, room: 4, episode: 20}\nactions: scripted\n"
      "agent: {encoder: {kind: mlp, sizes: [6]}, core: {kind: lstm, size: 6}}\n"
      "learner: {unroll: 8, batch: 2}\n"};
  EnvironmentFactory worlds_;
  EpisodeGroup group_;
};

TEST_F(PathTest, TheActionsOfTheEpisodeAreTheEpisode) {
  const auto path = Live(Actions(20));
  ExpectRecordsOfTheEpisode(*path, 21);
  EXPECT_TRUE(at::equal(path->actions.select(1, 0).slice(0, 1), Actions(20)));
}

TEST_F(PathTest, OtherActionsLeadElsewhereInTheSameMap) {
  at::Tensor actions = Actions(20).clone();
  for (int64_t t = kTurn; t < 20; ++t) actions[t] = 1;  // turns and turns
  const auto path = Live(actions);
  ExpectRecordsOfTheEpisode(*path, kTurn + 1);
  const at::Tensor cells = path->privileged["pose.cell"].slice(0, kTurn + 1);
  EXPECT_TRUE(cells.eq(path->privileged["pose.cell"][kTurn]).all()
                  .item<bool>());
  for (int64_t t = 0; t <= 20; ++t) {
    EXPECT_TRUE(at::equal(path->privileged["map"][t][0],
                          group_.records->privileged["map"][0][kEpisode]));
  }
}

TEST_F(PathTest, AnActionThatIsNoneIsMisuse) {
  EXPECT_THROW(Live(torch::full({3, 1}, 7.0f)), std::invalid_argument);
}

}  // namespace
}  // namespace credo
