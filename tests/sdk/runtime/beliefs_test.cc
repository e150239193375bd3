// What a row believes and does depends on nothing but what it has seen.

#include "sdk/runtime/beliefs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/hash.h"
#include "tests/support/random_model.h"

namespace credo::runtime {
namespace {

using testing::HasSubstr;

RandomModel Model() {
  OracleOptions options;
  options.spec = SmallWorld();
  options.memory.kind = "addressed";
  return RandomModel(options);
}

// Everything that can be read of a row after a step.
struct Read {
  std::vector<float> numbers;
  bool operator==(const Read&) const = default;
};

class BeliefsTest : public testing::Test {
 protected:
  BeliefsTest() : spec_(SmallWorld()), bytes_(Model().Bytes()) {
    Host host;
    host.log = [](void* user, const char* message) {
      static_cast<std::vector<std::string>*>(user)->emplace_back(message);
    };
    host.log_user = &told_;
    auto agent = Agent::Load(std::as_bytes(std::span(bytes_)), "place", host);
    EXPECT_TRUE(agent.ok()) << agent.status().message();
    agent_ = std::move(*agent);
  }

  std::unique_ptr<Beliefs> Make(int64_t count, uint64_t seed = 5) {
    return std::move(*Beliefs::Make(*agent_, count, seed));
  }

  // The record `time` of the character `who`, into a row.
  void Observe(Beliefs& beliefs, int64_t row, uint32_t who, uint64_t time) {
    Draws draws = RandomStream(9, "seen").At(who, time);
    for (const ObservationSpec& spec : spec_.observations) {
      const auto bytes = RandomModel::Draw(spec, draws);
      if (spec.privileged) continue;
      ASSERT_TRUE(beliefs.Observe(row, spec.name, bytes).ok());
    }
    ASSERT_TRUE(beliefs.Reward(row, 2 * draws.Uniform() - 1).ok());
    if (time % 37 == 36) {
      ASSERT_TRUE(beliefs.End(row, Kind::kTerminal).ok());
    }
  }
  void Tick(Beliefs& beliefs, int32_t row, uint32_t who, uint64_t time) {
    Observe(beliefs, row, who, time);
    ASSERT_TRUE(beliefs.Step(std::vector<int32_t>{row}, 0).ok());
  }

  Read ReadRow(const Beliefs& beliefs, int64_t row) {
    Read read{ReadBelief(beliefs, row)};
    float more[3];
    for (const char* field : {"move", "turn"}) {
      EXPECT_TRUE(beliefs.Action(row, field, std::span(more, 2)).ok());
      read.numbers.insert(read.numbers.end(), more, more + 2);
    }
    EXPECT_TRUE(beliefs.Value(row, more[2]).ok());
    read.numbers.push_back(more[2]);
    return read;
  }

  std::vector<float> ReadBelief(const Beliefs& beliefs, int64_t row = 0) {
    std::vector<float> belief(
        static_cast<size_t>(agent_->first().core().belief_size()));
    EXPECT_TRUE(beliefs.Belief(row, belief).ok());
    return belief;
  }

  std::vector<std::byte> Save(const Beliefs& beliefs, int64_t row) {
    std::vector<std::byte> state(
        static_cast<size_t>(Beliefs::StateBytes(agent_->first())));
    EXPECT_TRUE(beliefs.SaveState(row, state).ok());
    return state;
  }

