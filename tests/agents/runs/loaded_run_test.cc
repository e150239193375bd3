// Runs read back from their folders: what was trained is what is loaded, and
// what is no run is refused by the file that is missing or wrong.

#include "agents/runs/loaded_run.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/runs/trainer.h"
#include "sdk/base/file.h"
#include "tests/agents/experiment.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kConfig =
    "world: {kind: grid, room: 3, task: goal, episode: 7}\n"
    "agent: {encoder: {kind: mlp, sizes: [6]}, core: {kind: lstm, size: 6}}\n"
    "auxiliary: [{kind: simcore, overshoot: 2, starts: 1, size: 4}]\n"
    "learner: {frames: 320, unroll: 8, batch: 4, evaluate_every: 0, "
    "reward_clip: 0.5}\n"
    "probes: [{kind: cells, target: map}]\n";

class LoadedRunTest : public testing::Test {
 protected:
  // A run of ten updates in `folder`, stopped after `updates`.
  std::unique_ptr<Trainer> Train(const std::string& folder,
                                 int64_t updates = 10,
                                 const std::string& more = "") {
    options_ = ReadExperiment(kConfig + more, parts_);
    auto trainer = Trainer::Make(*options_, parts_);
    ThrowUnlessOk(trainer.status());
    const RunFolder run(folder);
    ThrowUnlessOk(run.Create());
    ThrowUnlessOk(ReplaceFile(run.config(), WriteYaml(*options_)));
    std::atomic<int> stop{0};
    options_->learner.log_every = 1;
    const Status status =
        (*trainer)->Run(run, stop, [&](const Progress& progress) {
          stop = progress.update >= updates && updates < 10;
        });
    if (updates == 10) ThrowUnlessOk(status);
    EXPECT_EQ((*trainer)->update(), updates);
    return *std::move(trainer);
  }
  std::unique_ptr<LoadedRun> Loaded(const std::string& folder) const {
    auto run = LoadRun(folder, parts_);
    ThrowUnlessOk(run.status());
    return *std::move(run);
  }
  void ExpectRefused(StatusCode code,
                     const testing::Matcher<std::string>& message) const {
    const Status status = LoadRun(run_, parts_).status();
    EXPECT_EQ(status.code(), code) << StatusCodeName(status.code());
    EXPECT_THAT(status.message(), message);
  }

  const Parts parts_ = BuiltInParts();
  const TemporaryFolder folder_;
  const std::string run_ = folder_ / "run";
  std::unique_ptr<ExperimentOptions> options_;
};

// --- What is loaded ---

TEST_F(LoadedRunTest, HasTheWeightsThatWereTrained) {
  const auto trainer = Train(run_);
  const auto run = Loaded(run_);
  EXPECT_TRUE(at::equal(run->learner->parameters().values(),
                        trainer->learner().parameters().values()));
  EXPECT_TRUE(at::equal(run->learner->probes()->parameters().values(),
                        trainer->learner().probes()->parameters().values()));
}

TEST_F(LoadedRunTest, HasTheConfigurationOfTheRun) {
  Train(run_);
  const auto run = Loaded(run_);
  EXPECT_EQ(run->path, run_);
  EXPECT_EQ(run->name, "run");
  EXPECT_EQ(run->reward_clip(), 0.5);
  EXPECT_EQ(run->source(), ActionSource::kPolicy);
  auto world = run->worlds();
  ThrowUnlessOk(world.status());
  EXPECT_EQ((*world)->spec(), run->spec);
  EXPECT_EQ(run->spec.observations[run->spec.IndexOf("map")].shape,
            (Shape{3, 3}));
}

TEST_F(LoadedRunTest, KnowsThatItsActionsAreScripted) {
  Train(run_, 10, "actions: scripted\n");
  EXPECT_EQ(Loaded(run_)->source(), ActionSource::kScripted);
}

TEST_F(LoadedRunTest, HasItsNameWithASlashBehindItToo) {
  Train(run_);
  EXPECT_EQ(Loaded(run_ + "/")->name, "run");
}

TEST_F(LoadedRunTest, IsThatOfTheCheckpointUntilItHasEnded) {
  const auto trainer = Train(run_, 4);
  ASSERT_FALSE(std::filesystem::exists(RunFolder(run_).model()));
  const auto run = Loaded(run_);
  EXPECT_TRUE(at::equal(run->learner->parameters().values(),
                        trainer->learner().parameters().values()));
  EXPECT_TRUE(at::equal(run->learner->probes()->parameters().values(),
                        trainer->learner().probes()->parameters().values()));
}

