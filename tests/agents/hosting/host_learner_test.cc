#include "agents/hosting/host_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "agents/runs/trainer.h"
#include "sdk/base/file.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"
#include "tests/agents/experiment.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::HasSubstr;

constexpr char kWorld[] = "world: {kind: grid, room: 4, episode: 11}\n";
constexpr char kRest[] =
    "agent:\n"
    "  encoder: {kind: mlp, sizes: [16]}\n"
    "  core: {kind: lstm, size: 12, memory: {kind: slots, slots: 12, width: "
    "8, key: 4}}\n"
    "auxiliary: [{kind: simcore, overshoot: 3, starts: 2, frames: 1, size: "
    "12, reads: 1, decoder: {kind: deterministic, hidden: [8]}}]\n"
    "learner: {frames: 1280, unroll: 8, batch: 4, log_every: 5}\n"
    "probes: [{kind: cells, target: map}]\n";

// Waits until `holds`, for at most ten seconds.
template <typename Condition>
bool Within(const Condition& holds) {
  for (int i = 0; i < 5000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

// A game that plays the grid with the runtime, and is learned from.
class HostedGrid {
 public:
  HostedGrid(const std::string& more, const std::string& folder)
      : scripted_(more.find("actions: scripted") != std::string::npos),
        folder_(folder) {
    auto grid = ReadExperiment(kWorld + more + kRest, parts_);
    auto worlds = VectorEnvironment::Make(MakeWorldFactory(*grid, parts_),
                                          grid->seed, 0, grid->learner.batch);
    ThrowUnlessOk(worlds.status());
    worlds_ = *std::move(worlds);
    auto learner = HostLearner::Open(
        ReadExperiment("world: {kind: host}\n" + more + kRest, parts_), parts_,
        worlds_->spec(), RunFolder(folder));
    ThrowUnlessOk(learner.status());
    learner_ = *std::move(learner);
    const std::string model = learner_->Model();
    auto agent = runtime::Agent::Load(
        std::as_bytes(std::span(model.data(), model.size())), "model", {});
    ThrowUnlessOk(agent.status());
    agent_ = *std::move(agent);
    auto beliefs = runtime::Beliefs::Make(*agent_, worlds_->size(), 1);
    ThrowUnlessOk(beliefs.status());
    beliefs_ = *std::move(beliefs);
    auto experience = learner_->Attach(
        worlds_->size(), [this](const std::string& bytes) {
          return agent_->Publish(
              std::as_bytes(std::span(bytes.data(), bytes.size())), "model");
        });
    ThrowUnlessOk(experience.status());
    experience_ = *std::move(experience);
    beliefs_->SetTap(
        [](void* user, const runtime::FinishedRecord& record) {
          static_cast<HostedGrid*>(user)->Hear(record);
        },
        this);
    records_ = std::make_unique<Unroll>(worlds_->spec(), 0, worlds_->size(), 1);
    actions_.resize(static_cast<size_t>(worlds_->size() *
                                        worlds_->spec().action.words()));
    for (int32_t b = 0; b < worlds_->size(); ++b) rows_.push_back(b);
  }
  ~HostedGrid() { learner_.reset(); }

  HostLearner& learner() { return *learner_; }

  void Step() {
    ThrowUnlessOk(worlds_->Step(actions_, records_->Rows(0, 0)));
    if (scripted_) worlds_->ScriptedActions(actions_);
    for (const int32_t row : rows_) Observe(row);
    ThrowUnlessOk(beliefs_->Step(rows_, 0));
    for (const int32_t row : rows_) Act(row);
  }
  // Steps until the learner has made `updates` updates, never faster than it.
  void Play(int64_t updates) {
    const int64_t steps = 8;
    while (learner_->status().updates < updates) {
      for (int64_t t = 0; t < steps; ++t) Step();
      const int64_t whole =
          static_cast<int64_t>(experience_->counts().columns) / 4;
      ASSERT_TRUE(Within([&] {
        return learner_->status().updates >= std::min(whole, updates);
      })) << learner_->status().message;
    }
  }

 private:
  void Hear(const runtime::FinishedRecord& record) {
    HostRecord added;
    added.row = record.row;
    added.kind = record.kind;
    added.reward = record.reward;
    added.observations = record.observations;
    added.mask = record.mask;
    added.action = record.action_before;
    added.log_probability = record.log_probability_before;
    added.state = record.state;
    added.continues = record.continues;
    experience_->Add(added);
  }

  void Observe(int32_t row) {
    const RecordRows rows = records_->Rows(0, row);
    const auto& observations = worlds_->spec().observations;
    for (size_t i = 0; i < observations.size(); ++i) {
      const std::span bytes(
          static_cast<const std::byte*>(rows.observations[i]),
          static_cast<size_t>(observations[i].bytes()));
      ThrowUnlessOk(observations[i].privileged
                        ? experience_->Tell(row, observations[i].name, bytes)
                        : beliefs_->Observe(row, observations[i].name, bytes));
    }
    ThrowUnlessOk(beliefs_->Reward(row, *rows.reward));
    if (IsLast(*rows.kind)) ThrowUnlessOk(beliefs_->End(row, *rows.kind));
    ThrowUnlessOk(beliefs_->SetSource(
        row, scripted_ ? runtime::ActionSource::kExternal
                       : runtime::ActionSource::kSampled));
  }

  void Act(int32_t row) {
    if (IsLast(*records_->Rows(0, row).kind)) return;
    float& word = actions_[static_cast<size_t>(row)];
    if (scripted_) {
      ThrowUnlessOk(beliefs_->Act(row, "move", {&word, 1}));
    } else {
      ThrowUnlessOk(beliefs_->Action(row, "move", {&word, 1}));
    }
  }

  const Parts parts_ = BuiltInParts();
  const bool scripted_;
  const std::string folder_;
  std::unique_ptr<VectorEnvironment> worlds_;
  std::unique_ptr<HostLearner> learner_;
  std::unique_ptr<runtime::Agent> agent_;
  std::unique_ptr<runtime::Beliefs> beliefs_;
  std::shared_ptr<Experience> experience_;
  std::unique_ptr<Unroll> records_;
  std::vector<float> actions_;
  std::vector<int32_t> rows_;
};

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
      std::string(kWorld) + "actions: scripted\n" + kRest, parts);
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
      ReadExperiment(std::string("world: {kind: host}\nseed: 4\n") + kRest,
                     parts),
      parts, spec, RunFolder(folder("run")));
  ASSERT_FALSE(learner.ok());
  EXPECT_THAT(learner.status().message(), HasSubstr("seed"));
}

}  // namespace
}  // namespace credo