  EnvironmentSpec spec_;
  std::string bytes_;
  std::vector<std::string> told_;
  std::unique_ptr<Agent> agent_;
};

// 70 rows are three chunks; the other object steps each row by itself, last
// one first.
TEST_F(BeliefsTest, RowsDoNotDependOnThoseBesideThem) {
  constexpr int32_t kRows = 70;
  const auto together = Make(kRows);
  const auto alone = Make(kRows);
  std::vector<int32_t> all;
  for (int32_t row = 0; row < kRows; ++row) all.push_back(row * 3 % kRows);
  for (uint64_t t = 0; t < 50; ++t) {
    for (const int32_t row : all) {
      Observe(*together, row, static_cast<uint32_t>(row), t);
    }
    ASSERT_TRUE(together->Step(all, 0).ok());
    for (int32_t row = kRows - 1; row >= 0; --row) {
      Tick(*alone, row, static_cast<uint32_t>(row), t);
    }
    for (int32_t row = 0; row < kRows; ++row) {
      ASSERT_EQ(ReadRow(*together, row), ReadRow(*alone, row))
          << "row " << row << " at " << t;
    }
  }
}

TEST_F(BeliefsTest, ASavedRowGoesOnElsewhere) {
  const auto here = Make(1);
  for (uint64_t t = 0; t < 500; ++t) Tick(*here, 0, 0, t);
  const auto there = Make(3, /*seed=*/77);
  Tick(*there, 2, 1, 0);
  ASSERT_TRUE(there->LoadState(2, Save(*here, 0)).ok());
  ASSERT_EQ(ReadRow(*here, 0), ReadRow(*there, 2));
  for (uint64_t t = 500; t < 1500; ++t) {
    Tick(*here, 0, 0, t);
    Tick(*there, 2, 0, t);
    ASSERT_EQ(ReadRow(*here, 0), ReadRow(*there, 2)) << t;
  }
  EXPECT_EQ(Save(*here, 0), Save(*there, 2));
}

TEST_F(BeliefsTest, AnEpisodeStartsFromNothing) {
  const auto beliefs = Make(2);
  for (uint64_t t = 0; t < 37; ++t) Tick(*beliefs, 0, 0, t);
  Tick(*beliefs, 0, 3, 0);
  Tick(*beliefs, 1, 3, 0);
  EXPECT_EQ(ReadBelief(*beliefs, 0), ReadBelief(*beliefs, 1));
}

TEST_F(BeliefsTest, AFailedStepChangesNoRow) {
  const auto beliefs = Make(2);
  for (const int32_t row : {0, 1}) Tick(*beliefs, row, 0, 0);
  const auto before = Save(*beliefs, 0);
  Observe(*beliefs, 0, 0, 1);
  const Status status = beliefs->Step(std::vector<int32_t>{0, 1}, 0);
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("row 1"));
  EXPECT_EQ(Save(*beliefs, 0), before);
  EXPECT_TRUE(beliefs->Step(std::vector<int32_t>{0}, 0).ok());
}

TEST_F(BeliefsTest, OnlyLegalChoicesAreMade) {
  const auto beliefs = Make(2);
  ASSERT_TRUE(beliefs->SetSource(1, ActionSource::kGreedy).ok());
  const uint8_t legal[] = {0, 1, 0, 1, 0};
  for (const int32_t row : {0, 1}) {
    ASSERT_TRUE(beliefs->SetMask(row, legal).ok());
    for (uint64_t t = 0; t < 36; ++t) {
      Tick(*beliefs, row, 0, t);
      float move[2];
      ASSERT_TRUE(beliefs->Action(row, "move", move).ok());
      ASSERT_EQ(move[0], 1);
      ASSERT_EQ(move[1], 0);
    }
  }
}

// The words of an external action reach the network as those of the policy do.
TEST_F(BeliefsTest, BelievesWhatTheOracleDoesOfExternalActions) {
  const RandomModel model = Model();
  RuntimeOracle oracle(model.options(), model.file());
  const auto beliefs = Make(1);
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  float words[4] = {};
  for (uint64_t t = 0; t < 30; ++t) {
    Draws draws = RandomStream(9, "seen").At(0, t);
    std::vector<std::vector<std::byte>> seen;
    std::vector<const std::byte*> pointers;
    for (const ObservationSpec& spec : spec_.observations) {
      seen.push_back(RandomModel::Draw(spec, draws));
    }
    for (const size_t i : {0, 1, 3}) pointers.push_back(seen[i].data());
    const float reward = 2 * draws.Uniform() - 1;
    const auto expected = oracle.Step(t == 0, pointers, words, reward);
    Tick(*beliefs, 0, 0, t);
    std::vector<float> belief(expected.belief.size());
    ASSERT_TRUE(beliefs->Belief(0, belief).ok());
    for (size_t i = 0; i < belief.size(); ++i) {
      ASSERT_NEAR(belief[i], expected.belief[i], 2e-5) << t;
    }
    // "turn" lies between -10 and 30: a word w is 10 + 20 w there.
    const float move[2] = {static_cast<float>(t % 3),
                           static_cast<float>(t % 2)};
    const float turn[2] = {-10, static_cast<float>(t)};
    words[0] = move[0];
    words[1] = move[1];
    words[2] = -1;
    words[3] = (turn[1] - 10) / 20;
    ASSERT_TRUE(beliefs->Act(0, "move", move).ok());
    if (t == 3) {
      Observe(*beliefs, 0, 0, t + 1);
      EXPECT_FALSE(beliefs->Step(std::vector<int32_t>{0}, 0).ok());
    }
    ASSERT_TRUE(beliefs->Act(0, "turn", turn).ok());
  }
}

// --- Actions of the host's own ---

// What the tap was shown of a row: the action and the logarithm of its
// probability, record by record.
struct Told {
  std::vector<std::vector<float>> actions;
  std::vector<float> log_probabilities;
};

void Tell(Beliefs& beliefs, Told& told) {
  beliefs.SetTap(
      [](void* user, const FinishedRecord& record) {
        auto& it = *static_cast<Told*>(user);
        it.actions.emplace_back(record.action_before.begin(),
                                record.action_before.end());
        it.log_probabilities.push_back(record.log_probability_before);
      },
      &told);
}

TEST_F(BeliefsTest, AnActionThatTheHostReplacesIsNotThePolicys) {
  const auto beliefs = Make(1);
  Told told;
  Tell(*beliefs, told);
  Tick(*beliefs, 0, 0, 0);
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  ASSERT_TRUE(beliefs->Act(0, "move", std::vector<float>{2, 1}).ok());
  // Half an action is none.
  Observe(*beliefs, 0, 0, 1);
  const Status half = beliefs->Step(std::vector<int32_t>{0}, 0);
  EXPECT_THAT(half.message(), HasSubstr("action 'turn'"));
  ASSERT_TRUE(beliefs->Act(0, "turn", std::vector<float>{10, 10}).ok());
  ASSERT_TRUE(beliefs->Step(std::vector<int32_t>{0}, 0).ok());
  EXPECT_EQ(told.actions[1], (std::vector<float>{2, 1, 0, 0}));
  EXPECT_TRUE(std::isnan(told.log_probabilities[1]));
}

TEST_F(BeliefsTest, ThePolicysActionStandsUnlessTheHostReplacesIt) {
  const auto beliefs = Make(1);
  Told told;
  Tell(*beliefs, told);
  Tick(*beliefs, 0, 0, 0);
  float move[2];
  ASSERT_TRUE(beliefs->Action(0, "move", move).ok());
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  Tick(*beliefs, 0, 0, 1);
  EXPECT_EQ(told.actions[1][0], move[0]);
  EXPECT_TRUE(std::isfinite(told.log_probabilities[1]));
}

TEST_F(BeliefsTest, AnExternalActionIsMissedWhateverTheSourceBecomes) {
  const auto beliefs = Make(1);
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  Tick(*beliefs, 0, 0, 0);
  float move[2];
  EXPECT_THAT(beliefs->Action(0, "move", move).message(),
              HasSubstr("action 'move': expected the host's own"));
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kSampled).ok());
  Observe(*beliefs, 0, 0, 1);
  EXPECT_EQ(beliefs->Step(std::vector<int32_t>{0}, 0).code(),
            StatusCode::kFailedPrecondition);
  ASSERT_TRUE(beliefs->Act(0, "move", std::vector<float>{0, 1}).ok());
  ASSERT_TRUE(beliefs->Act(0, "turn", std::vector<float>{0, 1}).ok());
  EXPECT_TRUE(beliefs->Step(std::vector<int32_t>{0}, 0).ok());
  EXPECT_FALSE(beliefs->Act(0, "move", std::vector<float>{0, 1}).ok());
}

