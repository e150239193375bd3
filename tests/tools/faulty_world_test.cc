// Worlds that break their contract: the error names world, character and what
// is wrong, the command ends with 1, and the run can go on once the world is
// mended.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "agents/acting/episodes.h"
#include "sdk/base/file.h"
#include "sdk/base/random.h"
#include "sdk/worlds/worlds.h"
#include "tests/support/temporary_folder.h"
#include "tests/tools/call_command.h"
#include "tests/tools/tiny_run.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uint64_t kSeed = 11;
constexpr int64_t kEpisode = 7;  // decisions, within unrolls of 5
constexpr int64_t kUpdates = 12;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

enum Observation { kView, kSpeed, kSecret };

// What a fault does, and when.
struct Fault {
  enum When { kReset, kStep, kScripted };
  const char* name;
  When when;
  // May write to the record, or to the scripted action, or throw.
  void (*commit)(RecordWriter* out, std::span<float> action);
  const char* message;

  friend void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.message;
  }
};

// The fault of the episode that belongs to a seed; no fault once it is mended.
struct Plan {
  const Fault* fault = nullptr;
  uint64_t seed = 0;
};
Plan g_plan;

constexpr int64_t kFaultyStep = 3;

// Shows a function of the seed and the actions since, as a world must.
class Faulty : public Environment {
 public:
  static EnvironmentSpec Spec() {
    EnvironmentSpec spec;
    spec.name = "faulty";
    spec.observations = {
        ObservationSpec::Tiles("view", {4}, 3),
        ObservationSpec::Vector("speed", {2}, -1, 1),
        ObservationSpec::Tiles("secret", {1}, 2).Privileged()};
    spec.action.fields = {ActionField::Discrete("move", 3)};
    spec.action.has_mask = true;
    return spec;
  }

  const EnvironmentSpec& spec() const override { return spec_; }

  void Reset(uint64_t seed, RecordWriter& out) override {
    doomed_ = g_plan.fault != nullptr && g_plan.seed == seed;
    state_ = static_cast<uint32_t>(seed % 1000);
    step_ = 0;
    Show(out);
    if (IsDue(Fault::kReset)) g_plan.fault->commit(&out, {});
  }

  void Step(std::span<const float> action, RecordWriter& out) override {
    ++step_;
    state_ = state_ * 5 + static_cast<uint32_t>(action[0]) + 1;
    out.SetReward(state_ % 3 == 0);
    Show(out);
    if (step_ == kEpisode) out.End(Kind::kTruncated);
    if (step_ == kFaultyStep && IsDue(Fault::kStep)) {
      g_plan.fault->commit(&out, {});
    }
  }

  void ScriptedAction(Draws& draws, std::span<float> action) const override {
    Environment::ScriptedAction(draws, action);
    if (step_ == kFaultyStep && IsDue(Fault::kScripted)) {
      g_plan.fault->commit(nullptr, action);
    }
  }

 private:
  bool IsDue(Fault::When when) const {
    return doomed_ && g_plan.fault != nullptr && g_plan.fault->when == when;
  }
  void Show(RecordWriter& out) const {
    for (int i = 0; i < 4; ++i) {
      out.Bytes(kView)[i] = static_cast<uint8_t>((state_ + i) % 3);
    }
    out.Floats(kSpeed)[0] = static_cast<float>(state_ % 7) / 7;
    out.Floats(kSpeed)[1] = static_cast<float>(step_) / kEpisode;
    out.Bytes(kSecret)[0] = static_cast<uint8_t>(state_ % 2);
  }

  const EnvironmentSpec spec_ = Spec();
  bool doomed_ = false;
  uint32_t state_ = 0;
  int64_t step_ = 0;
};

struct NoOptions : Options {
  void Visit(FieldVisitor&) override {}
};

using MakeWorld = std::function<Result<std::unique_ptr<Environment>>()>;

Result<std::unique_ptr<Environment>> MakeFaulty() {
  return std::unique_ptr<Environment>(std::make_unique<Faulty>());
}

Parts PartsWith(MakeWorld make) {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {{"faulty", "may fail", [] { return std::make_unique<NoOptions>(); }},
       [make = std::move(make)](const Options&) { return make(); }});
  return parts;
}

// The seed of the episode that the contract of VectorEnvironment gives.
uint64_t EpisodeSeed(uint64_t seed, uint32_t character, uint64_t episode) {
  return RandomStream(seed, "world").SeedAt(character, episode);
}

