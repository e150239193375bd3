#include "agents/hosting/host_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "agents/runs/held_out.h"
#include "agents/runs/loaded_run.h"
#include "agents/runs/trainer.h"
#include "sdk/base/file.h"
#include "tests/agents/experiment.h"
#include "tests/agents/hosting/hosted_grid.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::HasSubstr;

class HostLearnerTest : public testing::Test {
 protected:
  std::string folder(const std::string& name) const {
    return folder_ / name;
  }
  TemporaryFolder folder_;
};

TEST_F(HostLearnerTest, LearnsBitForBitWhatATrainingRunLearnsOfTheSameRecords) {
  // Where actions are scripted both see the same records.
  const Parts parts = BuiltInParts();
  auto options = ReadExperiment(
      std::string(kHostedWorld) + "actions: scripted\n" + kHostedRest, parts);
  auto trainer = Trainer::Make(*options, parts);
  ASSERT_TRUE(trainer.ok()) << trainer.status().message();
  const RunFolder trained(folder("trained"));
  ASSERT_TRUE(trained.Create().ok());
  const std::atomic<int> stop = 0;
  ASSERT_TRUE((*trainer)->Run(trained, stop, nullptr).ok());

  HostedGrid host("actions: scripted\n", folder("hosted"));
  ASSERT_TRUE(host.learner().Start({}).ok());
  host.Play((*trainer)->updates());
  ASSERT_TRUE(host.learner().Stop().ok());
  EXPECT_EQ(host.learner().status().state, HostState::kDone);
  const auto is = RunFolder(folder("hosted")).ReadCheckpoint();
  const auto was = trained.ReadCheckpoint();
  ASSERT_TRUE(is.ok()) << is.status().message();
  ASSERT_TRUE(was.ok());
  int compared = 0;
  for (const NamedTensor& tensor : was->tensors) {
    if (!tensor.name.starts_with("learner.")) continue;
    const NamedTensor* const found = is->Find(tensor.name);
    ASSERT_NE(found, nullptr) << tensor.name;
    EXPECT_EQ(found->bytes, tensor.bytes) << tensor.name;
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST_F(HostLearnerTest, ThePolicyLearnsWhileItPlays) {
  HostedGrid host("actions: policy\n", folder("run"));
  ASSERT_TRUE(host.learner().Start({.nice = 5}).ok());
  host.Play(20);
  const HostStatus status = host.learner().status();
  EXPECT_EQ(status.experience.lost, 0u);
  EXPECT_EQ(status.experience.skipped, 0u);
  EXPECT_GE(status.publishes, 19);
  EXPECT_GT(status.experience.episodes, 10u);
  EXPECT_EQ(status.message, "");
  ASSERT_TRUE(host.learner().Save(5).ok());
  EXPECT_GE(host.learner().status().saves, 1);
  ASSERT_TRUE(host.learner().Stop().ok());
  EXPECT_EQ(host.learner().status().state, HostState::kStopped);
}

TEST_F(HostLearnerTest, GoesOnFromItsFolder) {
  {
    HostedGrid host("actions: policy\n", folder("run"));
    ASSERT_TRUE(host.learner().Start({}).ok());
    host.Play(7);
  }
  HostedGrid host("actions: policy\n", folder("run"));
  EXPECT_GE(host.learner().status().updates, 7);
  const int64_t before = host.learner().status().updates;
  ASSERT_TRUE(host.learner().Start({}).ok());
  host.Play(before + 3);
  EXPECT_TRUE(host.learner().Stop().ok());
  const auto metrics = ReadFile(RunFolder(folder("run")).metrics());
  ASSERT_TRUE(metrics.ok());
  EXPECT_THAT(*metrics, HasSubstr("\"update\":5"));
  EXPECT_THAT(*metrics, HasSubstr("episode.return"));
}

TEST_F(HostLearnerTest, LeavesEpisodesThatCanBeProbed) {
  {
    HostedGrid host("actions: policy\n", folder("run"));
    ASSERT_TRUE(host.learner().Start({}).ok());
    host.Play(12);
  }
  const Parts parts = BuiltInParts();
  const auto run = LoadRun(folder("run"), parts);
  ASSERT_TRUE(run.ok()) << run.status().message();
  const RecordedEpisodes& recorded = *(*run)->recorded;
  EXPECT_GT(recorded.count(), 16);
  for (int64_t e = 0; e < recorded.count(); ++e) {
    EXPECT_EQ(recorded.length(e), 12);
  }
  const auto groups =
      HeldOutEpisodes(**run, 1, 1000, ActionSource::kScripted);
  ASSERT_TRUE(groups.ok()) << groups.status().message();
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ(groups->front().size(), recorded.count() / 4);
  // The fourth episode is the first that is held out.
  const Unroll& records = *groups->front().records;
  for (int64_t t = 0; t < 12; ++t) {
    const int64_t record = recorded.begins[3] + t;
    EXPECT_EQ(records.kind(t, 0), recorded.kinds[record]);
    EXPECT_EQ(records.actions[t][0][0].item<float>(),
              recorded.actions[record]);
    const auto map = recorded.observation(record, recorded.spec.IndexOf("map"));
    EXPECT_EQ(std::memcmp(records.privileged["map"][t][0].data_ptr(),
                          map.data(), map.size()),
              0);
  }
  // The others are shown again by a world whose scripted policy does what was
  // done.
  auto worlds = VectorEnvironment::Make((*run)->worlds, 1, 0, 3);
  ASSERT_TRUE(worlds.ok()) << worlds.status().message();
  Unroll rows(recorded.spec, 0, 3, 1);
  std::vector<float> actions(3);
  for (int t = 0; t < 100; ++t) {
    ASSERT_TRUE((*worlds)->Step(actions, rows.Rows(0, 0)).ok());
    (*worlds)->ScriptedActions(actions);
  }
  for (float& action : actions) action = action == 0 ? 1 : 0;
  const Status other = (*worlds)->Step(actions, rows.Rows(0, 0));
  EXPECT_THAT(other.message(), HasSubstr("recorded"));
}

TEST_F(HostLearnerTest, AnotherConfigurationOfTheFolderIsRefused) {
  {
    HostedGrid host("actions: policy\n", folder("run"));
    ASSERT_TRUE(host.learner().Save(0).ok());
  }
  const Parts parts = BuiltInParts();
  EnvironmentSpec spec;
  spec.name = "other";
  spec.observations = {ObservationSpec::Tiles("view", {3}, 4),
                       ObservationSpec::Tiles("map", {3}, 4).Privileged()};
  spec.action.fields = {ActionField::Discrete("move", 3)};
  auto learner = HostLearner::Open(
      ReadExperiment(
          std::string("world: {kind: host}\nseed: 4\n") + kHostedRest, parts),
      parts, spec, RunFolder(folder("run")));
  ASSERT_FALSE(learner.ok());
  EXPECT_THAT(learner.status().message(), HasSubstr("seed"));
}

}  // namespace
}  // namespace credo