// Whether the host has told its action goes with the state.
TEST_F(BeliefsTest, ASavedRowLacksTheActionThatItLacked) {
  const auto here = Make(1);
  ASSERT_TRUE(here->SetSource(0, ActionSource::kExternal).ok());
  Tick(*here, 0, 0, 0);
  const auto before = Save(*here, 0);
  ASSERT_TRUE(here->Act(0, "move", std::vector<float>{1, 0}).ok());
  ASSERT_TRUE(here->Act(0, "turn", std::vector<float>{0, 5}).ok());
  const auto after = Save(*here, 0);
  const auto there = Make(2);
  ASSERT_TRUE(there->LoadState(0, before).ok());
  ASSERT_TRUE(there->LoadState(1, after).ok());
  for (const int32_t row : {0, 1}) Observe(*there, row, 0, 1);
  EXPECT_FALSE(there->Step(std::vector<int32_t>{0}, 0).ok());
  EXPECT_TRUE(there->Step(std::vector<int32_t>{1}, 0).ok());
  Tick(*here, 0, 0, 1);
  EXPECT_EQ(ReadBelief(*there, 1), ReadBelief(*here));
}

// --- Masks ---

TEST_F(BeliefsTest, AMaskHoldsFromTheNextStepOn) {
  const auto beliefs = Make(1);
  Tick(*beliefs, 0, 0, 0);
  float before[5];
  ASSERT_TRUE(beliefs->Probabilities(0, "move", before).ok());
  ASSERT_TRUE(
      beliefs->SetMask(0, std::vector<uint8_t>{0, 1, 0, 1, 0}).ok());
  float after[5];
  ASSERT_TRUE(beliefs->Probabilities(0, "move", after).ok());
  EXPECT_EQ(std::vector<float>(before, before + 5),
            std::vector<float>(after, after + 5));
  Tick(*beliefs, 0, 0, 1);
  ASSERT_TRUE(beliefs->Probabilities(0, "move", after).ok());
  EXPECT_EQ(std::vector<float>(after, after + 5),
            (std::vector<float>{0, 1, 0, 1, 0}));
}