// Doomed: episode 1 of character 2, which is of the second group of actors.
// It opens with record 1 + kEpisode = 8 of the character, in the second unroll
// of 5 steps, and its step 3 is record 11, in the third.
constexpr char kWhere[] = "world 'faulty', character 2, episode 1 (seed ";
int64_t UpdatesBefore(const Fault& fault) {
  return fault.when == Fault::kReset ? 1 : 2;
}

class FaultyWorldTest : public testing::Test {
 protected:
  FaultyWorldTest() {
    const std::string text =
        "seed: " + std::to_string(kSeed) +
        "\n"
        "world: {kind: faulty}\n"
        "agent:\n"
        "  encoder: {kind: mlp, sizes: [8]}\n"
        "  core: {kind: lstm, size: 8}\n"
        "learner: {frames: " +
        std::to_string(kUpdates * kTinyFramesPerUpdate) +
        ", unroll: 5, batch: 4, actor_group: 2, log_every: 1,\n"
        "          checkpoint_every: 1000}\n"
        "probes: [{kind: class, target: secret}]\n"
        "probing: {hidden: [8], times: 2}\n";
    EXPECT_TRUE(ReplaceFile(config_, text).ok());
  }
  ~FaultyWorldTest() override { g_plan = Plan(); }

  std::vector<std::string> Arguments(const std::string& run) const {
    std::vector<std::string> arguments = {"train", config_, "--run",
                                          folder_ / run, "--resume"};
    for (const std::string& text : overrides_) {
      arguments.insert(arguments.end(), {"--set", text});
    }
    return arguments;
  }
  Called Train(const std::string& run, MakeWorld make = MakeFaulty) const {
    return CallCommand(Arguments(run), PartsWith(std::move(make)));
  }

  // A run that `plan` stops names what is wrong, and has saved `updates`
  // updates; mended, it ends as if nothing had been wrong.
  void ExpectSavedAndResumable(const Plan& plan, int64_t updates,
                               const testing::Matcher<std::string>& message) {
    g_plan = plan;
    const Called failed = Train("run");
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_THAT(failed.err, message);
    EXPECT_EQ(CheckpointUpdate(Checkpoint(folder_ / "run")), updates);

    g_plan = Plan();
    const Called resumed = Train("run");
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    ASSERT_EQ(Train("whole").exit_code, 0);
    EXPECT_EQ(Fingerprint(folder_ / "run/model.safetensors"),
              Fingerprint(folder_ / "whole/model.safetensors"));
    EXPECT_THAT(LoggedUpdates(folder_ / "run"),
                ElementsAreArray(UpTo(kUpdates)));
  }

  TemporaryFolder folder_;
  const std::string config_ = folder_ / "a.yaml";
  std::vector<std::string> overrides_;
};

// --- Every fault that a record may have ---

