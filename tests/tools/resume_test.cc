// Runs that are stopped and go on end in the same bytes as runs that are not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "tests/tools/tiny_run.h"

namespace credo {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::StartsWith;

// --- Stopped by a signal ---

struct Stop {
  const char* name;
  int signal;
  int exit_code;
  std::vector<std::string> overrides;

  friend void PrintTo(const Stop& stop, std::ostream* out) {
    *out << stop.name;
  }
};

class SignalTest : public testing::TestWithParam<Stop> {};

TEST_P(SignalTest, SavesEverythingAndTheRunGoesOn) {
  const TinyRuns runs(GetParam().overrides);
  const std::string run = runs / "stopped";
  Command command(runs.Train("stopped"));
  ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 20; }));
  command.Signal(GetParam().signal);
  const Ended stopped = command.Wait();
  EXPECT_EQ(stopped.exit_code, GetParam().exit_code) << stopped.err;

  const int64_t update = CheckpointUpdate(Checkpoint(run));
  EXPECT_GE(update, 20);
  EXPECT_LT(update, kTinyUpdates);
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(update)));
  EXPECT_THAT(stopped.err,
              HasSubstr("stopped at " +
                        std::to_string(update * kTinyFramesPerUpdate) +
                        " frames"));
  EXPECT_THAT(stopped.err, HasSubstr("--resume"));

  const Ended resumed = runs.Resume("stopped");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(runs.Model("stopped"), runs.Undisturbed());
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(kTinyUpdates)));
}

INSTANTIATE_TEST_SUITE_P(
    Of, SignalTest,
    testing::Values(
        Stop{"interrupt", SIGINT, 130, {}},
        Stop{"termination", SIGTERM, 143, {}},
        Stop{"hangup", SIGHUP, 129, {}},
        Stop{"interrupt_of_scripted_actions", SIGINT, 130,
             {"actions=scripted"}},
        Stop{"interrupt_without_lag", SIGINT, 130, {"learner.lag=0"}},
        Stop{"termination_with_threads", SIGTERM, 143,
             {"learner.actor_threads=2"}},
        Stop{"termination_with_shards", SIGTERM, 143, {"learner.shards=2"}},
        Stop{"termination_of_noise", SIGTERM, 143,
             {"world={kind: blank, action: all, masks: true, episode: 7, "
              "end: both}",
              "probes=[{kind: class, target: secret}]"}}),
    [](const auto& info) { return std::string(info.param.name); });

// --- Where there is nothing to go on from ---

// A run with its output led as a shell would.
Ended ThroughShell(const TinyRuns& runs, const std::string& run,
                   const std::string& redirection) {
  std::string line;
  for (const std::string& word : runs.Train(run)) line += "'" + word + "' ";
  return RunToEnd({"/bin/sh", "-c", line + redirection});
}

TEST(Output, WhoseReaderLeavesDoesNotEndTheRun) {
  const TinyRuns runs;
  ThroughShell(runs, "run", "| true");
  EXPECT_EQ(runs.Model("run"), runs.Undisturbed());
}

TEST(Output, ThatIsClosedDoesNotLandInFiles) {
  const TinyRuns runs;
  const Ended ended = ThroughShell(runs, "run", ">&-");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  for (const auto& [path, print] : AllFiles(runs / "run")) {
    EXPECT_THAT(Contents(path), testing::Not(HasSubstr("frames/s"))) << path;
  }
}

TEST(Resume, StartsAfreshWithoutAFolder) {
  const TinyRuns runs;
  const Ended ended = runs.Resume("new");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(runs.Model("new"), runs.Undisturbed());
}

TEST(Resume, StartsAfreshWithoutACheckpoint) {
  const TinyRuns runs;
  const std::string run = runs / "early";
  {
    Command command(runs.Train("early", {"--set",
                                         "learner.checkpoint_every=1000000"}));
    ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 3; }));
    command.Signal(SIGKILL);
    EXPECT_EQ(command.Wait().signal, SIGKILL);
  }
  ASSERT_FALSE(std::filesystem::exists(Checkpoint(run)));
  const Ended ended = runs.Resume("early");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(runs.Model("early"), runs.Undisturbed());
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(kTinyUpdates)));
}

// --- A run that has ended ---

class FinishedRun : public testing::Test {
 protected:
  FinishedRun() {
    const Ended ended = RunToEnd(runs_.Train("run"));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }

  static constexpr int64_t kUpdates = 40;

  const TinyRuns runs_{{"learner.frames=" +
                        std::to_string(kUpdates * kTinyFramesPerUpdate)}};
  const std::string run_ = runs_ / "run";
};