TEST_F(LoadedRunTest, BelievesWhatTheTrainedAgentBelieves) {
  const auto trainer = Train(run_);
  const auto run = Loaded(run_);
  Experiment experiment(kConfig);
  const Unroll& unroll = experiment.Act();
  EXPECT_TRUE(at::equal(
      ReadBeliefs(run->agent(), unroll, unroll.state, 0.5).beliefs,
      ReadBeliefs(trainer->learner().agent(), unroll, unroll.state, 0.5)
          .beliefs));
}

// Numbers must not depend on how many cores a machine has.
TEST_F(LoadedRunTest, IsComputedByOneThread) {
  Train(run_);
  at::set_num_threads(2);
  Loaded(run_);
  EXPECT_EQ(at::get_num_threads(), 1);
}

// --- What is no run ---

TEST_F(LoadedRunTest, IsNotThereWithoutAFolder) {
  ExpectRefused(StatusCode::kNotFound, StartsWith(run_ + "/config.yaml"));
}

TEST_F(LoadedRunTest, IsNotThereWithoutWeights) {
  Train(run_);
  const RunFolder folder(run_);
  std::filesystem::remove(folder.model());
  std::filesystem::remove(folder.checkpoint());
  std::filesystem::remove(folder.previous_checkpoint());
  ExpectRefused(StatusCode::kNotFound,
                AllOf(StartsWith(run_ + ": "), HasSubstr("credo train")));
}

TEST_F(LoadedRunTest, IsRefusedWithADamagedModel) {
  Train(run_);
  const std::string path = RunFolder(run_).model();
  std::string bytes = *ReadFile(path);
  bytes[bytes.size() - 100] ^= 1;
  ThrowUnlessOk(ReplaceFile(path, bytes));
  ExpectRefused(StatusCode::kDataLoss, StartsWith(path));
}

TEST_F(LoadedRunTest, IsRefusedWithADamagedCheckpoint) {
  Train(run_, 4);
  const std::string path = RunFolder(run_).checkpoint();
  std::string bytes = *ReadFile(path);
  bytes.resize(bytes.size() - 1);
  ThrowUnlessOk(ReplaceFile(path, bytes));
  ExpectRefused(StatusCode::kDataLoss, StartsWith(path));
}

TEST_F(LoadedRunTest, IsRefusedWithADamagedConfiguration) {
  Train(run_);
  const std::string path = RunFolder(run_).config();
  ThrowUnlessOk(ReplaceFile(path, "wrold: {kind: grid}\n"));
  ExpectRefused(StatusCode::kInvalidArgument,
                AllOf(StartsWith(path + ":1:1: "), HasSubstr("world")));
}

TEST_F(LoadedRunTest, IsRefusedWithTheModelOfAnotherWorld) {
  Train(run_);
  options_ = ReadExperiment(kConfig, parts_);
  ThrowUnlessOk(ReadYaml("world: {kind: grid, room: 4, task: goal}\n",
                         "test.yaml", {}, *options_));
  ThrowUnlessOk(
      ReplaceFile(RunFolder(run_).config(), WriteYaml(*options_)));
  ExpectRefused(StatusCode::kInvalidArgument,
                AllOf(StartsWith(RunFolder(run_).model()),
                      HasSubstr("observation 'map'")));
}

TEST_F(LoadedRunTest, IsRefusedWithACheckpointInPlaceOfAModel) {
  Train(run_);
  const RunFolder folder(run_);
  ThrowUnlessOk(ReplaceFile(folder.model(), *ReadFile(folder.checkpoint())));
  ExpectRefused(StatusCode::kInvalidArgument,
                AllOf(StartsWith(folder.model()), HasSubstr("model"),
                      HasSubstr("checkpoint")));
}

// --- Names ---

TEST(RunNamesTest, AreTheLastPartsOfPaths) {
  EXPECT_THAT(RunNames({"runs/a", "b", "/tmp/c/"}),
              ElementsAre("a", "b", "c"));
}

TEST(RunNamesTest, AreWholePathsWhereTheyWouldBeTheSame) {
  EXPECT_THAT(RunNames({"seed1/a", "seed2/a/", "seed2/b"}),
              ElementsAre("seed1/a", "seed2/a/", "b"));
}

}  // namespace
}  // namespace credo