const Fault kFaults[] = {
    {"throws_in_reset", Fault::kReset,
     [](RecordWriter*, std::span<float>) {
       throw std::runtime_error("the door is stuck");
     },
     "step 0: expected a record, but the world threw: the door is stuck"},
    {"throws_in_step", Fault::kStep,
     [](RecordWriter*, std::span<float>) {
       throw std::runtime_error("the door is stuck");
     },
     "step 3: expected a record, but the world threw: the door is stuck"},
    {"throws_no_exception", Fault::kStep,
     [](RecordWriter*, std::span<float>) { throw 7; },
     "step 3: expected a record, but the world threw what is no "
     "std::exception"},
    {"wrong_shape", Fault::kStep,
     [](RecordWriter* out, std::span<float>) {
       out->Put(kView, std::vector<uint8_t>{0, 1, 2});
     },
     "step 3: observation 'view': expected 4 values of u8, found 3 of u8"},
    {"wrong_shape_in_reset", Fault::kReset,
     [](RecordWriter* out, std::span<float>) {
       out->Put(kSpeed, std::vector<float>{0, 0, 0});
     },
     "step 0: observation 'speed': expected 2 values of f32, found 3 of f32"},
    {"wrong_type", Fault::kStep,
     [](RecordWriter* out, std::span<float>) {
       out->Put(kSpeed, std::vector<uint8_t>{0, 1});
     },
     "step 3: observation 'speed': expected 2 values of f32, found 2 of u8"},
    {"unknown_observation", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Bytes(3); },
     "step 3: expected a record, but the world threw: expected an observation "
     "from 0 to 2, found 3"},
    {"not_a_number", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Floats(kSpeed)[1] = kNan; },
     "step 3: observation 'speed': expected finite values from -1 to 1, found "
     "nan at element 1"},
    {"infinite", Fault::kReset,
     [](RecordWriter* out, std::span<float>) {
       out->Floats(kSpeed)[0] = -kInfinity;
     },
     "step 0: observation 'speed': expected finite values from -1 to 1, found "
     "-inf at element 0"},
    {"number_out_of_range", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Floats(kSpeed)[0] = 1.5f; },
     "step 3: observation 'speed': expected finite values from -1 to 1, found "
     "1.5 at element 0"},
    {"tile_out_of_range", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Bytes(kView)[2] = 3; },
     "step 3: observation 'view': expected finite values from 0 to 2, found 3 "
     "at element 2"},
    {"privileged_out_of_range", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Bytes(kSecret)[0] = 2; },
     "step 3: observation 'secret': expected finite values from 0 to 1, found "
     "2 at element 0"},
    {"reward_not_a_number", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->SetReward(kNan); },
     "step 3: reward: expected a finite number in f32, found nan"},
    {"mask_out_of_range", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->Mask()[1] = 2; },
     "step 3: mask: expected 0 or 1, found 2 at choice 1"},
    {"wrong_kind", Fault::kStep,
     [](RecordWriter* out, std::span<float>) { out->End(Kind::kMid); },
     "step 3: kind: expected terminal or truncated in End, found mid"},
    {"end_in_reset", Fault::kReset,
     [](RecordWriter* out, std::span<float>) { out->End(Kind::kTerminal); },
     "step 0: kind: expected no End in Reset"},
};

class FaultyRecord : public FaultyWorldTest,
                     public testing::WithParamInterface<Fault> {};

