// A model that is played: by the runtime, and beside it by the oracle.
#ifndef CREDO_TESTS_SUPPORT_PLAYED_MODEL_H_
#define CREDO_TESTS_SUPPORT_PLAYED_MODEL_H_

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"
#include "tests/support/random_model.h"

namespace credo {

// An agent of random weights and a row of beliefs whose actions are the host's:
// what is seen and done depends on the time alone.
class PlayedModel {
 public:
  explicit PlayedModel(const OracleOptions& options,
                       const runtime::Kernels* kernels = nullptr,
                       uint64_t seed = 1)
      : model_(options, seed),
        distribution_(options.spec.action),
        oracle_(std::make_unique<RuntimeOracle>(model_.options(),
                                                model_.file())) {
    const std::string bytes = model_.Bytes();
    auto agent = runtime::Agent::Load(std::as_bytes(std::span(bytes)), "place",
                                      {}, kernels);
    EXPECT_TRUE(agent.ok()) << agent.status().message();
    agent_ = *std::move(agent);
    beliefs_ = MakeBeliefs();
  }

  runtime::Agent& agent() { return *agent_; }
  const runtime::Network& network() const { return agent_->first(); }
  const OracleOptions& options() const { return model_.options(); }
  const RuntimeOracle& oracle() const { return *oracle_; }
  runtime::Beliefs& beliefs() { return *beliefs_; }

  std::unique_ptr<runtime::Beliefs> MakeBeliefs() {
    auto made = runtime::Beliefs::Make(*agent_, 1, 5);
    EXPECT_TRUE(made.ok()) << made.status().message();
    EXPECT_TRUE(
        (*made)->SetSource(0, runtime::ActionSource::kExternal).ok());
    return *std::move(made);
  }

  // The action that leads to record `time`, as words and as the world's.
  std::vector<float> Action(uint64_t time) const {
    std::vector<float> words(static_cast<size_t>(distribution_.words()));
    Draws draws = RandomStream(4, "action").At(0, time);
    distribution_.SampleUniform({}, draws, words);
    return words;
  }
  std::vector<float> WorldAction(uint64_t time) const {
    std::vector<float> words = Action(time);
    distribution_.ToWorld(words, words);
    return words;
  }

  // Record `time` of an episode into beliefs of one row.
  void Step(runtime::Beliefs& beliefs, uint64_t time) const {
    const Record record(*this, time);
    if (time > 0) Act(beliefs, time);
    for (size_t i = 0, seen = 0; i < record.bytes.size(); ++i) {
      const ObservationSpec& spec = options().spec.observations[i];
      if (spec.privileged) continue;
      ASSERT_TRUE(beliefs.Observe(0, spec.name, record.bytes[i]).ok());
      ++seen;
    }
    ASSERT_TRUE(beliefs.Reward(0, record.reward).ok());
    const int32_t row = 0;
    const Status status = beliefs.Step({&row, 1}, 0);
    ASSERT_TRUE(status.ok()) << status.message();
  }
  // The same by the oracle.
  RuntimeOracle::Output StepOracle(uint64_t time) {
    const Record record(*this, time);
    std::vector<const std::byte*> seen;
    for (size_t i = 0; i < record.bytes.size(); ++i) {
      if (options().spec.observations[i].privileged) continue;
      seen.push_back(record.bytes[i].data());
    }
    const std::vector<float> action =
        time > 0 ? Action(time) : std::vector<float>(Action(time).size());
    return oracle_->Step(time == 0, seen, action, record.reward);
  }

  std::vector<float> Belief(const runtime::Beliefs& beliefs) const {
    std::vector<float> belief(
        static_cast<size_t>(network().core().belief_size()));
    EXPECT_TRUE(beliefs.Belief(0, belief).ok());
    return belief;
  }

 private:
  struct Record {
    Record(const PlayedModel& it, uint64_t time) {
      Draws draws = RandomStream(4, "seen").At(0, time);
      for (const ObservationSpec& spec : it.options().spec.observations) {
        bytes.push_back(RandomModel::Draw(spec, draws));
      }
      reward = time > 0 ? 2 * draws.Uniform() - 1 : 0;
    }
    std::vector<std::vector<std::byte>> bytes;
    float reward = 0;
  };

  void Act(runtime::Beliefs& beliefs, uint64_t time) const {
    const std::vector<float> action = WorldAction(time);
    const float* word = action.data();
    for (const ActionField& field : options().spec.action.fields) {
      const auto words = static_cast<size_t>(field.words());
      ASSERT_TRUE(beliefs.Act(0, field.name, {word, words}).ok());
      word += words;
    }
  }

  RandomModel model_;
  ActionDistribution distribution_;
  std::unique_ptr<RuntimeOracle> oracle_;
  std::unique_ptr<runtime::Agent> agent_;
  std::unique_ptr<runtime::Beliefs> beliefs_;
};

// The largest difference over the larger of 1 and the largest number of the
// expected; infinite when one is no number.
inline double DistanceOf(const Doubles& expected,
                         std::span<const float> found) {
  if (expected.size() != found.size()) return INFINITY;
  double scale = 1;
  double most = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    scale = std::max(scale, std::abs(expected[i]));
    const double apart = std::abs(expected[i] - found[i]);
    most = apart <= most ? most : std::isnan(apart) ? INFINITY : apart;
  }
  return most / scale;
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_PLAYED_MODEL_H_
