// The learner as a host sees it: out of libcredo_learn.so, by the C++ face.
#include <credo/credo_learn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/temporary_folder.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kConfig[] =
    "world: {kind: host}\n"
    "agent: {encoder: {kind: mlp, sizes: [8]}, core: {kind: lstm, size: 8}}\n"
    "learner: {frames: 100000, unroll: 4, batch: 2, log_every: 10}\n";

credo::World Cards() {
  credo::World world("cards");
  world.Sees(credo::Tiles("view", {2}, 4));
  world.Sees(credo::Vector("speed", {1}, -1, 1));
  world.Does(credo::Choice("move", 3));
  return world;
}

class LearnTest : public testing::Test {
 protected:
  LearnTest() { Write(kConfig); }

  void Write(const std::string& text) {
    std::ofstream(config_) << text;
  }
  credo::Result<credo::Learner> Open(
      const credo::World& world,
      std::initializer_list<const char*> settings = {}) {
    return credo::Learner::Open(config_.c_str(), run_.c_str(), world, settings);
  }
  // Episodes of nine records.
  void Tick(credo::Agent& agent, credo::Beliefs& beliefs) {
    int& number = ticks_[beliefs.get()];
    for (const int32_t row : beliefs.rows()) {
      const std::array<uint8_t, 2> view = {
          static_cast<uint8_t>(number % 4), static_cast<uint8_t>(row % 4)};
      const std::array<float, 1> speed = {0.5f};
      beliefs.Observe("view", row, view).Check();
      beliefs.Observe("speed", row, speed).Check();
      beliefs.Reward(row, static_cast<float>(number % 2)).Check();
      if (number % 9 == 8) beliefs.End(row, credo::kTerminal).Check();
    }
    ++number;
    agent.Step(beliefs, 0).Check();
  }
  // Ticks until `holds`, for ten seconds at most.
  template <typename Condition>
  bool TickUntil(credo::Agent& agent, credo::Beliefs& beliefs,
                        const Condition& holds) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      Tick(agent, beliefs);
    }
    return true;
  }

  credo::TemporaryFolder folder_;
  std::string config_ = folder_ / "config.yaml";
  std::string run_ = folder_ / "run";
  std::map<credo_beliefs*, int> ticks_;
};

TEST_F(LearnTest, LearnsWhatItIsAttachedToAndHandsWeightsOn) {
  auto learner = Open(Cards()).value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(3, 1).value();
  EXPECT_EQ(learner.status().state, CREDO_LEARNER_IDLE);
  learner.Attach(agent, beliefs).Check();
  const int64_t published = agent.info().publishes;
  learner.Start({.nice = 3}).Check();
  ASSERT_TRUE(TickUntil(agent, beliefs, [&] {
    return learner.status().updates >= 5;
  })) << learner.status().message;
  EXPECT_GE(agent.info().publishes, published + 4);
  const credo_learner_status status = learner.status();
  EXPECT_GT(status.records, 40);
  EXPECT_GT(status.episodes, 0);
  EXPECT_GT(status.seconds_learning, 0);
  EXPECT_EQ(status.frames, status.updates * 8);
  learner.Stop().Check();
  EXPECT_EQ(learner.status().state, CREDO_LEARNER_STOPPED);
  for (const char* file : {"config.yaml", "checkpoint.safetensors",
                           "model.safetensors", "records.safetensors"}) {
    EXPECT_TRUE(std::filesystem::exists(run_ + "/" + file)) << file;
  }
}

TEST_F(LearnTest, AModelFileIsThereFromTheFirstMomentOn) {
  auto learner = Open(Cards()).value();
  auto agent =
      credo::Agent::Load((run_ + "/model.safetensors").c_str()).value();
  agent.CheckWorld(Cards()).Check();
  auto beliefs = agent.NewBeliefs(1, 1).value();
  learner.Attach(agent, beliefs).Check();
}

TEST_F(LearnTest, BeliefsMayEndOrBeLetGoWhileItLearns) {
  auto learner = Open(Cards()).value();
  auto agent = learner.NewAgent().value();
  learner.Start().Check();
  for (int i = 0; i < 5; ++i) {
    auto beliefs = agent.NewBeliefs(2, 1).value();
    ticks_.clear();
    learner.Attach(agent, beliefs).Check();
    for (int t = 0; t < 50; ++t) Tick(agent, beliefs);
    if (i % 2 == 0) learner.Detach(beliefs).Check();
    for (int t = 0; t < 5; ++t) Tick(agent, beliefs);
    if (i % 2 == 0) {
      const credo::Status again = learner.Detach(beliefs);
      EXPECT_EQ(again.code(), CREDO_NOT_FOUND);
    }
  }
  // What they had lived through still counts.
  EXPECT_EQ(learner.status().records, 5 * 100 + 2 * 10);
}

TEST_F(LearnTest, ASecondAttachmentTakesThePlaceOfTheFirst) {
  auto learner = Open(Cards()).value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(1, 1).value();
  learner.Attach(agent, beliefs).Check();
  Tick(agent, beliefs);
  learner.Attach(agent, beliefs).Check();
  Tick(agent, beliefs);
  EXPECT_EQ(learner.status().records, 2);
  EXPECT_EQ(learner.status().skipped, 1);
}

