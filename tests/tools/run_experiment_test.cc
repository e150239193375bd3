// What lies in a run's folder while it is trained and when it has ended.

#include "tools/run_experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "agents/runs/loaded_run.h"
#include "tests/agents/experiment.h"
#include "tests/agents/staircase.h"
#include "tests/support/temporary_folder.h"
#include "tests/tools/tiny_run.h"

namespace credo {
namespace {

// A world whose episodes never end.
class Endless : public Staircase {
  void Step(std::span<const float>, RecordWriter& out) override {
    out.Floats(0)[0] = 0;
  }
};

Parts PartsWithEndless() {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo("endless"),
       [](const Options&) -> Result<std::unique_ptr<Environment>> {
         return std::unique_ptr<Environment>(std::make_unique<Endless>());
       }});
  return parts;
}

// One call of RunExperiment; `updates` after which it is stopped.
struct Attempt {
  Attempt(const std::string& yaml, const Parts& parts,
          const std::string& folder, bool resume, int64_t updates = 1 << 30)
      : options(ReadExperiment(yaml, parts)) {
    auto made = Trainer::Make(*options, parts);
    ThrowUnlessOk(made.status());
    trainer = *std::move(made);
    std::atomic<int> stop{0};
    status = RunExperiment(*options, parts, RunFolder(folder),
                           {.resume = resume}, stop,
                           [&](const Progress& progress) {
                             if (progress.update >= updates) stop = 2;
                           },
                           *trainer);
  }

  std::unique_ptr<ExperimentOptions> options;
  std::unique_ptr<Trainer> trainer;
  Status status;
};

std::string Tiny(const std::string& frames) {
  std::string yaml = TinyConfig();
  const size_t begin = yaml.find("frames: ") + 8;
  return yaml.replace(begin, yaml.find(',', begin) - begin, frames);
}

class RunExperimentTest : public testing::Test {
 protected:
  bool Exists(const std::string& file) const {
    return std::filesystem::exists(run_ + "/" + file);
  }

  const TemporaryFolder folder_;
  const std::string run_ = folder_ / "run";
};

TEST_F(RunExperimentTest, LeavesAModelAndPicturesAtTheEndAlone) {
  const Parts parts = BuiltInParts();
  const Attempt stopped(Tiny("400"), parts, run_, false, 8);
  EXPECT_EQ(stopped.status.code(), StatusCode::kCancelled);
  EXPECT_TRUE(Exists("config.yaml"));
  EXPECT_TRUE(Exists("checkpoint.safetensors"));
  EXPECT_FALSE(Exists("model.safetensors"));
  EXPECT_FALSE(Exists("pictures"));
  const Attempt ended(Tiny("400"), parts, run_, true);
  EXPECT_TRUE(ended.status.ok()) << ended.status.message();
  EXPECT_TRUE(Exists("model.safetensors"));
  EXPECT_TRUE(Exists("pictures/episode_000_map.png"));
}

// A run that has ended goes on for more frames and is stopped: what is loaded
// is what it learned last.
TEST_F(RunExperimentTest, AnOlderModelIsNotTakenForTheRuns) {
  const Parts parts = BuiltInParts();
  ThrowUnlessOk(Attempt(Tiny("400"), parts, run_, false).status);
  const Attempt longer(Tiny("4000"), parts, run_, true, 30);
  ASSERT_EQ(longer.status.code(), StatusCode::kCancelled);
  EXPECT_EQ(longer.trainer->update(), 30);
  const auto run = LoadRun(run_, parts);
  ASSERT_TRUE(run.ok()) << run.status().message();
  EXPECT_TRUE(at::equal((*run)->learner->parameters().values(),
                        longer.trainer->learner().parameters().values()));
}

TEST_F(RunExperimentTest, ARunThatHasEndedKeepsItsModel) {
  const Parts parts = BuiltInParts();
  ThrowUnlessOk(Attempt(Tiny("400"), parts, run_, false).status);
  const std::string model = Fingerprint(run_ + "/model.safetensors");
  ThrowUnlessOk(Attempt(Tiny("400"), parts, run_, true).status);
  EXPECT_EQ(Fingerprint(run_ + "/model.safetensors"), model);
}

TEST_F(RunExperimentTest, AWorldWithoutEndHasNoPictures) {
  const Parts parts = PartsWithEndless();
  const Attempt attempt(
      "world: {kind: endless}\nactions: scripted\n"
      "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n"
      "learner: {frames: 64, unroll: 8, batch: 8}\n",
      parts, run_, false);
  EXPECT_TRUE(attempt.status.ok()) << attempt.status.message();
  EXPECT_TRUE(Exists("model.safetensors"));
}

TEST_F(RunExperimentTest, AWorldWithoutEndHasNoReturn) {
  const Parts parts = PartsWithEndless();
  auto options = ReadExperiment(
      "world: {kind: endless}\n"
      "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n"
      "learner: {frames: 640, unroll: 8, batch: 8, evaluate_every: 2, "
      "evaluate_episodes: 1}\n",
      parts);
  auto trainer = Trainer::Make(*options, parts);
  ThrowUnlessOk(trainer.status());
  const RunFolder folder(run_);
  ThrowUnlessOk(folder.Create());
  const std::atomic<int> stop{0};
  const Status status =
      (*trainer)->Run(folder, stop, [](const Progress& progress) {
        for (const Metric& metric : progress.metrics) {
          EXPECT_NE(metric.name, "eval.return");
        }
      });
  EXPECT_TRUE(status.ok()) << status.message();
  EXPECT_EQ((*trainer)->update(), 10);
}

}  // namespace
}  // namespace credo
