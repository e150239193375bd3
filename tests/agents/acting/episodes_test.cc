// Held-out episodes are those that the contract of worlds and seeds says, and
// nothing of what is recorded behind their ends counts.

#include "agents/acting/episodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/worlds/record_buffer.h"
#include "tests/agents/experiment.h"
#include "tests/agents/staircase.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<EpisodeGroup> Record(const Agent& agent,
                                 const EnvironmentFactory& worlds,
                                 uint64_t seed, int64_t count,
                                 ActionSource source = ActionSource::kScripted,
                                 int64_t longest = kLongestEpisode) {
  auto groups =
      RecordEpisodes(agent, worlds, seed, count, source, 0, longest);
  ThrowUnlessOk(groups.status());
  return *std::move(groups);
}

// Records `t` of column b as bytes: observations, reward, kind.
std::string BytesOf(const EnvironmentSpec& spec, const Unroll& unroll,
                    int64_t t, int64_t b) {
  std::string bytes;
  const auto append = [&](const at::Tensor& tensor) {
    const at::Tensor row = tensor[t][b].contiguous();
    bytes.append(static_cast<const char*>(row.const_data_ptr()),
                 row.nbytes());
  };
  for (const ObservationSpec& observation : spec.observations) {
    append((observation.privileged ? unroll.privileged
                                   : unroll.observations)[observation.name]);
  }
  append(unroll.rewards);
  append(unroll.kinds);
  return bytes;
}

constexpr const char* kGoal =
    "world: {kind: grid, room: 4, task: goal, episode: 20, start: random}\n"
    "agent: {encoder: {kind: mlp, sizes: [8]}, core: {kind: lstm, size: 8}}\n";

class EpisodesTest : public testing::Test {
 protected:
  EpisodesTest()
      : experiment_(kGoal),
        worlds_(MakeWorldFactory(experiment_.options(), parts_)) {}

  const Parts parts_ = BuiltInParts();
  Experiment experiment_;
  EnvironmentFactory worlds_;
};

TEST_F(EpisodesTest, AreThoseOfAVectorDrivenByHand) {
  const std::vector<EpisodeGroup> groups =
      Record(experiment_.agent(), worlds_, 7, 5);
  ASSERT_EQ(groups.size(), 1u);
  const Unroll& records = *groups[0].records;

  auto vector = VectorEnvironment::Make(worlds_, HeldOutSeed(7), 0, 5);
  ThrowUnlessOk(vector.status());
  RecordBuffer buffer((*vector)->spec(), 5);
  std::vector<float> actions(5, 0.0f);
  for (int64_t t = 0; t <= 20; ++t) {
    ThrowUnlessOk((*vector)->Step(actions, buffer.rows()));
    for (int64_t b = 0; b < 5; ++b) {
      EXPECT_EQ(BytesOf((*vector)->spec(), records, t, b), buffer.Record(b))
          << "record " << t << " of episode " << b;
      if (t > 0) {
        EXPECT_EQ(records.actions[t][b][0].item<float>(), actions[b]);
      }
    }
    (*vector)->ScriptedActions(actions);
  }
  EXPECT_THAT(groups[0].lengths, ElementsAre(21, 21, 21, 21, 21));
}

TEST_F(EpisodesTest, EachIsOfItsOwnSeed) {
  const std::vector<EpisodeGroup> groups =
      Record(experiment_.agent(), worlds_, 7, 70);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].first, 0);
  EXPECT_EQ(groups[0].size(), 64);
  EXPECT_EQ(groups[1].first, 64);
  EXPECT_EQ(groups[1].size(), 6);
  const RandomStream seeds(HeldOutSeed(7), "world");
  auto world = worlds_();
  ThrowUnlessOk(world.status());
  RecordBuffer buffer((*world)->spec(), 1);
  RecordWriter writer((*world)->spec());
  for (const EpisodeGroup& group : groups) {
    for (int64_t b = 0; b < group.size(); ++b) {
      writer.Open(buffer.rows(), 0, /*first=*/true);
      (*world)->Reset(seeds.SeedAt(static_cast<uint32_t>(group.first + b), 0),
                      writer);
      ThrowUnlessOk(writer.Close());
      EXPECT_EQ(BytesOf((*world)->spec(), *group.records, 0, b),
                buffer.Record())
          << "episode " << group.first + b;
    }
  }
}

TEST_F(EpisodesTest, DoNotDependOnHowManyAreRecorded) {
  const std::vector<EpisodeGroup> few =
      Record(experiment_.agent(), worlds_, 7, 3);
  const std::vector<EpisodeGroup> many =
      Record(experiment_.agent(), worlds_, 7, 9);
  for (int64_t t = 0; t <= 20; ++t) {
    for (int64_t b = 0; b < 3; ++b) {
      EXPECT_EQ(BytesOf(experiment_.spec(), *few[0].records, t, b),
                BytesOf(experiment_.spec(), *many[0].records, t, b));
    }
  }
}

