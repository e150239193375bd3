#include "sdk/worlds/vector_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>

#include "sdk/worlds/blank.h"
#include "sdk/worlds/record_buffer.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A world that counts, and does at each record what a test wants.
class Fake : public Environment {
 public:
  using Act = std::function<void(Fake& world, RecordWriter& out)>;

  explicit Fake(Act act = {}, int64_t size = 1) : act_(std::move(act)) {
    spec_.name = "fake";
    spec_.observations = {ObservationSpec::Tiles("tiles", {1}, 4),
                          ObservationSpec::Vector("vector", {size}, -10, 10)};
    spec_.action.fields = {ActionField::Discrete("move", 3),
                           ActionField::Continuous("push", 1, 0, 10)};
  }
  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override {
    seed_ = seed;
    step_ = 0;
    action_ = {0, 0};
    Show(out);
  }
  void Step(std::span<const float> action, RecordWriter& out) override {
    ++step_;
    action_ = {action[0], action[1]};
    if (step_ == 3) out.End(Kind::kTerminal);
    Show(out);
  }

  int step() const { return step_; }
  uint64_t seed() const { return seed_; }

 private:
  void Show(RecordWriter& out) {
    out.Bytes(0)[0] = static_cast<uint8_t>(step_);
    for (float& value : out.Floats(1)) value = action_[1];
    out.SetReward(action_[0]);
    if (act_) act_(*this, out);
  }

  EnvironmentSpec spec_;
  Act act_;
  std::vector<float> action_;
  int step_ = 0;
  uint64_t seed_ = 0;
};

EnvironmentFactory Fakes(Fake::Act act = {}) {
  return [act]() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(new Fake(act));
  };
}

class FakeRun {
 public:
  explicit FakeRun(const EnvironmentFactory& factory, int64_t count = 1,
               uint64_t seed = 1, int64_t first = 0)
      : worlds_(*VectorEnvironment::Make(factory, seed, first, count)),
        buffer_(worlds_->spec(), count),
        actions_(2 * count) {}

  Status Step() { return worlds_->Step(actions_, buffer_.rows()); }
  Status Steps(int steps) {
    for (int i = 0; i < steps; ++i) CREDO_RETURN_IF_ERROR(Step());
    return OkStatus();
  }
  VectorEnvironment& worlds() { return *worlds_; }
  RecordBuffer& buffer() { return buffer_; }
  std::vector<float>& actions() { return actions_; }

 private:
  std::unique_ptr<VectorEnvironment> worlds_;
  RecordBuffer buffer_;
  std::vector<float> actions_;
};

// What stops a run whose world does `act` at its record 2.
Status FailureOf(Fake::Act act) {
  FakeRun run(Fakes([act](Fake& world, RecordWriter& out) {
            if (world.step() == 2) act(world, out);
          }),
          2, 1, 4);
  EXPECT_TRUE(run.Steps(2).ok());
  return run.Step();
}

TEST(VectorEnvironment, OpensTheNextEpisodeAfterALastRecord) {
  FakeRun run(Fakes());
  std::vector<Kind> kinds;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(run.Step().ok());
    kinds.push_back(run.buffer().kind());
  }
  EXPECT_THAT(kinds, ElementsAre(Kind::kFirst, Kind::kMid, Kind::kMid,
                                 Kind::kTerminal, Kind::kFirst, Kind::kMid));
}

TEST(VectorEnvironment, SeedsEpisodesByCharacterAndNumber) {
  std::vector<uint64_t> seeds;
  FakeRun run(Fakes([&](Fake& world, RecordWriter&) {
            if (world.step() == 0) seeds.push_back(world.seed());
          }),
          2, 7, 5);
  ASSERT_TRUE(run.Steps(5).ok());
  const RandomStream stream(7, "world");
  EXPECT_THAT(seeds, ElementsAre(stream.SeedAt(5, 0), stream.SeedAt(6, 0),
                                 stream.SeedAt(5, 1), stream.SeedAt(6, 1)));
}

