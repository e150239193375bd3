// Models of former builds load and compute what they did when they were made.
// Needs no trainer: this is what proves a build for another machine.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/read_file.h"
#include "sdk/base/record.h"
#include "sdk/base/tensor_file.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"
#include "tests/golden/golden_trace.h"

namespace credo {
namespace {

// Of scale: of one tick, and of a run without a look at the trainer.
constexpr double kTick = 1e-5;
constexpr double kFree = 1e-4;

std::string Folder() {
  const char* const other = std::getenv("CREDO_GOLDEN");
  return other != nullptr ? other : CREDO_GOLDEN_FOLDER;
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    if (entry.path().extension() == kModelEnding) {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

std::span<const std::byte> Bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

class GoldenTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string path = Folder() + "/" + GetParam();
    const Result<std::string> model = ReadFile(path + kModelEnding);
    ASSERT_TRUE(model.ok()) << model.status().message();
    model_ = *model;
    auto trace = ReadTensorFile(path + kTraceEnding, kTraceContent);
    ASSERT_TRUE(trace.ok()) << trace.status().message();
    trace_ = *std::move(trace);
    steps_ = trace_.Find(kKinds)->shape[0];
    Load(nullptr);
  }

  void Load(const runtime::Kernels* kernels) {
    auto agent = runtime::Agent::Load(Bytes(model_), GetParam(), {}, kernels);
    ASSERT_TRUE(agent.ok()) << agent.status().message();
    agent_ = *std::move(agent);
  }
  const runtime::Network& network() const { return agent_->first(); }

  // Row t of a tensor.
  std::span<const std::byte> RowBytes(const std::string& name,
                                      int64_t t) const {
    const NamedTensor* const tensor = trace_.Find(name);
    if (tensor == nullptr) return {};
    const std::span<const std::byte> all = tensor->bytes;
    const size_t size =
        all.size() / static_cast<size_t>(std::max<int64_t>(
                         tensor->shape[0], 1));
    return all.subspan(static_cast<size_t>(t) * size, size);
  }
  std::vector<float> Row(const std::string& name, int64_t t) const {
    const std::span<const std::byte> bytes = RowBytes(name, t);
    std::vector<float> row(bytes.size() / sizeof(float));
    std::ranges::copy(bytes, std::as_writable_bytes(std::span(row)).begin());
    return row;
  }
  // Whether the trainer drew latents, too.
  bool HasSamples() const {
    const std::string& first = network().simulator()->observations()[0].name;
    return trace_.Find(kSampled + first) != nullptr;
  }
  Kind KindAt(int64_t t) const {
    return static_cast<Kind>(RowBytes(kKinds, t)[0]);
  }
  // The world's form of the action that led to record t.
  std::vector<float> WorldAction(int64_t t) const {
    std::vector<float> words = Row(kActions, t);
    network().distribution().ToWorld(words, words);
    return words;
  }

  void ExpectNear(const std::string& name, int64_t t, const float* found,
                  double bound) const {
    const std::vector<float> expected = Row(name, t);
    double scale = 1;
    double most = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      const double e = expected[i];
      scale = std::max(scale, std::abs(e));
      const double apart = std::abs(e - found[i]);
      most = apart <= most ? most
             : std::isnan(apart) ? std::numeric_limits<double>::infinity()
                                 : apart;
    }
    ASSERT_FALSE(expected.empty()) << name;
    EXPECT_LE(most, bound * scale) << name << " of record " << t;
  }

  void ExpectImagined(runtime::Beliefs& beliefs, const std::string& kind,
                      const runtime::Imagining& how) const {
    std::vector<float> actions;
    for (int64_t k = 1; k <= kImaginedSteps; ++k) {
      const std::vector<float> action = WorldAction(kImaginedFrom + k);
      actions.insert(actions.end(), action.begin(), action.end());
    }
    for (const ObservationSpec& spec :
         network().simulator()->observations()) {
      std::vector<float> frames((kImaginedSteps + 1) * spec.numbers());
      const Status status = beliefs.Imagine(0, actions, kImaginedSteps,
                                            spec.name, frames, how);
      ASSERT_TRUE(status.ok()) << status.message();
      for (int64_t k = 0; k <= kImaginedSteps; ++k) {
        ExpectNear(kind + spec.name, k, frames.data() + k * spec.numbers(),
                   kFree);
      }
    }
  }

