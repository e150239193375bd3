#include "sdk/worlds/blank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "sdk/worlds/record_buffer.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BlankRun {
 public:
  explicit BlankRun(const BlankOptions& options, int64_t count = 1)
      : worlds_(*VectorEnvironment::Make(
            [&] { return Blank::Make(options); }, 1, 0, count)),
        buffer_(worlds_->spec(), count),
        actions_(count * worlds_->spec().action.words()) {}

  Status Step() { return worlds_->Step(actions_, buffer_.rows()); }
  const EnvironmentSpec& spec() const { return worlds_->spec(); }
  RecordBuffer& buffer() { return buffer_; }
  std::vector<float>& actions() { return actions_; }

 private:
  std::unique_ptr<VectorEnvironment> worlds_;
  RecordBuffer buffer_;
  std::vector<float> actions_;
};

TEST(Blank, ShowsTheObservationsThatItIsAskedFor) {
  BlankOptions options;
  options.picture = {4, 6, 1};
  options.tiles = 0;
  options.vector = 5;
  const BlankRun run(options);
  EXPECT_EQ(run.spec().observations[run.spec().IndexOf("picture")].shape,
            (Shape{4, 6, 1}));
  EXPECT_EQ(run.spec().IndexOf("tiles"), -1);
  EXPECT_EQ(run.spec().observations[run.spec().IndexOf("vector")].elements(),
            5);
}

TEST(Blank, HasEveryKindOfActionAtOnce) {
  BlankOptions options;
  options.action = "all";
  const BlankRun run(options);
  EXPECT_EQ(run.spec().action.words(), 1 + 3 + 2);
  EXPECT_EQ(run.spec().action.choices(), 3 + 2 + 3 + 4);
}

TEST(Blank, RewardsTheSumOfTheWords) {
  BlankOptions options;
  options.action = "all";
  BlankRun run(options);
  ASSERT_TRUE(run.Step().ok());
  run.actions() = {2, 1, 2, 3, 1, -1};  // the last two: 3 and -1 in the world
  ASSERT_TRUE(run.Step().ok());
  EXPECT_EQ(run.buffer().reward(), 2 + 1 + 2 + 3 + 3 - 1);
}

TEST(Blank, EndsAfterItsDecisions) {
  BlankOptions options;
  options.episode = 2;
  options.end = "terminal";
  BlankRun run(options);
  std::vector<Kind> kinds;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(run.Step().ok());
    kinds.push_back(run.buffer().kind());
  }
  EXPECT_THAT(kinds, ElementsAre(Kind::kFirst, Kind::kMid, Kind::kTerminal,
                                 Kind::kFirst));
}

TEST(Blank, EndsInBothWaysWhenAsked) {
  BlankOptions options;
  options.episode = 1;
  options.end = "both";
  BlankRun run(options, 64);
  std::map<Kind, int> kinds;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(run.Step().ok());
  for (int64_t b = 0; b < 64; ++b) ++kinds[run.buffer().kind(b)];
  EXPECT_GT(kinds[Kind::kTerminal], 16);
  EXPECT_GT(kinds[Kind::kTruncated], 16);
  EXPECT_EQ(kinds.size(), 2u);
}

TEST(Blank, KeepsItsSecretForAnEpisode) {
  BlankOptions options;
  options.episode = 8;
  BlankRun run(options, 64);
  ASSERT_TRUE(run.Step().ok());
  std::set<uint8_t> secrets;
  for (int64_t b = 0; b < 64; ++b) {
    secrets.insert(run.buffer().Bytes("secret", b)[0]);
  }
  EXPECT_EQ(secrets.size(), 4u);
  const uint8_t secret = run.buffer().Bytes("secret", 7)[0];
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(run.Step().ok());
    EXPECT_EQ(run.buffer().Bytes("secret", 7)[0], secret);
  }
}

// What is shown, the reward aside, has no bias that goes with the secret.
TEST(Blank, HidesItsSecretFromEveryTile) {
  BlankOptions options;
  options.picture = {};
  options.vector = 0;
  options.tiles = 9;
  options.episode = 1;
  constexpr int kCount = 4000;
  BlankRun run(options, kCount);
  ASSERT_TRUE(run.Step().ok());
  for (int tile = 0; tile < 9; ++tile) {
    int equal = 0;
    for (int64_t b = 0; b < kCount; ++b) {
      equal += run.buffer().Bytes("tiles", b)[tile] ==
               run.buffer().Bytes("secret", b)[0];
    }
    // Five standard deviations of 27.
    EXPECT_NEAR(equal, kCount / 4, 137) << "tile " << tile;
  }
}

TEST(Blank, ShowsNewNoiseAtEachStep) {
  BlankRun run(BlankOptions{});
  ASSERT_TRUE(run.Step().ok());
  const auto first = run.buffer().Bytes("picture");
  ASSERT_TRUE(run.Step().ok());
  EXPECT_NE(run.buffer().Bytes("picture"), first);
}

TEST(Blank, ForbidsEachChoiceInTurn) {
  BlankOptions options;
  options.masks = true;
  BlankRun run(options);
  std::vector<int> forbidden(3);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(run.Step().ok());
    const auto mask = run.buffer().mask();
    for (int c = 0; c < 3; ++c) forbidden[c] += mask[c] == 0;
    EXPECT_GE(std::accumulate(mask.begin(), mask.end(), 0), 2);
    run.actions()[0] = mask[0] == 1 ? 0 : 1;
  }
  EXPECT_THAT(forbidden, ElementsAre(3, 3, 3));
}

TEST(Blank, RefusesAForbiddenChoice) {
  BlankOptions options;
  options.masks = true;
  BlankRun run(options);
  ASSERT_TRUE(run.Step().ok());
  ASSERT_EQ(run.buffer().mask()[0], 0);
  run.actions()[0] = 0;
  EXPECT_THAT(run.Step().message(),
              HasSubstr("expected a choice that the mask allows, found 0"));
}

TEST(BlankOptions, NeedsSomethingToShow) {
  BlankOptions options;
  options.picture = {};
  options.tiles = 0;
  options.vector = 0;
  EXPECT_FALSE(Blank::Make(options).ok());
}

TEST(BlankOptions, NeedsThreeSizesForAPicture) {
  BlankOptions options;
  options.picture = {8, 8};
  ASSERT_TRUE(options.Check().has_value());
  EXPECT_EQ(options.Check()->key, "picture");
}

TEST(BlankOptions, HasNoMasksOnContinuousActions) {
  BlankOptions options;
  options.action = "continuous";
  options.masks = true;
  ASSERT_TRUE(options.Check().has_value());
  EXPECT_EQ(options.Check()->key, "masks");
}

}  // namespace
}  // namespace credo