TEST(VectorEnvironment, HandsActionsOverInTheWorldsUnits) {
  FakeRun run(Fakes(), 2);
  ASSERT_TRUE(run.Step().ok());
  run.actions() = {2, 0.5f, 1, -7};
  ASSERT_TRUE(run.Step().ok());
  EXPECT_EQ(run.buffer().reward(0), 2);
  EXPECT_THAT(run.buffer().Floats("vector", 0), ElementsAre(7.5f));
  EXPECT_EQ(run.buffer().reward(1), 1);
  EXPECT_THAT(run.buffer().Floats("vector", 1), ElementsAre(0)) << "clipped";
}

TEST(VectorEnvironment, CountsFramesOfAllCharacters) {
  FakeRun run(Fakes(), 3);
  EXPECT_EQ(run.worlds().frames(), 0);
  ASSERT_TRUE(run.Steps(4).ok());
  EXPECT_EQ(run.worlds().frames(), 12);
}

TEST(VectorEnvironment, ThrowsOnAnIndexThatIsNoChoice) {
  for (const float index : {-1.0f, 3.0f, 0.5f,
                            std::numeric_limits<float>::quiet_NaN()}) {
    FakeRun run(Fakes());
    ASSERT_TRUE(run.Step().ok());
    run.actions() = {index, 0};
    EXPECT_THROW((void)run.Step(), std::invalid_argument) << index;
  }
}

TEST(VectorEnvironment, IgnoresTheActionAfterALastRecord) {
  FakeRun run(Fakes());
  ASSERT_TRUE(run.Steps(4).ok());
  run.actions() = {99, 99};
  ASSERT_TRUE(run.Step().ok());
  EXPECT_EQ(run.buffer().kind(), Kind::kFirst);
}

TEST(VectorEnvironment, ThrowsOnRowsOfTheWrongSize) {
  FakeRun run(Fakes());
  EXPECT_THROW((void)run.worlds().Step(std::vector<float>{0},
                                       run.buffer().rows()),
               std::invalid_argument);
  RecordRows rows = run.buffer().rows();
  rows.observations.pop_back();
  EXPECT_THROW((void)run.worlds().Step(run.actions(), rows),
               std::invalid_argument);
  rows = run.buffer().rows();
  rows.kind = nullptr;
  EXPECT_THROW((void)run.worlds().Step(run.actions(), rows),
               std::invalid_argument);
}

TEST(VectorEnvironment, NamesAWorldThatThrows) {
  const Status status = FailureOf([](Fake&, RecordWriter&) {
    throw std::runtime_error("the bridge fell");
  });
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("world 'fake', character 4, episode 0 (seed "),
                    HasSubstr("step 2"), HasSubstr("the bridge fell")));
}

TEST(VectorEnvironment, CatchesWhatIsNoException) {
  const Status status = FailureOf([](Fake&, RecordWriter&) { throw 7; });
  EXPECT_THAT(status.message(), HasSubstr("what is no std::exception"));
}

TEST(VectorEnvironment, NamesTheObservationOfTheWrongSize) {
  const Status status = FailureOf([](Fake&, RecordWriter& out) {
    out.Put(1, std::vector<float>{1, 2});
  });
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("character 4"),
                    HasSubstr("observation 'vector': expected 1 values of f32, "
                              "found 2")));
}

TEST(VectorEnvironment, NamesTheObservationThatIsNan) {
  const Status status = FailureOf([](Fake&, RecordWriter& out) {
    out.Floats(1)[0] = std::numeric_limits<float>::quiet_NaN();
  });
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("'vector'"), HasSubstr("found nan")));
}

TEST(VectorEnvironment, NamesTheTileOutOfRange) {
  const Status status =
      FailureOf([](Fake&, RecordWriter& out) { out.Bytes(0)[0] = 200; });
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("'tiles'"), HasSubstr("found 200")));
}

TEST(VectorEnvironment, NamesARewardThatIsNan) {
  const Status status = FailureOf([](Fake&, RecordWriter& out) {
    out.SetReward(std::numeric_limits<double>::quiet_NaN());
  });
  EXPECT_THAT(status.message(), HasSubstr("reward: expected a finite number"));
}

TEST(VectorEnvironment, ReportsEndInReset) {
  FakeRun run(Fakes([](Fake& world, RecordWriter& out) {
    if (world.step() == 0) out.End(Kind::kTruncated);
  }));
  EXPECT_THAT(run.Step().message(), HasSubstr("expected no End in Reset"));
}

