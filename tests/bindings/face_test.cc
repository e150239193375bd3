// Each call of credo.hpp hands on what the call of credo.h beneath answers;
// what that does and refuses is tested with credo.h.
#include <credo/credo.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/bindings/face_model.h"

namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Lt;

std::span<const std::byte> Bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

credo::Agent LoadAgent(int seed = 1) {
  return credo::Agent::Load(Bytes(FaceModel(seed))).value();
}

void Observe(credo::Beliefs& beliefs, int32_t row) {
  const std::array<uint8_t, 6> eye = {1, 2, 3, 40, 50, 250};
  const std::vector<uint8_t> view = {0, 1, 2, 1};
  const float speed[3] = {-1, 0, 2};
  ASSERT_TRUE(beliefs.Observe("eye", row, eye).ok());
  ASSERT_TRUE(beliefs.Observe("view", row, view).ok());
  ASSERT_TRUE(beliefs.Observe("speed", row, std::span(speed)).ok());
}

class FaceTest : public testing::Test {
 protected:
  void Step(int times = 1) {
    for (int i = 0; i < times; ++i) {
      for (const int32_t row : beliefs_.rows()) Observe(beliefs_, row);
      const credo::Status status = agent_.Step(beliefs_, /*seconds=*/0);
      ASSERT_TRUE(status.ok()) << status.message();
    }
  }

  credo::Agent agent_ = LoadAgent();
  credo::Beliefs beliefs_ = agent_.NewBeliefs(2, /*seed=*/7).value();
};

TEST(Face, TellsWhyAFileIsRefused) {
  const auto none = credo::Agent::Load("nowhere.safetensors");
  EXPECT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), CREDO_NOT_FOUND);
  const std::string text = "no model";
  EXPECT_EQ(credo::Agent::Load(Bytes(text)).status().code(), CREDO_DATA_LOSS);
}

TEST(Face, AResultHoldsAValueOrAStatus) {
  EXPECT_EQ(credo::Result<int>(3).value_or(5), 3);
  credo::Agent agent = LoadAgent();
  EXPECT_FALSE(agent.NewBeliefs(-1, 0).ok());
  credo::Beliefs beliefs = agent.NewBeliefs(1, 0).value();
  EXPECT_EQ(beliefs.Value(0).value_or(9.0f), 9.0f);
}

TEST(Face, BeliefsMayOutliveTheAgentThatMadeThem) {
  int64_t out = 0;  // blocks of memory
  credo_host host = CREDO_INIT(credo_host);
  host.allocate = [](void* user, size_t bytes, size_t) -> void* {
    ++*static_cast<int64_t*>(user);
    return ::operator new(bytes, std::align_val_t(64));
  };
  host.release = [](void* user, void* block) {
    --*static_cast<int64_t*>(user);
    ::operator delete(block, std::align_val_t(64));
  };
  host.allocator_user = &out;
  const std::string model = FaceModel(1);
  std::optional<credo::Agent> agent =
      credo::Agent::Load(Bytes(model), &host).value();
  std::optional<credo::Beliefs> beliefs = agent->NewBeliefs(2, 0).value();
  agent.reset();
  EXPECT_EQ(beliefs->Value(0).status().code(), CREDO_FAILED_PRECONDITION);
  EXPECT_GT(out, 0);
  beliefs.reset();
  EXPECT_EQ(out, 0);
}

TEST_F(FaceTest, ARowIsReset) {
  Step();
  ASSERT_TRUE(beliefs_.Value(1).ok());
  ASSERT_TRUE(beliefs_.Reset(1).ok());
  EXPECT_STREQ(beliefs_.Value(1).status().message(),
               "row 1: expected a step before the row is read, found none");
  EXPECT_TRUE(beliefs_.Value(0).ok());
}

TEST_F(FaceTest, DescribesTheAgent) {
  const credo_agent_info info = agent_.info();
  ASSERT_EQ(info.observations, 3);
  ASSERT_EQ(info.actions, 2);
  ASSERT_EQ(info.probes, 4);
  ASSERT_EQ(info.imagined, 3);
  EXPECT_STREQ(agent_.Observation(2).value().name, "speed");
  EXPECT_STREQ(agent_.Action(1).value().name, "turn");
  EXPECT_STREQ(agent_.Probe(1).value().name, "place");
  EXPECT_EQ(agent_.Probe(1).value().numbers, 4);
  EXPECT_EQ(agent_.Imagined(0).value().numbers, 6);
  ASSERT_EQ(info.tasks, 3);
  EXPECT_STREQ(agent_.Task(0).value().reason,
               "losses of kind 'other' are not known here");
  EXPECT_STREQ(agent_.Task(1).value().name, "auxiliary.1.simcore");
  EXPECT_EQ(agent_.Imagined(2, "auxiliary.1.simcore").value().numbers, 3);
}