TEST_F(LearnTest, EndsBeforeOrAfterItsBeliefs) {
  auto learner = std::make_unique<credo::Learner>(Open(Cards()).value());
  auto agent = learner->NewAgent().value();
  auto beliefs = agent.NewBeliefs(1, 1).value();
  learner->Attach(agent, beliefs).Check();
  learner->Start().Check();
  Tick(agent, beliefs);
  learner.reset();
  for (int t = 0; t < 20; ++t) Tick(agent, beliefs);
}

TEST_F(LearnTest, SeveralLearnAtOnceAndFrozenCopiesPlayAgainstThem) {
  auto first = Open(Cards()).value();
  run_ = folder_ / "other";
  auto second = Open(Cards(), {"seed=2"}).value();
  auto one = first.NewAgent().value();
  auto two = second.NewAgent().value();
  auto frozen = first.NewAgent().value();
  auto ones = one.NewBeliefs(2, 1).value();
  auto twos = two.NewBeliefs(2, 1).value();
  auto still = frozen.NewBeliefs(1, 1).value();
  first.Attach(one, ones).Check();
  second.Attach(two, twos).Check();
  first.Start().Check();
  second.Start().Check();
  ASSERT_TRUE(TickUntil(one, ones, [&] {
    Tick(two, twos);
    Tick(frozen, still);
    return first.status().updates > 3 && second.status().updates > 3;
  }));
  EXPECT_EQ(frozen.info().publishes, 0);
  // An earlier copy of its own.
  const int64_t frames = frozen.info().frames;
  EXPECT_LT(frames, first.NewAgent().value().info().frames);
}

TEST_F(LearnTest, PrivilegedDataComesThroughTheLearner) {
  Write(std::string(kConfig) + "probes: [{kind: class, target: place}]\n");
  credo::World world = Cards();
  world.Knows(credo::Tiles("place", {1}, 5));
  auto learner = Open(world).value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(1, 1).value();
  const std::array<uint8_t, 1> place = {3};
  EXPECT_EQ(learner.Observe("place", beliefs, 0, place).code(),
            CREDO_NOT_FOUND);
  learner.Attach(agent, beliefs).Check();
  Tick(agent, beliefs);
  EXPECT_EQ(learner.status().skipped, 1);
  learner.Start().Check();
  ASSERT_TRUE(TickUntil(agent, beliefs, [&] {
    learner.Observe("place", beliefs, 0, place).Check();
    return learner.status().updates > 3;
  })) << learner.status().message;
}

TEST_F(LearnTest, WhatIsWrongIsTold) {
  const auto why = [&](const credo::Result<credo::Learner>& learner) {
    return std::string(learner.ok() ? "" : learner.status().message());
  };
  EXPECT_THAT(why(Open(Cards(), {"learner.frame=1"})),
              HasSubstr("learner.frame"));
  EXPECT_THAT(why(Open(Cards(), {"world={kind: grid}"})),
              HasSubstr("world.kind: expected host, found grid"));
  credo::World blind("blind");
  blind.Does(credo::Choice("move", 3));
  EXPECT_THAT(why(Open(blind)), HasSubstr("observation"));
  credo::World twice = Cards();
  twice.Sees(credo::Tiles("view", {2}, 4));
  EXPECT_THAT(why(Open(twice)), HasSubstr("view"));
  credo::World idle("idle");
  idle.Sees(credo::Tiles("view", {2}, 4));
  EXPECT_THAT(why(Open(idle)), HasSubstr("action"));
  credo::World wide("wide");
  wide.Sees(credo::Vector("speed", {1, 1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_THAT(why(Open(wide)), HasSubstr("rank"));
  Write("world: {kind: host}\nagent: {core: {kind: lsm}}\n");
  EXPECT_THAT(why(Open(Cards())), AllOf(HasSubstr("config.yaml:2"),
                                        HasSubstr("lstm")));
  config_ = folder_ / "nowhere.yaml";
  EXPECT_THAT(why(Open(Cards())), HasSubstr("nowhere.yaml"));
}

TEST_F(LearnTest, AnAgentOfAnotherWorldIsNotAttached) {
  auto learner = Open(Cards()).value();
  run_ = folder_ / "other";
  credo::World other("cards");
  other.Sees(credo::Tiles("view", {2}, 5));
  other.Does(credo::Choice("move", 3));
  auto another = Open(other).value();
  auto agent = another.NewAgent().value();
  auto beliefs = agent.NewBeliefs(1, 1).value();
  const credo::Status status = learner.Attach(agent, beliefs);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(learner.status().records, 0);
}

TEST_F(LearnTest, StartsOnceAndStopsAnyNumberOfTimes) {
  auto learner = Open(Cards()).value();
  learner.Stop().Check();
  EXPECT_EQ(learner.Start({.threads = 0, .nice = 20}).code(),
            CREDO_INVALID_ARGUMENT);
  learner.Start().Check();
  EXPECT_EQ(learner.Start().code(), CREDO_FAILED_PRECONDITION);
  learner.Save(5).Check();
  EXPECT_EQ(learner.status().saves, 1);
  learner.Stop().Check();
  learner.Stop().Check();
  learner.Start().Check();
}

}  // namespace
