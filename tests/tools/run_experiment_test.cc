// What lies in a run's folder while it is trained and when it has ended.

#include "tools/run_experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <string>
#include <vector>

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
  return PartsWithWorld("endless", [] { return std::make_unique<Endless>(); });
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
    Beginning beginning;
    beginning.resume = resume;
    status = RunExperiment(*options, parts, RunFolder(folder), beginning, stop,
                           [&](const Progress& progress) {
                             if (progress.update >= updates) stop = 2;
                             if (progress.note.empty()) return;
                             notes.push_back(progress.note);
                           },
                           *trainer);
  }

  std::unique_ptr<ExperimentOptions> options;
  std::unique_ptr<Trainer> trainer;
  Status status;
  std::vector<std::string> notes;
};

std::string Tiny(const std::string& frames) {
  std::string yaml = TinyConfig();
  const size_t begin = yaml.find("frames: ") + 8;
  return yaml.replace(begin, yaml.find(',', begin) - begin, frames);
}

// A world whose observations are finite and more than a network can take.
class Extreme : public Staircase {
 public:
  Extreme() {
    spec_ = Staircase::spec();
    const double most = std::numeric_limits<double>::infinity();
    spec_.observations = {ObservationSpec::Vector("height", {2}, -most, most)};
  }
  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override {
    length_ = 2 + Decisions(seed) % 5;
    Show(out);
  }
  void Step(std::span<const float>, RecordWriter& out) override {
    if (--length_ == 0) out.End(Kind::kTerminal);
    Show(out);
  }

 private:
  static void Show(RecordWriter& out) {
    out.Floats(0)[0] = std::numeric_limits<float>::max();
    out.Floats(0)[1] = -std::numeric_limits<float>::max();
  }

  EnvironmentSpec spec_;
  int64_t length_ = 0;
};

// File systems without hard links: exFAT, some network drives.
bool has_links = true;

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