TEST_F(FaceTest, DescribesNothingBeyondItsNumber) {
  EXPECT_FALSE(agent_.Observation(3).ok());
  EXPECT_FALSE(agent_.Action(2).ok());
  EXPECT_FALSE(agent_.Probe(-1).ok());
  EXPECT_FALSE(agent_.Imagined(3).ok());
  EXPECT_FALSE(agent_.Task(3).ok());
  EXPECT_FALSE(agent_.Imagined(0, "auxiliary.0.other").ok());
}

TEST_F(FaceTest, ComparesTheGamesOwnSpec) {
  std::vector<credo_observation_info> seen;
  for (int i = 0; i < 3; ++i) seen.push_back(agent_.Observation(i).value());
  std::vector<credo_action_info> done;
  for (int i = 0; i < 2; ++i) done.push_back(agent_.Action(i).value());
  EXPECT_TRUE(agent_.CheckSpec(seen, done).ok());
  seen[1].high = 7;
  EXPECT_THAT(agent_.CheckSpec(seen, done).message(),
              HasSubstr("observation 'view'"));
}

TEST_F(FaceTest, ReadsWhatAStepMade) {
  Step();
  std::array<float, 2> move = {NAN, NAN};
  ASSERT_TRUE(beliefs_.Action("move", 1, move).ok());
  EXPECT_THAT(move[0], AllOf(Ge(0), Lt(3)));
  EXPECT_THAT(move[1], AllOf(Ge(0), Lt(2)));
  std::array<float, 5> probabilities = {NAN};
  ASSERT_TRUE(beliefs_.Probabilities("move", 1, probabilities).ok());
  EXPECT_NEAR(probabilities[0] + probabilities[1] + probabilities[2], 1, 1e-5);
  EXPECT_TRUE(std::isfinite(beliefs_.Value(1).value()));
  std::vector<float> belief(static_cast<size_t>(agent_.info().belief), NAN);
  ASSERT_TRUE(beliefs_.Belief(1, belief).ok());
  EXPECT_THAT(belief, Each(testing::Not(testing::IsNan())));
  std::array<float, 4> place = {NAN};
  ASSERT_TRUE(beliefs_.Probe("place", 1, place).ok());
  EXPECT_NEAR(place[0] + place[1] + place[2] + place[3], 1, 1e-5);
}

TEST_F(FaceTest, RefusesAnIndexOfAFieldOfManyFactors) {
  Step();
  const credo::Result<int> index = beliefs_.Action("move", 0);
  EXPECT_EQ(index.status().code(), CREDO_INVALID_ARGUMENT);
  EXPECT_THAT(index.status().message(), HasSubstr("move"));
}

TEST_F(FaceTest, ImaginesFrames) {
  Step();
  const std::vector<float> actions(3 * 4, 0);  // of two factors, two turns
  std::vector<float> frames(4 * 6, NAN);
  const credo::Status status =
      beliefs_.Imagine(0, actions, /*steps=*/3, "eye", frames);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_THAT(frames, Each(testing::Not(testing::IsNan())));
}

TEST_F(FaceTest, SamplesOfOneTask) {
  Step();
  std::array<float, 6> one, again, other, refused;
  const char* const latent = "auxiliary.2.simcore";
  constexpr auto kSample = credo::ImagineMode::kSample;
  const auto imagine = [&](auto& frame, const credo::Imagining& how) {
    return beliefs_.Imagine(0, {}, /*steps=*/0, "eye", frame, how);
  };
  ASSERT_TRUE(imagine(one, {latent, kSample, 1}).ok());
  ASSERT_TRUE(imagine(again, {latent, kSample, 1}).ok());
  ASSERT_TRUE(imagine(other, {latent, kSample, 2}).ok());
  EXPECT_EQ(one, again);
  EXPECT_NE(one, other);
  std::array<float, 6> deviation;
  ASSERT_TRUE(
      imagine(deviation, {latent, credo::ImagineMode::kDeviation, 1}).ok());
  EXPECT_THAT(deviation, Each(testing::Gt(0.0f)));
  EXPECT_EQ(imagine(refused, {.samples = 5000}).code(),
            CREDO_INVALID_ARGUMENT);
  EXPECT_EQ(imagine(refused, {.task = "auxiliary.0.other"}).code(),
            CREDO_NOT_FOUND);
}

TEST_F(FaceTest, MaskedChoicesAreNotTaken) {
  const std::array<uint8_t, 5> legal = {0, 1, 0, 1, 0};
  ASSERT_TRUE(beliefs_.Mask(0, legal).ok());
  for (int i = 0; i < 20; ++i) {
    Step();
    std::array<float, 2> move;
    ASSERT_TRUE(beliefs_.Action("move", 0, move).ok());
    EXPECT_EQ(move, (std::array<float, 2>{1, 0}));
  }
}