TEST_F(BeliefsTest, TheHostIsHeldToTheMaskToo) {
  const auto beliefs = Make(1);
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  // No choice of the second factor: as if all were legal.
  ASSERT_TRUE(
      beliefs->SetMask(0, std::vector<uint8_t>{0, 1, 1, 0, 0}).ok());
  Tick(*beliefs, 0, 0, 0);
  EXPECT_EQ(beliefs->Act(0, "move", std::vector<float>{0, 1}).message(),
            "action 'move': number 0: expected a choice that the mask allows, "
            "found 0");
  EXPECT_TRUE(beliefs->Act(0, "move", std::vector<float>{2, 1}).ok());
}

// The mask that was told for the next record outlives a reset, not a load.
TEST_F(BeliefsTest, AMaskOutlivesAResetButNotALoad) {
  const auto beliefs = Make(1);
  Tick(*beliefs, 0, 0, 0);
  const auto saved = Save(*beliefs, 0);
  const auto first = [&] {
    float out[5];
    EXPECT_TRUE(beliefs->Probabilities(0, "move", out).ok());
    return out[0];
  };
  const uint8_t mask[] = {0, 1, 1, 1, 1};
  ASSERT_TRUE(beliefs->SetMask(0, mask).ok());
  ASSERT_TRUE(beliefs->Reset(0).ok());
  Tick(*beliefs, 0, 0, 0);
  EXPECT_EQ(first(), 0);
  ASSERT_TRUE(beliefs->LoadState(0, saved).ok());
  Tick(*beliefs, 0, 0, 1);
  EXPECT_GT(first(), 0);
}