TEST_F(RunExperimentTest, WhatIsLearnedInDoublesIsLoadedAsFloats) {
  const Parts parts = BuiltInParts();
  std::string yaml = Tiny("400");
  yaml.replace(yaml.find("frames: "), 0, "precision: f64, ");
  const Attempt stopped(yaml, parts, run_, false, 8);
  EXPECT_EQ(stopped.status.code(), StatusCode::kCancelled);
  const Attempt ended(yaml, parts, run_, true);
  ASSERT_TRUE(ended.status.ok()) << ended.status.message();
  const auto run = LoadRun(run_, parts);
  ASSERT_TRUE(run.ok()) << run.status().message();
  EXPECT_TRUE(at::equal(
      (*run)->learner->parameters().values(),
      ended.trainer->learner().parameters().values().to(torch::kFloat)));
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

TEST_F(RunExperimentTest, NothingLearnedIsAFailureAndTold) {
  const Parts parts =
      PartsWithWorld("extreme", [] { return std::make_unique<Extreme>(); });
  const std::string config =
      "world: {kind: extreme}\n"
      "agent: {encoder: {kind: mlp, sizes: [8, 8], standardise: 4},\n"
      "        core: {kind: lstm, size: 8}}\n"
      "learner: {frames: 640, unroll: 8, batch: 8, checkpoint_every: 2}\n";
  const Attempt attempt(config, parts, run_, false);
  EXPECT_EQ(attempt.status.code(), StatusCode::kInternal);
  EXPECT_THAT(attempt.status.message(), testing::HasSubstr("all 10 updates"));
  // All that was written can be read.
  EXPECT_TRUE(LoadRun(run_, parts).ok());
  EXPECT_TRUE(attempt.trainer->learner().carried().isfinite().all()
                  .item<bool>());
  EXPECT_TRUE(attempt.trainer->learner()
                  .parameters().values().isfinite().all().item<bool>());
  EXPECT_TRUE(RunFolder(run_).ReadCheckpoint().ok());
}

TEST_F(RunExperimentTest, AFolderHasOneWriter) {
  const Parts parts = BuiltInParts();
  std::filesystem::create_directories(run_);
  {
    const auto held = RunFolder(run_).Lock();
    ASSERT_TRUE(held.ok());
    const Attempt second(Tiny("400"), parts, run_, false);
    EXPECT_EQ(second.status.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(second.status.message(), testing::HasSubstr(run_));
    EXPECT_FALSE(Exists("config.yaml"));
  }
  EXPECT_TRUE(Attempt(Tiny("400"), parts, run_, false).status.ok());
}

TEST_F(RunExperimentTest, AFolderNeedsNoLinks) {
  const Parts parts = BuiltInParts();
  has_links = false;
  const Attempt attempt(Tiny("800"), parts, run_, false, 38);
  has_links = true;
  EXPECT_EQ(attempt.status.code(), StatusCode::kCancelled)
      << attempt.status.message();
  for (const std::string file :
       {"checkpoint.safetensors", "checkpoint.previous.safetensors"}) {
    EXPECT_TRUE(ReadTensorFile(run_ + "/" + file, "checkpoint").ok()) << file;
  }
  EXPECT_EQ(Attempt(Tiny("800"), parts, run_, true).trainer->update(), 40);
}

// A signal within an evaluation: what the update brought is written, with the
// evaluation, by the run that goes on.
TEST_F(RunExperimentTest, AnEvaluationThatIsStoppedIsDoneLater) {
  std::atomic<int> stop{0};
  std::atomic<int> episodes{0};
  // Stops the run in the first evaluation: it lives more episodes than are
  // learned from.
  class Stopping : public Staircase {
   public:
    Stopping(std::atomic<int>& stop, std::atomic<int>& episodes)
        : stop_(stop), episodes_(episodes) {}
    void Reset(uint64_t seed, RecordWriter& out) override {
      if (++episodes_ == 60) stop_ = 2;
      Staircase::Reset(seed, out);
    }

   private:
    std::atomic<int>& stop_;
    std::atomic<int>& episodes_;
  };
  const Parts parts = PartsWithWorld("stopping", [&] {
    return std::make_unique<Stopping>(stop, episodes);
  });
  const std::string config =
      "world: {kind: stopping}\n"
      "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n"
      "learner: {frames: 96, unroll: 8, batch: 4, log_every: 1, "
      "evaluate_every: 2, evaluate_episodes: 128}\n";
  const auto run = [&](bool resume) {
    auto options = ReadExperiment(config, parts);
    auto trainer = Trainer::Make(*options, parts);
    ThrowUnlessOk(trainer.status());
    Beginning beginning;
    beginning.resume = resume;
    return RunExperiment(*options, parts, RunFolder(run_), beginning, stop, {},
                         **trainer);
  };
  EXPECT_EQ(run(false).code(), StatusCode::kCancelled);
  EXPECT_EQ(Contents(run_ + "/metrics.jsonl").find("eval.return"),
            std::string::npos);
  stop = 0;
  EXPECT_TRUE(run(true).ok());
  std::istringstream lines(Contents(run_ + "/metrics.jsonl"));
  std::string line;
  for (int update = 1; update <= 3; ++update) {
    ASSERT_TRUE(std::getline(lines, line));
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["update"], update);
    EXPECT_EQ(json.contains("eval.return"), update >= 2) << line;
    EXPECT_TRUE(json.contains("loss.rl")) << line;
  }
}

TEST_F(RunExperimentTest, APolicyWithoutRewardIsTold) {
  const Attempt attempt(
      "world: {kind: endless}\n"
      "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n"
      "learner: {frames: 2048, unroll: 2, batch: 4, log_every: 16, "
      "evaluate_every: 0}\n",
      PartsWithEndless(), run_, false);
  ThrowUnlessOk(attempt.status);
  ASSERT_EQ(attempt.notes.size(), 1u);
  EXPECT_THAT(attempt.notes[0], testing::HasSubstr("no reward"));
}

TEST_F(RunExperimentTest, ASimulationLongerThanEveryEpisodeIsTold) {
  const Attempt attempt(
      "world: {kind: grid, episode: 5}\nactions: scripted\n"
      "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n"
      "auxiliary: [{kind: simcore, overshoot: 6, size: 4,\n"
      "             decoder: {kind: deterministic, hidden: [4]}}]\n"
      "learner: {frames: 9600, unroll: 8, batch: 4}\n",
      BuiltInParts(), run_, false);
  ThrowUnlessOk(attempt.status);
  ASSERT_EQ(attempt.notes.size(), 1u);
  EXPECT_THAT(attempt.notes[0],
              testing::StartsWith("auxiliary[0].overshoot: 6: "));
}

// What a run that goes on has not seen itself is not missing.
TEST_F(RunExperimentTest, ARunThatGoesOnIsToldNothingFalse) {
  const Parts parts = BuiltInParts();
  const Attempt stopped(Tiny("5000"), parts, run_, false, 230);
  EXPECT_EQ(stopped.status.code(), StatusCode::kCancelled);
  EXPECT_THAT(stopped.notes, testing::IsEmpty());
  const Attempt ended(Tiny("5000"), parts, run_, true);
  EXPECT_TRUE(ended.status.ok()) << ended.status.message();
  EXPECT_THAT(ended.notes, testing::IsEmpty());
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

// In place of the C library's, which the file system library calls.
extern "C" int link(const char* from, const char* to) noexcept {
  if (credo::has_links) return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
  errno = EPERM;
  return -1;
}