TEST(VectorEnvironment, FailsInTheSameWayEverAfter) {
  int calls = 0;
  FakeRun run(Fakes([&](Fake&, RecordWriter&) {
    ++calls;
    throw std::runtime_error("no");
  }));
  const Status once = run.Step();
  const Status again = run.Step();
  EXPECT_FALSE(once.ok());
  EXPECT_EQ(once.message(), again.message());
  EXPECT_EQ(calls, 1);
}

TEST(VectorEnvironment, PassesOnWhyAFactoryFails) {
  const auto made = VectorEnvironment::Make(
      [] { return NotFound("no such level"); }, 1, 0, 2);
  EXPECT_EQ(made.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(made.status().message(), HasSubstr("no such level"));
}

TEST(VectorEnvironment, ReportsAFactoryThatThrows) {
  const auto made = VectorEnvironment::Make(
      []() -> Result<std::unique_ptr<Environment>> {
        throw std::runtime_error("no display");
      },
      1, 0, 1);
  EXPECT_THAT(made.status().message(), HasSubstr("no display"));
}

TEST(VectorEnvironment, ReportsAFactoryThatGivesNothing) {
  const auto made = VectorEnvironment::Make(
      [] { return Result(std::unique_ptr<Environment>()); }, 1, 0, 1);
  EXPECT_EQ(made.status().code(), StatusCode::kInternal);
}

TEST(VectorEnvironment, RefusesAWrongSpec) {
  const auto made = VectorEnvironment::Make(
      []() -> Result<std::unique_ptr<Environment>> {
        return std::unique_ptr<Environment>(new Fake({}, 0));
      },
      1, 0, 1);
  EXPECT_THAT(made.status().message(),
              AllOf(HasSubstr("world 'fake'"), HasSubstr("'vector'")));
}

TEST(VectorEnvironment, RefusesSpecsThatDiffer) {
  int64_t made_so_far = 0;
  const auto made = VectorEnvironment::Make(
      [&]() -> Result<std::unique_ptr<Environment>> {
        return std::unique_ptr<Environment>(new Fake({}, ++made_so_far));
      },
      1, 0, 2);
  EXPECT_THAT(made.status().message(),
              AllOf(HasSubstr("character 1"), HasSubstr("'vector'"),
                    HasSubstr("expected [1], found [2]")));
}

TEST(VectorEnvironment, ThrowsWithoutCharacters) {
  EXPECT_THROW((void)VectorEnvironment::Make(Fakes(), 1, 0, 0),
               std::invalid_argument);
  EXPECT_THROW((void)VectorEnvironment::Make(Fakes(), 1, -1, 1),
               std::invalid_argument);
}

TEST(VectorEnvironment, GivesScriptedActionsInThePolicysUnits) {
  FakeRun run(Fakes(), 2);
  float low = 1, high = -1;
  for (int step = 0; step < 200; ++step) {
    ASSERT_TRUE(run.Step().ok());
    run.worlds().ScriptedActions(run.actions());
    for (const size_t word : {1, 3}) {
      low = std::min(low, run.actions()[word]);
      high = std::max(high, run.actions()[word]);
    }
  }
  EXPECT_GE(low, -1);
  EXPECT_LT(low, -0.9);
  EXPECT_LE(high, 1);
  EXPECT_GT(high, 0.9);
}

TEST(VectorEnvironment, GivesNoScriptedActionAtALastRecord) {
  FakeRun run(Fakes());
  ASSERT_TRUE(run.Steps(4).ok());
  run.actions() = {2, 1};
  run.worlds().ScriptedActions(run.actions());
  EXPECT_THAT(run.actions(), ElementsAre(0, 0));
}

TEST(VectorEnvironment, ThrowsOnScriptedActionsBeforeStep) {
  FakeRun run(Fakes());
  EXPECT_THROW(run.worlds().ScriptedActions(run.actions()), std::logic_error);
}

TEST(VectorEnvironment, RestoresEpisodesUnderWay) {
  FakeRun run(Fakes(), 2);
  ASSERT_TRUE(run.Steps(6).ok());
  FakeRun resumed(Fakes(), 2);
  ASSERT_TRUE(resumed.worlds().Restore(run.worlds().Save()).ok());
  ASSERT_TRUE(run.Step().ok());
  ASSERT_TRUE(resumed.Step().ok());
  EXPECT_THAT(resumed.buffer().Bytes("tiles"), ElementsAre(2));
  EXPECT_EQ(resumed.buffer().Record(1), run.buffer().Record(1));
}

TEST(VectorEnvironment, SavesWhatWasMarkedWhateverCameAfter) {
  for (const int before : {0, 1, 3, 4, 5, 6}) {
    for (const int after : {0, 1, 2, 5, 12}) {
      SCOPED_TRACE(std::to_string(before) + ", then " + std::to_string(after));
      FakeRun run(Fakes(), 2);
      ASSERT_TRUE(run.Steps(before).ok());
      const std::string then = run.worlds().Save();
      run.worlds().Mark();
      ASSERT_TRUE(run.Steps(after).ok());
      EXPECT_EQ(run.worlds().Save(/*marked=*/true), then);
    }
  }
}

TEST(VectorEnvironment, AnEndlessEpisodeTakesNoMoreRoomWhereTheWorldResumes) {
  BlankOptions options;
  options.episode = 1000000000;
  const auto worlds = *VectorEnvironment::Make(
      [options] { return Blank::Make(options); }, 1, 0, 1);
  RecordBuffer buffer(worlds->spec(), 1);
  const std::vector<float> actions(
      static_cast<size_t>(worlds->spec().action.words()));
  size_t soon = 0;
  for (int step = 0; step < 10000; ++step) {
    ASSERT_TRUE(worlds->Step(actions, buffer.rows()).ok());
    if (step == 10) soon = worlds->Save().size();
  }
  EXPECT_EQ(worlds->Save().size(), soon);
}

TEST(VectorEnvironment, RestoresAStateBeforeTheFirstRecord) {
  FakeRun run(Fakes());
  FakeRun resumed(Fakes());
  ASSERT_TRUE(resumed.worlds().Restore(run.worlds().Save()).ok());
  ASSERT_TRUE(resumed.Step().ok());
  EXPECT_EQ(resumed.buffer().kind(), Kind::kFirst);
}

TEST(VectorEnvironment, SavesEqualStatesAfterRestore) {
  FakeRun run(Fakes(), 2);
  ASSERT_TRUE(run.Steps(7).ok());
  const std::string state = run.worlds().Save();
  FakeRun resumed(Fakes(), 2);
  ASSERT_TRUE(resumed.worlds().Restore(state).ok());
  EXPECT_EQ(resumed.worlds().Save(), state);
}

TEST(VectorEnvironment, RefusesAStateThatIsCut) {
  FakeRun run(Fakes(), 2);
  ASSERT_TRUE(run.Steps(3).ok());
  const std::string state = run.worlds().Save();
  for (size_t size = 0; size < state.size(); ++size) {
    FakeRun resumed(Fakes(), 2);
    EXPECT_FALSE(resumed.worlds().Restore(state.substr(0, size)).ok()) << size;
  }
  FakeRun resumed(Fakes(), 2);
  EXPECT_EQ(resumed.worlds().Restore(state + "x").code(),
            StatusCode::kDataLoss);
}

TEST(VectorEnvironment, RefusesTheStateOfOtherCharacters) {
  FakeRun run(Fakes(), 1, /*seed=*/1, /*first=*/0);
  FakeRun resumed(Fakes(), 1, /*seed=*/1, /*first=*/3);
  EXPECT_EQ(resumed.worlds().Restore(run.worlds().Save()).code(),
            StatusCode::kFailedPrecondition);
}

TEST(VectorEnvironment, ThrowsOnRestoreAfterStep) {
  FakeRun run(Fakes());
  ASSERT_TRUE(run.Step().ok());
  EXPECT_THROW((void)run.worlds().Restore(run.worlds().Save()),
               std::logic_error);
}

TEST(VectorEnvironment, NoticesAWorldThatDoesNotRepeatItself) {
  FakeRun run(Fakes());
  ASSERT_TRUE(run.Steps(3).ok());
  FakeRun resumed(Fakes([](Fake& world, RecordWriter& out) {
    if (world.step() == 1) out.End(Kind::kTruncated);
  }));
  const Status status = resumed.worlds().Restore(run.worlds().Save());
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), HasSubstr("repeat its episode"));
}

}  // namespace
}  // namespace credo