TEST_F(BeliefsTest, ASavedRowKeepsItsMaskAndProbabilities) {
  const auto here = Make(1);
  ASSERT_TRUE(here->SetMask(0, std::vector<uint8_t>{1, 0, 1, 1, 1}).ok());
  Tick(*here, 0, 0, 0);
  const auto there = Make(1);
  ASSERT_TRUE(there->LoadState(0, Save(*here, 0)).ok());
  for (uint64_t t = 1; t < 30; ++t) {
    float expected[5];
    float found[5];
    ASSERT_TRUE(here->Probabilities(0, "move", expected).ok());
    ASSERT_TRUE(there->Probabilities(0, "move", found).ok());
    ASSERT_EQ(std::vector<float>(expected, expected + 5),
              std::vector<float>(found, found + 5));
    ASSERT_EQ(found[1], 0);
    Tick(*here, 0, 0, t);
    Tick(*there, 0, 0, t);
  }
}

// --- Forged states: a hash proves nothing ---

// The saved state of a row after a step, with `number` at byte `at` behind the
// header, under a hash that fits.
template <typename Number>
std::vector<std::byte> Forged(std::vector<std::byte> state, size_t at,
                              Number number) {
  constexpr size_t kHeader = 40;
  std::memcpy(state.data() + kHeader + at, &number, sizeof number);
  const uint64_t hash =
      Hash64(state.data() + kHeader, state.size() - kHeader);
  std::memcpy(state.data() + kHeader - sizeof hash, &hash, sizeof hash);
  return state;
}

TEST_F(BeliefsTest, AForgedStateIsRefusedByWhatIsWrong) {
  const auto beliefs = Make(1);
  Tick(*beliefs, 0, 0, 0);
  const auto state = Save(*beliefs, 0);
  ASSERT_TRUE(beliefs->LoadState(0, Forged(state, 0, uint64_t{3})).ok());
  // Behind progress [24], log-probability and value: four words, five choices,
  // then numbers of policy, belief and state.
  const std::pair<std::vector<std::byte>, const char*> all[] = {
      {Forged(state, 20, uint8_t{2}), "flags"},
      {Forged(state, 22, uint8_t{255}), "flags"},
      {Forged(state, 21, uint8_t{0}), "flags"},
      {Forged(state, 22, uint8_t{1}), "logarithm"},
      {Forged(state, 24, INFINITY), "logarithm"},
      {Forged(state, 28, std::nanf("")), "finite"},
      {Forged(state, 32, 1e9f), "action 'move': word 0"},
      {Forged(state, 36, 0.5f), "action 'move': word 1"},
      {Forged(state, 40, std::nanf("")), "action 'turn': word 0"},
      {Forged(state, 48, uint8_t{2}), "mask"},
      {Forged(state, 53, std::nanf("")), "finite"},
      {Forged(state, state.size() - 44, INFINITY), "finite"}};
  for (const auto& [forged, message] : all) {
    const Status status = beliefs->LoadState(0, forged);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << message;
    EXPECT_THAT(status.message(), HasSubstr(message));
  }
}

// --- Episodes that are given up ---