TEST_F(FinishedRun, StaysAsItIsWhenResumed) {
  const std::string model = runs_.Model("run");
  const std::string metrics = Contents(run_ + "/metrics.jsonl");
  const std::string config = Contents(run_ + "/config.yaml");
  const Ended ended = runs_.Resume("run");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(runs_.Model("run"), model);
  EXPECT_EQ(Contents(run_ + "/metrics.jsonl"), metrics);
  EXPECT_EQ(Contents(run_ + "/config.yaml"), config);
}

TEST_F(FinishedRun, IsNotOverwrittenWithoutResume) {
  const auto before = AllFiles(run_);
  const Ended ended = RunToEnd(runs_.Train("run"));
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr(run_));
  EXPECT_THAT(ended.err, HasSubstr("--resume"));
  EXPECT_EQ(AllFiles(run_), before);
}

TEST_F(FinishedRun, IsMadeAgainFromItsResolvedConfiguration) {
  const std::string again = runs_ / "again";
  const Ended ended = RunToEnd({CREDO_COMMAND, "train", run_ + "/config.yaml",
                                "--run", again});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(runs_.Model("again"), runs_.Model("run"));
  EXPECT_EQ(Contents(again + "/config.yaml"), Contents(run_ + "/config.yaml"));
}

TEST_F(FinishedRun, GoesOnForMoreFrames) {
  const int64_t more = kUpdates + 50;
  const std::string frames = std::to_string(more * kTinyFramesPerUpdate);
  const std::string model = runs_.Model("run");
  const Ended ended = RunToEnd(runs_.Train(
      "run", {"--resume", "--set", "learner.frames=" + frames}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(LoggedUpdates(run_), ElementsAreArray(UpTo(more)));
  EXPECT_EQ(CheckpointUpdate(Checkpoint(run_)), more);
  EXPECT_NE(runs_.Model("run"), model);
  EXPECT_THAT(Contents(run_ + "/config.yaml"),
              HasSubstr("frames: " + frames + "\n"));
}

struct Change {
  const char* name;
  const char* text;
  const char* difference;

  friend void PrintTo(const Change& change, std::ostream* out) {
    *out << change.text;
  }
};

class ChangedKey : public FinishedRun,
                   public testing::WithParamInterface<Change> {};

TEST_P(ChangedKey, IsRefusedByItsName) {
  const auto before = AllFiles(run_);
  const Ended ended =
      RunToEnd(runs_.Train("run", {"--resume", "--set", GetParam().text}));
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr(run_));
  EXPECT_THAT(ended.err, HasSubstr(GetParam().difference));
  EXPECT_EQ(AllFiles(run_), before);
}

INSTANTIATE_TEST_SUITE_P(
    Of, ChangedKey,
    testing::Values(
        Change{"the_seed", "seed=4", "seed: was 3, is 4"},
        Change{"the_world", "world.episode=8", "world.episode: was 7, is 8"},
        Change{"a_kind", "agent.core.memory={kind: none}",
               "agent.core.memory.kind: was addressed, is none"},
        Change{"the_agent", "agent.core.memory.slots=3",
               "agent.core.memory.slots: was 2, is 3"},
        Change{"a_loss", "auxiliary.0.overshoot=4",
               "auxiliary[0].overshoot: was 3, is 4"},
        Change{"the_losses", "auxiliary=[]",
               "auxiliary: was a list of 1, is a list of 0"},
        Change{"the_learner", "learner.discount=0.5",
               "learner.discount: was 0.99, is 0.5"},
        Change{"the_probes", "probing.hidden=[9]",
               "probing.hidden: was [8], is [9]"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(FinishedRun, GoesOnWithOtherRatesWhereThatIsAllowed) {
  const std::string frames =
      "learner.frames=" +
      std::to_string((kUpdates + 20) * kTinyFramesPerUpdate);
  const Ended ended = RunToEnd(runs_.Train(
      "run", {"--resume", "--allow-changes", "--set", "learner.discount=0.5",
              "--set", frames}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(Contents(run_ + "/config.yaml"), HasSubstr("discount: 0.5\n"));
  const Ended shape = RunToEnd(runs_.Train(
      "run", {"--resume", "--allow-changes", "--set", "learner.batch=5"}));
  EXPECT_EQ(shape.exit_code, 2);
}

TEST_F(FinishedRun, GoesOnWithWhatChangesNoNumber) {
  const Ended ended = RunToEnd(runs_.Train(
      "run", {"--resume", "--set", "learner.log_every=7", "--set",
              "learner.checkpoint_every=9", "--set",
              "learner.actor_threads=1"}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(FinishedRun, IsNotGoneOnWithForFewerFramesThanItHas) {
  const auto before = AllFiles(run_);
  const Ended ended = RunToEnd(runs_.Train(
      "run", {"--resume", "--set",
              "learner.frames=" + std::to_string(3 * kTinyFramesPerUpdate)}));
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("learner.frames: expected at least"));
  EXPECT_EQ(AllFiles(run_), before);
}

// --- Weights of another run ---

TEST_F(FinishedRun, GivesItsWeightsToANewRun) {
  const std::string none = "learner.learning_rate=0";
  const Ended ended =
      RunToEnd(runs_.Train("heir", {"--from", run_, "--set", none}));
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const auto given = ReadTensorFile(run_ + "/model.safetensors", "model");
  const auto taken =
      ReadTensorFile(runs_ / "heir" + "/model.safetensors", "model");
  ASSERT_TRUE(given.ok() && taken.ok());
  int compared = 0;
  for (const NamedTensor& tensor : given->tensors) {
    if (!tensor.name.starts_with("agent.")) continue;
    EXPECT_EQ(taken->Find(tensor.name)->bytes, tensor.bytes) << tensor.name;
    ++compared;
  }
  EXPECT_GT(compared, 5);
}

TEST_F(FinishedRun, GivesWhatFitsWhereThatIsAllowed) {
  const std::string wider = "auxiliary.0.size=9";
  const Ended refused =
      RunToEnd(runs_.Train("heir", {"--from", run_, "--set", wider}));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("auxiliary.0.simcore"));
  EXPECT_THAT(refused.err, HasSubstr("of another shape"));
  EXPECT_FALSE(std::filesystem::exists(runs_ / "heir"));
  const Ended taken = RunToEnd(
      runs_.Train("heir", {"--from", run_, "--set", wider, "--partial"}));
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_THAT(taken.err, HasSubstr("of another shape"));
  const Ended nowhere =
      RunToEnd(runs_.Train("other", {"--from", runs_ / "nowhere"}));
  EXPECT_EQ(nowhere.exit_code, 1 + 1) << nowhere.err;
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere"));
}

// With a learning rate that does not depend on the length of the run, a longer
// run is the shorter one and more.
class MoreFrames : public testing::TestWithParam<const char*> {};

TEST_P(MoreFrames, EndAsTheLongerRun) {
  const std::string shorter =
      "learner.frames=" + std::to_string(50 * kTinyFramesPerUpdate);
  const std::string longer =
      "learner.frames=" + std::to_string(80 * kTinyFramesPerUpdate);
  const TinyRuns runs({"learner.flat=1", GetParam()});
  ASSERT_EQ(RunToEnd(runs.Train("run", {"--set", shorter})).exit_code, 0);
  ASSERT_EQ(
      RunToEnd(runs.Train("run", {"--set", longer, "--resume"})).exit_code, 0);
  ASSERT_EQ(RunToEnd(runs.Train("long", {"--set", longer})).exit_code, 0);
  EXPECT_EQ(runs.Model("run"), runs.Model("long"));
}

INSTANTIATE_TEST_SUITE_P(With, MoreFrames,
                         testing::Values("learner.lag=0", "learner.lag=1",
                                         "actions=scripted"));

// --- What a crash leaves behind ---

TEST(Crash, CutsMetricsBackToTheCheckpoint) {
  const TinyRuns runs({"learner.checkpoint_every=50"});
  const std::string run = runs / "crashed";
  {
    Command command(runs.Train("crashed"));
    // Metrics that no checkpoint knows of.
    ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 70; }));
    command.Signal(SIGKILL);
    EXPECT_EQ(command.Wait().signal, SIGKILL);
  }
  const int64_t update = CheckpointUpdate(Checkpoint(run));
  ASSERT_GE(update, 50);
  if (LinesSoFar(run) == update) {
    std::ofstream(run + "/metrics.jsonl", std::ios::app)
        << "{\"update\":" << update + 1 << ",\"frames\":0}\n";
  }
  std::ofstream(run + "/metrics.jsonl", std::ios::app) << "{\"update\":7,\"fr";

  const Ended ended = runs.Resume("crashed");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(kTinyUpdates)));
  EXPECT_EQ(runs.Model("crashed"), runs.Undisturbed());
}

TEST(Crash, LeavesTemporaryFilesThatDisturbNobody) {
  const TinyRuns runs;
  const std::string run = runs / "crashed";
  {
    Command command(runs.Train("crashed"));
    ASSERT_TRUE(command.RunUntil([&] { return LinesSoFar(run) >= 20; }));
    command.Signal(SIGKILL);
    EXPECT_EQ(command.Wait().signal, SIGKILL);
  }
  for (const char* name :
       {"checkpoint.safetensors", "checkpoint.previous.safetensors",
        "model.safetensors", "metrics.jsonl", "config.yaml"}) {
    std::ofstream(run + "/" + name + ".tmp") << "half of a fi";
  }
  const Ended ended = runs.Resume("crashed");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(runs.Model("crashed"), runs.Undisturbed());
  EXPECT_THAT(LoggedUpdates(run), ElementsAreArray(UpTo(kTinyUpdates)));
}

}  // namespace
}  // namespace credo