TEST_P(FaultyRecord, IsNamedAndTheRunIsSaved) {
  const uint64_t seed = EpisodeSeed(kSeed, 2, 1);
  ExpectSavedAndResumable(
      {&GetParam(), seed}, UpdatesBefore(GetParam()),
      AllOf(StartsWith("credo: "),
            HasSubstr(kWhere + std::to_string(seed) + "), " +
                      GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(Every, FaultyRecord, testing::ValuesIn(kFaults),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

// --- The same fault in other runs ---

const Fault& kThrows = kFaults[1];

TEST_F(FaultyWorldTest, IsSavedWithoutLag) {
  overrides_ = {"learner.lag=0"};
  ExpectSavedAndResumable({&kThrows, EpisodeSeed(kSeed, 2, 1)},
                          UpdatesBefore(kThrows), HasSubstr(kWhere));
}

TEST_F(FaultyWorldTest, IsSavedWithThreads) {
  overrides_ = {"learner.actor_threads=2"};
  ExpectSavedAndResumable({&kThrows, EpisodeSeed(kSeed, 2, 1)},
                          UpdatesBefore(kThrows), HasSubstr(kWhere));
}

TEST_F(FaultyWorldTest, IsSavedWithScriptedActions) {
  overrides_ = {"actions=scripted"};
  ExpectSavedAndResumable({&kThrows, EpisodeSeed(kSeed, 2, 1)},
                          UpdatesBefore(kThrows), HasSubstr(kWhere));
}

TEST_F(FaultyWorldTest, IsSavedWhenItFailsAtOnce) {
  ExpectSavedAndResumable({&kFaults[0], EpisodeSeed(kSeed, 0, 0)}, 0,
                          HasSubstr("world 'faulty', character 0, episode 0"));
}

TEST_F(FaultyWorldTest, IsSavedWhenItFailsInAnEvaluation) {
  overrides_ = {"learner.evaluate_every=4", "learner.evaluate_episodes=3"};
  const uint64_t seed = EpisodeSeed(HeldOutSeed(kSeed), 1, 0);
  ExpectSavedAndResumable({&kThrows, seed}, 4,
                          HasSubstr("world 'faulty', character 1, episode 0 "
                                    "(seed " +
                                    std::to_string(seed) + "), step 3: "));
}

TEST_F(FaultyWorldTest, IsNamedAgainWhenNothingWasMended) {
  g_plan = {&kThrows, EpisodeSeed(kSeed, 2, 1)};
  const Called first = Train("run");
  const Called second = Train("run");
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_EQ(second.err, first.err);
}

// --- Faults of the scripted policy ---

const Fault kScriptedFaults[] = {
    {"throws", Fault::kScripted,
     [](RecordWriter*, std::span<float>) {
       throw std::runtime_error("lost the way");
     },
     "step 3: the scripted policy threw: lost the way"},
    {"throws_no_exception", Fault::kScripted,
     [](RecordWriter*, std::span<float>) { throw 7; },
     "step 3: the scripted policy threw"},
    {"illegal_choice", Fault::kScripted,
     [](RecordWriter*, std::span<float> action) { action[0] = 3; },
     "step 3: the scripted policy gave an illegal action: "},
    {"not_a_number", Fault::kScripted,
     [](RecordWriter*, std::span<float> action) { action[0] = kNan; },
     "step 3: the scripted policy gave an illegal action: "},
};

class FaultyScript : public FaultyWorldTest,
                     public testing::WithParamInterface<Fault> {};

TEST_P(FaultyScript, IsNamedAndTheRunIsSaved) {
  overrides_ = {"actions=scripted"};
  const uint64_t seed = EpisodeSeed(kSeed, 2, 1);
  // The action that leads to record 12, of the same unroll.
  ExpectSavedAndResumable(
      {&GetParam(), seed}, UpdatesBefore(GetParam()),
      HasSubstr(kWhere + std::to_string(seed) + "), " + GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Every, FaultyScript,
                         testing::ValuesIn(kScriptedFaults),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

// --- Worlds that cannot be made ---

class WorldThatCannotBeMade : public FaultyWorldTest {
 protected:
  // The world is named, and no folder was made.
  void ExpectRefused(MakeWorld make, const std::string& message) const {
    const Called called = Train("run", std::move(make));
    EXPECT_NE(called.exit_code, 0);
    EXPECT_THAT(called.err,
                AllOf(HasSubstr("world 'faulty'"), HasSubstr(message)));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
  }

  [[noreturn]] void TrainAndExit(MakeWorld make) const {
    std::exit(CallUncaptured(Arguments("run"), PartsWith(std::move(make))));
  }
};

class OtherSpec : public Faulty {
 public:
  explicit OtherSpec(EnvironmentSpec spec) : other_(std::move(spec)) {}
  const EnvironmentSpec& spec() const override { return other_; }

 private:
  EnvironmentSpec other_;
};

TEST_F(WorldThatCannotBeMade, ForAWrongSpec) {
  ExpectRefused(
      []() -> Result<std::unique_ptr<Environment>> {
        EnvironmentSpec spec = Faulty::Spec();
        spec.observations[kView].shape = {0};
        return std::unique_ptr<Environment>(std::make_unique<OtherSpec>(spec));
      },
      "observation 'view': shape: expected sizes of at least 1");
}

TEST_F(WorldThatCannotBeMade, ForASpecThatChangesFromWorldToWorld) {
  int made = 0;
  ExpectRefused(
      [&made]() -> Result<std::unique_ptr<Environment>> {
        EnvironmentSpec spec = Faulty::Spec();
        if (++made == 4) spec.observations[kView].shape = {5};
        return std::unique_ptr<Environment>(std::make_unique<OtherSpec>(spec));
      },
      "expected the spec of the other worlds");
}

TEST_F(WorldThatCannotBeMade, BecauseItsFactorySaysSo) {
  ExpectRefused(
      []() -> Result<std::unique_ptr<Environment>> {
        return Unavailable("the engine is not running");
      },
      "the engine is not running");
}

TEST_F(WorldThatCannotBeMade, BecauseItsFactoryThrows) {
  ExpectRefused(
      []() -> Result<std::unique_ptr<Environment>> {
        throw std::runtime_error("the engine is not running");
      },
      "the engine is not running");
}

// In a process of its own, as it might not come back.
TEST_F(WorldThatCannotBeMade, BecauseItsFactoryThrowsNoException) {
  EXPECT_EXIT(
      TrainAndExit([]() -> Result<std::unique_ptr<Environment>> { throw 7; }),
      testing::ExitedWithCode(1), "world 'faulty'");
}

TEST_F(WorldThatCannotBeMade, BecauseItsFactoryMakesNone) {
  EXPECT_EXIT(TrainAndExit([]() -> Result<std::unique_ptr<Environment>> {
                return std::unique_ptr<Environment>();
              }),
              testing::ExitedWithCode(1), "world 'faulty'");
}

}  // namespace
}  // namespace credo