TEST_F(FaceTest, AHostActsItself) {
  ASSERT_TRUE(beliefs_.SetSource(0, credo::Source::kExternal).ok());
  std::vector<float> led;
  const auto tap = [](void* user, const credo_record* record) {
    if (record->row != 0) return;
    auto& action = *static_cast<std::vector<float>*>(user);
    action.assign(record->action, record->action + record->action_words);
  };
  ASSERT_TRUE(beliefs_.SetTap(tap, &led).ok());
  Step();
  const std::array<float, 2> move = {2, 1};
  const std::array<float, 2> turn = {30, -10};
  ASSERT_TRUE(beliefs_.Act(0, "move", move).ok());
  ASSERT_TRUE(beliefs_.Act(0, "turn", turn).ok());
  Step();
  EXPECT_EQ(led, (std::vector<float>{2, 1, 1, -1}));  // bounds are -1 and 1
  EXPECT_EQ(beliefs_.Act(0, "jump", move).code(), CREDO_NOT_FOUND);
}

TEST_F(FaceTest, TapsRecords) {
  using Seen = std::vector<std::pair<int32_t, float>>;
  Seen seen;
  const auto tap = [](void* user, const credo_record* record) {
    static_cast<Seen*>(user)->emplace_back(record->kind, record->reward);
  };
  ASSERT_TRUE(beliefs_.SetTap(tap, &seen).ok());
  Step();
  ASSERT_TRUE(beliefs_.Reward(0, 0.5f).ok());
  ASSERT_TRUE(beliefs_.End(0, credo::kTruncated).ok());
  ASSERT_TRUE(beliefs_.End(1, credo::kTerminal).ok());
  Step();
  EXPECT_EQ(seen, (Seen{{0, 0.0f},
                        {0, 0.0f},
                        {CREDO_TRUNCATED, 0.5f},
                        {CREDO_TERMINAL, 0.0f}}));
}

TEST_F(FaceTest, ASavedBeliefGoesOn) {
  Step(3);
  std::vector<std::byte> state(static_cast<size_t>(agent_.info().state_bytes));
  ASSERT_TRUE(beliefs_.Save(0, state).ok());
  Step(4);
  const float value = beliefs_.Value(0).value();
  ASSERT_TRUE(beliefs_.Load(0, state).ok());
  Step(4);
  EXPECT_EQ(beliefs_.Value(0).value(), value);
}

TEST_F(FaceTest, StepsSomeRows) {
  Observe(beliefs_, 1);
  const int32_t rows[] = {1};
  ASSERT_TRUE(agent_.Step(beliefs_, rows, /*seconds=*/0).ok());
  EXPECT_TRUE(beliefs_.Value(1).ok());
  EXPECT_FALSE(beliefs_.Value(0).ok());
}

TEST_F(FaceTest, PublishesOtherWeights) {
  Step();
  std::vector<std::byte> state(static_cast<size_t>(agent_.info().state_bytes));
  ASSERT_TRUE(beliefs_.Save(0, state).ok());
  Step();
  const float before = beliefs_.Value(0).value();
  ASSERT_TRUE(beliefs_.Load(0, state).ok());
  ASSERT_TRUE(agent_.Publish(Bytes(FaceModel(2))).ok());
  EXPECT_EQ(agent_.info().publishes, 1);
  EXPECT_EQ(agent_.Publish("nowhere.safetensors").code(), CREDO_NOT_FOUND);
  EXPECT_EQ(agent_.info().publishes, 1);
  Step();
  EXPECT_NE(beliefs_.Value(0).value(), before);
}

TEST_F(FaceTest, MovesLeaveNothingBehind) {
  credo::Agent agent = LoadAgent();
  credo::Agent elsewhere = std::move(agent);
  EXPECT_EQ(agent.get(), nullptr);
  credo::Beliefs beliefs = elsewhere.NewBeliefs(1, 0).value();
  credo::Beliefs moved = std::move(beliefs);
  EXPECT_EQ(beliefs.get(), nullptr);
  beliefs = elsewhere.NewBeliefs(3, 0).value();
  EXPECT_EQ(beliefs.rows().size(), 3u);
  std::swap(beliefs, moved);
  EXPECT_EQ(moved.rows().size(), 3u);
  Observe(moved, 2);
  const int32_t rows[] = {2};
  EXPECT_TRUE(elsewhere.Step(moved, rows, 0).ok());
}

TEST(FaceDeathTest, ProgramsThatHaveNoBetterAnswerEndWithTheMessage) {
  EXPECT_DEATH(credo::Agent::Load("nowhere.safetensors").value(),
               "credo: .*nowhere.safetensors: cannot open");
}

}  // namespace