TEST_F(EpisodesTest, OfAPolicyAreAFunctionOfSeedAndAgent) {
  const auto actions = [&](uint64_t seed, ActionSource source) {
    return Record(experiment_.agent(), worlds_, seed, 8, source)[0]
        .records->actions.clone();
  };
  const at::Tensor first = actions(7, ActionSource::kPolicy);
  EXPECT_TRUE(at::equal(actions(7, ActionSource::kPolicy), first));
  EXPECT_FALSE(at::equal(actions(8, ActionSource::kPolicy), first));
  EXPECT_FALSE(at::equal(actions(7, ActionSource::kGreedy), first));
  EXPECT_FALSE(at::equal(actions(7, ActionSource::kScripted), first));
}

// --- Lengths and returns ---

class StaircaseEpisodes : public testing::Test {
 protected:
  StaircaseEpisodes()
      : experiment_(kStaircaseRun, PartsWithStaircase()),
        worlds_(StaircaseFactory()) {}

  std::vector<EpisodeGroup> RecordSome(int64_t count) const {
    return Record(experiment_.agent(), worlds_, 3, count);
  }
  // What the world says of an episode.
  static int64_t Decisions(int64_t episode) {
    return Staircase::Decisions(
        RandomStream(HeldOutSeed(3), "world")
            .SeedAt(static_cast<uint32_t>(episode), 0));
  }

  Experiment experiment_;
  EnvironmentFactory worlds_;
};

TEST_F(StaircaseEpisodes, EndAtTheirLastRecord) {
  // Episodes of 1 to 150 decisions: longer ones than are recorded at first.
  int64_t longest = 0;
  for (const EpisodeGroup& group : RecordSome(100)) {
    const Unroll& records = *group.records;
    for (int64_t b = 0; b < group.size(); ++b) {
      const int64_t length = group.lengths[b];
      EXPECT_EQ(length, Decisions(group.first + b) + 1);
      EXPECT_EQ(records.kind(0, b), Kind::kFirst);
      EXPECT_TRUE(IsLast(records.kind(length - 1, b)));
      for (int64_t t = 1; t + 1 < length; ++t) {
        EXPECT_EQ(records.kind(t, b), Kind::kMid);
      }
      longest = std::max(longest, length);
    }
  }
  EXPECT_GT(longest, 100);
}

TEST_F(StaircaseEpisodes, ReturnTheRewardsOfTheirOwnRecords) {
  for (const EpisodeGroup& group : RecordSome(100)) {
    for (int64_t b = 0; b < group.size(); ++b) {
      // Steps 1, 2, .. bring 1, 2, ..; none is clipped, the last one counts.
      const int64_t n = Decisions(group.first + b);
      EXPECT_EQ(group.Return(b), static_cast<double>(n * (n + 1) / 2))
          << "of " << n << " decisions";
    }
  }
}

TEST_F(StaircaseEpisodes, OfMoreRecordsThanAllowedAreRefused) {
  int64_t longest = 0;
  for (int64_t episode = 0; episode < 20; ++episode) {
    longest = std::max(longest, Decisions(episode) + 1);
  }
  const auto record = [&](int64_t most) {
    return RecordEpisodes(experiment_.agent(), worlds_, 3, 20,
                          ActionSource::kScripted, 0, most)
        .status();
  };
  EXPECT_TRUE(record(longest).ok());
  const Status status = record(longest - 1);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(),
              HasSubstr("at most " + std::to_string(longest - 1) +
                        " records"));
}

TEST_F(StaircaseEpisodes, OfAWorldThatFailsAreNotThere) {
  class Broken : public Staircase {
    void Step(std::span<const float>, RecordWriter&) override {
      throw std::runtime_error("the step gave way");
    }
  };
  const EnvironmentFactory broken =
      []() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Broken>());
  };
  const Status status =
      RecordEpisodes(experiment_.agent(), broken, 3, 4,
                     ActionSource::kScripted, 0)
          .status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), HasSubstr("world 'staircase', character 0"));
  EXPECT_THAT(status.message(), HasSubstr("the step gave way"));
}

// --- Seeds ---

TEST(HeldOutSeedTest, NamesEpisodesThatNoRunIsTrainedOn) {
  constexpr uint64_t kSeeds = 16;
  std::set<uint64_t> held_out;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const RandomStream worlds(HeldOutSeed(seed), "world");
    for (uint32_t b = 0; b < 200; ++b) held_out.insert(worlds.SeedAt(b, 0));
  }
  EXPECT_EQ(held_out.size(), kSeeds * 200);
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const RandomStream worlds(seed, "world");
    for (uint32_t b = 0; b < 64; ++b) {
      for (uint64_t episode = 0; episode < 100; ++episode) {
        EXPECT_EQ(held_out.count(worlds.SeedAt(b, episode)), 0u);
      }
    }
  }
}

}  // namespace
}  // namespace credo
