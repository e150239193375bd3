// A game that plays the grid with the runtime, and a learner inside it.
#ifndef CREDO_TESTS_AGENTS_HOSTING_HOSTED_GRID_H_
#define CREDO_TESTS_AGENTS_HOSTING_HOSTED_GRID_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agents/hosting/host_learner.h"
#include "agents/runs/trainer.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"
#include "tests/agents/experiment.h"

namespace credo {

inline constexpr char kHostedWorld[] =
    "world: {kind: grid, room: 4, episode: 11}\n";
inline constexpr char kHostedRest[] =
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
  // `more`: of the configuration. `published` is called before new weights are
  // handed on, by the learner's thread.
  HostedGrid(const std::string& more, const std::string& folder,
             Parts parts = BuiltInParts(),
             std::function<void()> published = nullptr,
             const std::string& rest = kHostedRest)
      : parts_(std::move(parts)),
        scripted_(more.find("actions: scripted") != std::string::npos) {
    auto grid = ReadExperiment(kHostedWorld + more + rest, parts_);
    auto worlds = VectorEnvironment::Make(MakeWorldFactory(*grid, parts_),
                                          grid->seed, 0, grid->learner.batch);
    ThrowUnlessOk(worlds.status());
    worlds_ = *std::move(worlds);
    auto learner = HostLearner::Open(
        ReadExperiment("world: {kind: host}\n" + more + rest, parts_), parts_,
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
        worlds_->size(), [this, published](const std::string& bytes) {
          if (published) published();
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
  // The learner's thread calls this object.
  ~HostedGrid() { learner_.reset(); }

  HostLearner& learner() { return *learner_; }
  const Experience& experience() const { return *experience_; }

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

  const Parts parts_;
  const bool scripted_;
  std::unique_ptr<VectorEnvironment> worlds_;
  std::unique_ptr<HostLearner> learner_;
  std::unique_ptr<runtime::Agent> agent_;
  std::unique_ptr<runtime::Beliefs> beliefs_;
  std::shared_ptr<Experience> experience_;
  std::unique_ptr<Unroll> records_;
  std::vector<float> actions_;
  std::vector<int32_t> rows_;
};

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_HOSTING_HOSTED_GRID_H_