TEST_F(BeliefsTest, ARowThatIsResetOpensAnEpisode) {
  const auto beliefs = Make(2);
  for (uint64_t t = 0; t < 9; ++t) Tick(*beliefs, 0, 0, t);
  Observe(*beliefs, 0, 0, 9);
  ASSERT_TRUE(beliefs->Reset(0).ok());
  float value;
  EXPECT_EQ(beliefs->Value(0, value).code(), StatusCode::kFailedPrecondition);
  EXPECT_FALSE(beliefs->Step(std::vector<int32_t>{0}, 0).ok());
  for (const int32_t row : {0, 1}) Tick(*beliefs, row, 3, 0);
  EXPECT_EQ(ReadBelief(*beliefs, 0), ReadBelief(*beliefs, 1));
  EXPECT_EQ(beliefs->Reset(2).code(), StatusCode::kInvalidArgument);
}

TEST_F(BeliefsTest, TheTapIsShownWhatWasSeen) {
  struct Seen {
    std::vector<FinishedRecord> records;
    std::vector<uint8_t> view;
    std::vector<float> belief;
  } seen;
  const auto beliefs = Make(1);
  beliefs->SetTap(
      [](void* user, const FinishedRecord& record) {
        auto& it = *static_cast<Seen*>(user);
        it.records.push_back(record);
        const auto* view =
            reinterpret_cast<const uint8_t*>(record.observations[1]);
        it.view.assign(view, view + 4);
        it.belief.assign(record.belief.begin(), record.belief.end());
        EXPECT_EQ(record.mask.size(), 5u);
        EXPECT_EQ(record.observations.size(), 3u);
      },
      &seen);
  for (uint64_t t = 0; t < 38; ++t) {
    Tick(*beliefs, 0, 0, t);
    ASSERT_EQ(seen.records.size(), t + 1);
    const Kind kind = t % 37 == 0    ? Kind::kFirst
                      : t % 37 == 36 ? Kind::kTerminal
                                     : Kind::kMid;
    EXPECT_EQ(seen.records[t].kind, kind) << t;
    if (kind != Kind::kFirst) {
      EXPECT_TRUE(std::isfinite(seen.records[t].log_probability_before));
    }
    std::vector<float> belief(seen.belief.size());
    ASSERT_TRUE(beliefs->Belief(0, belief).ok());
    EXPECT_EQ(seen.belief, belief);
    Draws draws = RandomStream(9, "seen").At(0, t);
    RandomModel::Draw(spec_.observations[0], draws);
    const auto view = RandomModel::Draw(spec_.observations[1], draws);
    EXPECT_EQ(std::memcmp(view.data(), seen.view.data(), 4), 0);
  }
}

// The largest float is finite, and what a network makes of it is not.
TEST_F(BeliefsTest, ABeliefThatIsNotFiniteIsLostAloneAndTold) {
  OracleOptions options;
  options.spec = SmallWorld();
  options.spec.observations.back() = ObservationSpec::Vector(
      "speed", {3}, -std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::infinity());
  options.memory.kind = "addressed";
  const std::string bytes = RandomModel(options).Bytes();
  auto agent = Agent::Load(std::as_bytes(std::span(bytes)), "place", Host());
  ASSERT_TRUE(agent.ok()) << agent.status().message();
  agent_ = std::move(*agent);
  const auto beliefs = Make(3), others = Make(3);
  std::vector<bool> continues;
  beliefs->SetTap(
      [](void* user, const FinishedRecord& record) {
        if (record.row != 1) return;
        static_cast<std::vector<bool>*>(user)->push_back(record.continues);
      },
      &continues);
  const std::vector<int32_t> all = {0, 1, 2};
  const auto tick = [&](uint64_t t) {
    for (const int32_t row : all) {
      Observe(*beliefs, row, static_cast<uint32_t>(row), t);
      Observe(*others, row, static_cast<uint32_t>(row), t);
    }
    EXPECT_TRUE(others->Step(all, 0).ok());
  };
  tick(0);
  ASSERT_TRUE(beliefs->Step(all, 0).ok());
  // Of each sign, as a layer may see no more of one of them.
  const float most = std::numeric_limits<float>::max();
  Status lost;
  uint64_t t = 1;
  for (; lost.ok() && t < 9; ++t) {
    tick(t);
    std::vector<float> extreme;
    for (const uint64_t bit : {1, 2, 4}) {
      extreme.push_back((t & bit) != 0 ? most : -most);
    }
    ASSERT_TRUE(
        beliefs->Observe(1, "speed", std::as_bytes(std::span(extreme))).ok());
    lost = beliefs->Step(all, 0);
  }
  EXPECT_EQ(lost.code(), StatusCode::kDataLoss);
  EXPECT_THAT(lost.message(), HasSubstr("row 1:"));
  EXPECT_THAT(ReadBelief(*beliefs, 1), testing::Each(0.0f));
  for (const int32_t row : {0, 2}) {
    EXPECT_EQ(ReadRow(*beliefs, row), ReadRow(*others, row)) << row;
  }
  ReadRow(*beliefs, 1);  // it has acted
  EXPECT_TRUE(others->LoadState(1, Save(*beliefs, 1)).ok());
  // Its next record goes on within the episode, from nothing.
  tick(t);
  ASSERT_TRUE(beliefs->Step(all, 0).ok());
  EXPECT_EQ(ReadRow(*beliefs, 1), ReadRow(*others, 1));
  ASSERT_EQ(continues.size(), t);  // but the record that was lost
  EXPECT_FALSE(continues.back());
}