  std::string model_;
  TensorFile trace_;
  int64_t steps_ = 0;
  std::unique_ptr<runtime::Agent> agent_;
};

TEST_P(GoldenTest, TicksFromTheTrainersState) {
  for (const runtime::Kernels* kernels : runtime::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    Load(kernels);
    const ActionDistribution& distribution = network().distribution();
    std::vector<float> belief(runtime::Padded(network().core().belief_size()));
    std::vector<float> policy(runtime::Padded(distribution.parameters()));
    std::vector<float> scratch(network().scratch(1));
    for (int64_t t = 0; t < steps_; ++t) {
      const bool first = KindAt(t) == Kind::kFirst;
      std::vector<float> state = Row(kStates, t);
      std::vector<float> input(distribution.inputs());
      if (!first) distribution.Encode(Row(kActions, t), input);
      const float reward = first ? 0 : Row(kRewards, t)[0];
      std::vector<const std::byte*> observed;
      for (const ObservationSpec& spec : network().observations()) {
        observed.push_back(RowBytes(kObservation + spec.name, t).data());
      }
      auto* state_bytes = reinterpret_cast<std::byte*>(state.data());
      float* const beliefs = belief.data();
      float* const policies = policy.data();
      float value = 0;
      network().Tick({.rows = 1,
                      .observed = observed.data(),
                      .actions = {input.data(), 0},
                      .rewards = &reward,
                      .states = &state_bytes,
                      .beliefs = &beliefs,
                      .policies = &policies,
                      .values = &value,
                      .scratch = scratch.data()});
      ExpectNear(kBeliefs, t, belief.data(), kTick);
      ExpectNear(kPolicies, t, policy.data(), kTick);
      ExpectNear(kValues, t, &value, kTick);
      if (t + 1 < steps_ && KindAt(t + 1) != Kind::kFirst && !state.empty()) {
        ExpectNear(kStates, t + 1, state.data(), kTick);
      }
    }
  }
}

TEST_P(GoldenTest, BelievesReadsAndImaginesOnItsOwn) {
  constexpr int32_t kRow = 0;
  ASSERT_EQ(KindAt(0), Kind::kFirst);
  auto made = runtime::Beliefs::Make(*agent_, 1, 1);
  ASSERT_TRUE(made.ok()) << made.status().message();
  runtime::Beliefs& beliefs = **made;
  ASSERT_TRUE(beliefs.SetSource(0, runtime::ActionSource::kExternal).ok());
  std::vector<float> belief(network().core().belief_size());
  for (int64_t t = 0; t < steps_; ++t) {
    for (const ObservationSpec& spec : network().observations()) {
      const Status seen = beliefs.Observe(
          0, spec.name, RowBytes(kObservation + spec.name, t));
      ASSERT_TRUE(seen.ok()) << seen.message();
    }
    ASSERT_TRUE(beliefs.Reward(0, Row(kRewards, t)[0]).ok());
    const bool last = IsLast(KindAt(t));
    if (last) {
      ASSERT_TRUE(beliefs.End(0, KindAt(t)).ok());
    }
    const Status stepped = beliefs.Step({&kRow, 1}, 0);
    ASSERT_TRUE(stepped.ok()) << stepped.message();
    ASSERT_TRUE(beliefs.Belief(0, belief).ok());
    ExpectNear(kBeliefs, t, belief.data(), kFree);
    float value = 0;
    ASSERT_TRUE(beliefs.Value(0, value).ok());
    ExpectNear(kValues, t, &value, kFree);
    for (const auto& head : network().probes().heads()) {
      const std::string& target = head.model.target.name;
      std::vector<float> read(head.model.outputs);
      ASSERT_TRUE(beliefs.Probe(0, target, read).ok());
      ExpectNear(kProbe + target, t, read.data(), kFree);
    }
    if (t == kImaginedFrom) {
      ExpectImagined(beliefs, kImagined, {});
      if (HasSamples()) {
        ExpectImagined(beliefs, kSampled,
                       {.task = {},
                        .mode = runtime::ImagineMode::kSample,
                        .seed = kSampleSeed});
      }
    }
    if (last || t + 1 == steps_) continue;
    const std::vector<float> action = WorldAction(t + 1);
    const float* word = action.data();
    for (const ActionField& field : network().distribution().spec().fields) {
      const auto words = static_cast<size_t>(field.words());
      ASSERT_TRUE(beliefs.Act(0, field.name, {word, words}).ok());
      word += words;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, GoldenTest, testing::ValuesIn(Names()),
    [](const testing::TestParamInfo<std::string>& info) { return info.param; });

TEST(Golden, HasFiles) { EXPECT_GE(Names().size(), 4u); }

}  // namespace
}  // namespace credo
