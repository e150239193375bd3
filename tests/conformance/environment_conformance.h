// What every world owes, as tests: for the listed worlds and for a host's own.
//
//   #include "tests/conformance/environment_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(
//       Corridor, EnvironmentConformance,
//       testing::Values(EnvironmentCase{"plain", MakeCorridor}),
//       EnvironmentCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_ENVIRONMENT_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_ENVIRONMENT_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/random.h"
#include "sdk/worlds/record_buffer.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

struct EnvironmentCase {
  std::string name;  // letters and digits
  EnvironmentFactory make;
  // Episodes end within this many records.
  int64_t longest = 2000;
  // False for a world whose episodes are all alike.
  bool seeds_differ = true;

  static std::string Name(const testing::TestParamInfo<EnvironmentCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const EnvironmentCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// Worlds under way with the row that they write.
struct WorldRun {
  WorldRun(const EnvironmentFactory& factory, uint64_t seed, int64_t first,
           int64_t count) {
    auto made = VectorEnvironment::Make(factory, seed, first, count);
    EXPECT_TRUE(made.ok()) << made.status().message();
    if (!made.ok()) throw std::runtime_error(made.status().message());
    worlds = *std::move(made);
    buffer = std::make_unique<RecordBuffer>(worlds->spec(), count);
    actions.resize(count * worlds->spec().action.words());
  }

  // The next records under the scripted policy.
  void Step() {
    if (worlds->frames() > 0) worlds->ScriptedActions(actions);
    StepWith();
  }
  // The next records under `actions`.
  void StepWith() {
    const Status status = worlds->Step(actions, buffer->rows());
    if (!status.ok()) throw std::runtime_error(status.message());
  }
  // The next records under legal actions drawn from `seed`, `characters` from
  // `first` on.
  void StepRandomly(uint64_t seed, int64_t first) {
    if (worlds->frames() > 0) {
      const ActionDistribution distribution(worlds->spec().action);
      const RandomStream stream(seed, "conformance");
      const auto frame =
          static_cast<uint64_t>(worlds->frames() / worlds->size());
      for (int64_t i = 0; i < worlds->size(); ++i) {
        Draws draws = stream.At(static_cast<uint32_t>(first + i), frame);
        distribution.SampleUniform(
            buffer->mask(i), draws,
            std::span(actions).subspan(i * distribution.words(),
                                       distribution.words()));
      }
    }
    StepWith();
  }

  std::unique_ptr<VectorEnvironment> worlds;
  std::unique_ptr<RecordBuffer> buffer;
  std::vector<float> actions;
};

class EnvironmentConformance : public testing::TestWithParam<EnvironmentCase> {
 protected:
  // The records of one character until `episodes` have ended.
  std::vector<std::string> Episodes(uint64_t seed, int episodes) const {
    WorldRun run(GetParam().make, seed, 0, 1);
    std::vector<std::string> records;
    while (episodes > 0) {
      run.StepRandomly(1, 0);
      records.push_back(run.buffer->Record());
      episodes -= IsLast(run.buffer->kind());
      if (static_cast<int64_t>(records.size()) > 3 * GetParam().longest) {
        ADD_FAILURE() << "episodes do not end";
        break;
      }
    }
    return records;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EnvironmentConformance);

TEST_P(EnvironmentConformance, HasALegalSpec) {
  auto world = GetParam().make();
  ASSERT_TRUE(world.ok()) << world.status().message();
  const Status status = CheckSpec((*world)->spec());
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST_P(EnvironmentConformance, MakesWorldsOfOneSpec) {
  auto one = GetParam().make();
  auto other = GetParam().make();
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ((*one)->spec(), (*other)->spec());
}

TEST_P(EnvironmentConformance, OpensAndEndsEpisodesInTurn) {
  WorldRun run(GetParam().make, 5, 0, 1);
  bool first = true;
  int ended = 0;
  int64_t length = 0;
  while (ended < 3) {
    run.Step();
    EXPECT_EQ(run.buffer->kind() == Kind::kFirst, first);
    first = IsLast(run.buffer->kind());
    ended += first;
    length = first ? 0 : length + 1;
    ASSERT_LE(length, GetParam().longest) << "the episode does not end";
  }
}

TEST_P(EnvironmentConformance, RepeatsEpisodesOfEqualSeedAndActions) {
  EXPECT_EQ(Episodes(3, 3), Episodes(3, 3));
}

TEST_P(EnvironmentConformance, TellsSeedsApart) {
  if (!GetParam().seeds_differ) GTEST_SKIP() << "all episodes are alike";
  EXPECT_NE(Episodes(3, 3), Episodes(4, 3));
}

// The writer checks each record, so that a legal one is one that was written.
TEST_P(EnvironmentConformance, KeepsItsRangesUnderRandomActions) {
  WorldRun run(GetParam().make, 11, 0, 4);
  for (int step = 0; step < 300; ++step) {
    ASSERT_NO_THROW(run.StepRandomly(2, 0)) << "step " << step;
  }
}

TEST_P(EnvironmentConformance, ScriptedPolicyIsLegal) {
  WorldRun run(GetParam().make, 12, 0, 4);
  for (int step = 0; step < 300; ++step) {
    ASSERT_NO_THROW(run.Step()) << "step " << step;
  }
}

TEST_P(EnvironmentConformance, ScriptedPolicyIsAFunctionOfSeedAndActions) {
  WorldRun one(GetParam().make, 13, 0, 2);
  WorldRun other(GetParam().make, 13, 0, 2);
  for (int step = 0; step < 100; ++step) {
    one.Step();
    other.Step();
    // Asking twice changes nothing.
    other.worlds->ScriptedActions(other.actions);
    ASSERT_EQ(one.actions.size(), other.actions.size());
    one.worlds->ScriptedActions(one.actions);
    ASSERT_EQ(one.actions, other.actions) << "step " << step;
  }
}

TEST_P(EnvironmentConformance, GoesOnFromASavedState) {
  WorldRun run(GetParam().make, 14, 2, 3);
  for (int step = 0; step < 45; ++step) run.Step();
  WorldRun resumed(GetParam().make, 14, 2, 3);
  const Status status = resumed.worlds->Restore(run.worlds->Save());
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(resumed.worlds->frames(), run.worlds->frames());
  for (int step = 0; step < 100; ++step) {
    run.Step();
    resumed.Step();
    ASSERT_EQ(resumed.actions, run.actions) << "step " << step;
    for (int64_t i = 0; i < 3; ++i) {
      ASSERT_EQ(resumed.buffer->Record(i), run.buffer->Record(i))
          << "step " << step;
    }
  }
}

TEST_P(EnvironmentConformance, StepsManyAsItStepsEach) {
  WorldRun all(GetParam().make, 15, 0, 3);
  std::vector<std::unique_ptr<WorldRun>> each;
  for (int64_t i = 0; i < 3; ++i) {
    each.push_back(std::make_unique<WorldRun>(GetParam().make, 15, i, 1));
  }
  for (int step = 0; step < 80; ++step) {
    all.Step();
    for (int64_t i = 0; i < 3; ++i) {
      each[i]->Step();
      ASSERT_EQ(each[i]->buffer->Record(), all.buffer->Record(i))
          << "character " << i << ", step " << step;
    }
  }
}

TEST_P(EnvironmentConformance, MovesFromThreadToThread) {
  WorldRun here(GetParam().make, 16, 0, 2);
  WorldRun moving(GetParam().make, 16, 0, 2);
  for (int turn = 0; turn < 4; ++turn) {
    for (int step = 0; step < 20; ++step) here.Step();
    std::thread([&] {
      for (int step = 0; step < 20; ++step) moving.Step();
    }).join();
    for (int64_t i = 0; i < 2; ++i) {
      ASSERT_EQ(moving.buffer->Record(i), here.buffer->Record(i));
    }
  }
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_ENVIRONMENT_CONFORMANCE_H_