// A failed call leaves everything as it was, its first numbers included.
TEST_F(BeliefsTest, AnActionThatIsWrongAtItsEndChangesNothing) {
  const auto beliefs = Make(1);
  ASSERT_TRUE(beliefs->SetSource(0, ActionSource::kExternal).ok());
  Tick(*beliefs, 0, 0, 0);
  for (const char* field : {"move", "turn"}) {
    ASSERT_TRUE(beliefs->Act(0, field, std::vector<float>{1, 1}).ok());
    std::vector<float> before(2);
    ASSERT_TRUE(beliefs->Action(0, field, before).ok());
    for (const float wrong : {99.0f, -99.0f, std::nanf("")}) {
      EXPECT_FALSE(beliefs->Act(0, field, std::vector<float>{2, wrong}).ok());
      std::vector<float> after(2);
      ASSERT_TRUE(beliefs->Action(0, field, after).ok());
      EXPECT_EQ(after, before) << field << " " << wrong;
    }
  }
}

TEST_F(BeliefsTest, ASimulationThatIsWrongAtItsEndShowsNothing) {
  const std::string bytes = RandomModel(AllPartsOptions()[1]).Bytes();
  auto agent = Agent::Load(std::as_bytes(std::span(bytes)), "place", Host());
  ASSERT_TRUE(agent.ok()) << agent.status().message();
  const auto beliefs = std::move(*Beliefs::Make(**agent, 1, 5));
  Tick(*beliefs, 0, 0, 0);
  // Two actions of the fields move [3, 2] and turn [-10, 30].
  std::vector<float> actions = {1, 1, 0, 0, 2, 0, 5, 5};
  std::vector<float> frames(3 * 12, 7);
  actions.back() = 31;
  EXPECT_FALSE(beliefs->Imagine(0, actions, 2, "view", frames).ok());
  EXPECT_EQ(frames, std::vector<float>(3 * 12, 7));
  actions.back() = 30;
  EXPECT_TRUE(beliefs->Imagine(0, actions, 2, "view", frames).ok());
}

TEST_F(BeliefsTest, AnotherRateIsToldOncePerRow) {
  const auto beliefs = Make(2);
  for (const double seconds : {1.0, 0.25, 0.5, 0.25}) {
    for (const int32_t row : {0, 1}) Observe(*beliefs, row, 0, 0);
    ASSERT_TRUE(beliefs->Step(std::vector<int32_t>{0, 1}, seconds).ok());
  }
  EXPECT_EQ(told_.size(), 2u);
}

}  // namespace
}  // namespace credo::runtime
