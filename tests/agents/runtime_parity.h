// The runtime beside the trainer: the same network, the same records.
#ifndef CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_
#define CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/network.h"
#include "tests/agents/experiment.h"

namespace credo {

// A network out of listed parts, by YAML.
struct ParityCase {
  std::string name;
  std::string world;
  std::string agent;
  std::string decoder = "{kind: deterministic, hidden: [13]}";
  // More of the loss, such as ", reads: 2".
  std::string simcore = "";
};

// Every listed encoder, core and memory, with every kind of observation and
// action between them. A part that is added to the lists is added here by
// itself, with its default options.
inline std::vector<ParityCase> ParityCases() {
  const std::string blank =
      "{kind: blank, picture: [20, 20, 3], action: all, masks: true, "
      "episode: 19, end: both}";
  std::vector<ParityCase> cases;
  const Parts parts = BuiltInParts();
  for (const EncoderPart& encoder : parts.encoders) {
    cases.push_back({"encoder_" + encoder.info.name, blank,
                     "{encoder: {kind: " + encoder.info.name + "}}"});
  }
  for (const BeliefCorePart& core : parts.AllCores()) {
    const std::string kind = "{encoder: {kind: mlp}, core: {kind: " +
                             core.info.name;
    if (core.info.name == "memoryless") {
      cases.push_back({"core_memoryless", blank, kind + "}}"});
      continue;
    }
    for (const MemoryPart& memory : parts.memories) {
      cases.push_back({"core_" + core.info.name + "_" + memory.info.name,
                       blank,
                       kind + ", memory: {kind: " + memory.info.name + "}}}"});
    }
  }
  // Reads that enter the belief and the core, and each frame model on a picture
  // of patches; what draws nothing cannot be imagined.
  for (const MemoryPart& memory : parts.memories) {
    if (memory.info.name == "none") continue;
    cases.push_back({"reads_" + memory.info.name, blank,
                     "{encoder: {kind: mlp}, core: {kind: lstm, size: 21, "
                     "show_memory: false, reads: 2, read_input: true, memory: "
                     "{kind: " +
                         memory.info.name + "}}}"});
  }
  cases.push_back({"kanerva_least_squares", blank,
                   "{encoder: {kind: mlp}, core: {kind: gru, size: 21, reads: "
                   "1, memory: {kind: kanerva, rows: 7, width: 5, address: "
                   "least_squares}}}"});
  const std::string agent =
      "{encoder: {kind: mlp}, core: {kind: lstm, size: 16, memory: {kind: "
      "addressed, slots: 5, width: 6}}}";
  const std::string picture =
      "{kind: grid, room: 5, colours: 3, picture: 4, episode: 19}";
  for (const FrameModelPart& model : parts.frame_models) {
    if (model.info.name == "cpc") continue;
    cases.push_back({"decoder_" + model.info.name, picture, agent,
                     "{kind: " + model.info.name + "}", ", reads: 3"});
  }
  cases.push_back({"decoder_deterministic_conv", picture, agent,
                   "{kind: deterministic, generator: conv, patch: 3, steps: 2, "
                   "channels: 7, condition: 5, picture_sigma: 0.3}"});
  cases.push_back({"decoder_tolerances", blank, agent,
                   "{kind: latent, picture_tolerance: 0.2, vector_tolerance: "
                   "0.7}"});
  for (const EncoderPart& encoder : parts.encoders) {
    cases.push_back({"standardised_" + encoder.info.name, blank,
                     "{encoder: {kind: " + encoder.info.name +
                         ", standardise: 8}}"});
  }
  // Sizes that are no multiples of anything, and every option that changes what
  // is computed.
  cases.push_back({"odd_sizes", blank,
                   "{encoder: {kind: conv, channels: [5, 19], kernels: [5, 3], "
                   "strides: [3, 1], size: 37}, core: {kind: lstm, size: 21, "
                   "reward_input: false, memory: {kind: addressed, slots: 7, "
                   "width: 5, value_hidden: 9, sharpness: 3}}, head_hidden: "
                   "[33, 18]}"});
  cases.push_back({"grid",
                   "{kind: grid, room: 5, colours: 3, heading: rotating}",
                   "{encoder: {kind: mlp, sizes: [32]}, core: {kind: lstm, "
                   "size: 64, memory: {kind: addressed}}}"});
  return cases;
}

// A trainer's experiment, filled with random weights, and the runtime's agent
// that was loaded from its model file.
class Parity {
 public:
  Parity(const ParityCase& it, int64_t seed, int64_t columns,
         const runtime::Kernels* kernels = nullptr, bool int8 = false)
      : experiment(Yaml(it, seed, columns)) {
    Sharpen();
    model = int8 ? experiment.Int8Model(/*frames=*/0)
                 : experiment.Model(/*frames=*/0);
    auto loaded = runtime::Agent::Load(std::as_bytes(std::span(model)),
                                       "memory", {}, kernels);
    ThrowUnlessOk(loaded.status());
    agent = *std::move(loaded);
  }

  const runtime::Network& network() const { return agent->first(); }

  Experiment experiment;
  std::string model;
  std::unique_ptr<runtime::Agent> agent;

 private:
  static std::string Yaml(const ParityCase& it, int64_t seed,
                          int64_t columns) {
    return "world: " + it.world + "\nagent: " + it.agent +
           "\nseed: " + std::to_string(seed) +
           "\nauxiliary: [{kind: simcore, overshoot: 3, size: 11" +
           it.simcore + ", decoder: " + it.decoder + "}]\n" +
           "learner: {unroll: 16, batch: " + std::to_string(columns) + "}\n";
  }

  // Untrained heads are almost uniform; larger weights tell argmaxes apart. And
  // means and deviations are those of something that was seen.
  void Sharpen() {
    for (const Parameter& parameter :
         experiment.learner().parameters().list()) {
      torch::NoGradGuard no_grad;
      at::Tensor value = parameter.value;
      if (parameter.name.starts_with("agent.policy")) value.mul_(8);
      if (!parameter.learned) value.uniform_(0.01, 0.6);
    }
  }
};

// The largest difference of two rows over the larger of 1 and the largest
// number of the first.
inline double Distance(std::span<const float> expected, const float* found) {
  double scale = 1;
  double most = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    scale = std::max(scale, std::abs(static_cast<double>(expected[i])));
    const double difference =
        std::abs(static_cast<double>(expected[i]) - found[i]);
    // A NaN is infinitely far.
    most = difference <= most ? most
           : std::isnan(difference)
               ? std::numeric_limits<double>::infinity()
               : difference;
  }
  return most / scale;
}

inline std::span<const float> RowOf(const at::Tensor& rows, int64_t row) {
  const int64_t size = rows.numel() / rows.size(0);
  return {rows.const_data_ptr<float>() + row * size,
          static_cast<size_t>(size)};
}

// Bounds, of scale: of one tick, of 1,000 without a look at the trainer, and of
// the gap between the two best choices from which on the best is the same.
inline constexpr double kTick = 1e-5;
inline constexpr double kFree = 1e-3;
inline constexpr double kImagined = 1e-4;
inline constexpr double kGap = 2e-5;

// The records of one step as the runtime takes them.
struct StepInput {
  std::vector<const std::byte*> observed;
  at::Tensor actions;
  std::vector<float> rewards;
};

inline StepInput InputAt(const Parity& parity, const Unroll& unroll,
                         const CoreInput& core, int64_t t) {
  StepInput input;
  const int64_t columns = unroll.columns;
  for (int64_t b = 0; b < columns; ++b) {
    for (const ObservationSpec& spec : parity.network().observations()) {
      input.observed.push_back(
          static_cast<const std::byte*>(
              unroll.observations[spec.name][t].const_data_ptr()) +
          b * spec.bytes());
    }
    const bool first = unroll.kind(t, b) == Kind::kFirst;
    input.rewards.push_back(
        first ? 0 : unroll.rewards[t][b].item<float>());
  }
  input.actions = core.actions[t].contiguous();
  return input;
}

// How many argmaxes differ although the two best are further apart than
// rounding.
inline int64_t WrongArgmaxes(const ActionDistribution& distribution,
                             std::span<const float> expected,
                             const float* found) {
  int64_t wrong = 0;
  size_t at = 0;
  for (const ActionField& field : distribution.spec().fields) {
    if (field.kind == ActionField::Kind::kContinuous) {
      at += 2 * static_cast<size_t>(field.dimensions);
      continue;
    }
    for (const int64_t choices : field.choices) {
      const auto logits = expected.subspan(at, static_cast<size_t>(choices));
      const auto best = std::ranges::max_element(logits) - logits.begin();
      float second = -std::numeric_limits<float>::infinity();
      float scale = 1;
      for (int64_t i = 0; i < choices; ++i) {
        scale = std::max(scale, std::abs(logits[i]));
        if (i != best) second = std::max(second, logits[i]);
      }
      const auto other = std::max_element(found + at, found + at + choices) -
                         (found + at);
      wrong += other != best && logits[best] - second > kGap * scale;
      at += static_cast<size_t>(choices);
    }
  }
  return wrong;
}

// One tick of every column from the trainer's own state, over one unroll.
// Returns the ticks.
inline int64_t ExpectTicksNear(Parity& parity, const Unroll& unroll) {
  torch::NoGradGuard no_grad;
  const Agent& agent = parity.experiment.agent();
  const runtime::Network& network = parity.network();
  const double clip = parity.experiment.options().learner.reward_clip;
  const CoreInput whole = MakeCoreInput(agent, unroll, unroll.kinds_list(),
                                        agent.Encode(unroll.observations),
                                        clip);
  const int64_t columns = unroll.columns;
  const int64_t belief = network.core().belief_size();
  const int64_t stride = runtime::Padded(belief);
  const int64_t policy =
      runtime::Padded(network.distribution().parameters());
  std::vector<float> beliefs(columns * stride);
  std::vector<float> policies(columns * policy);
  std::vector<float> values(columns);
  std::vector<float> scratch(network.scratch(columns));
  std::vector<float*> belief_rows;
  std::vector<float*> policy_rows;
  for (int64_t b = 0; b < columns; ++b) {
    belief_rows.push_back(beliefs.data() + b * stride);
    policy_rows.push_back(policies.data() + b * policy);
  }
  at::Tensor state = unroll.state.clone();
  for (int64_t t = 0; t < unroll.steps; ++t) {
    const auto one = [&](const at::Tensor& x) { return x.narrow(0, t, 1); };
    at::Tensor own = (state * whole.keep[t].unsqueeze(1)).contiguous();
    const CoreOutput output = agent.core().Unroll(
        {one(whole.encoded), one(whole.actions), one(whole.rewards),
         one(whole.keep)},
        state, 0);
    const Agent::Heads heads = agent.Evaluate(output.beliefs);
    state = output.state;

    StepInput input = InputAt(parity, unroll, whole, t);
    std::vector<std::byte*> states;
    for (int64_t b = 0; b < columns; ++b) {
      states.push_back(reinterpret_cast<std::byte*>(
          own.data_ptr<float>() + b * network.core().layout().floats()));
    }
    network.Tick({.rows = columns,
                  .observed = input.observed.data(),
                  .actions = {input.actions.data_ptr<float>(),
                              input.actions.size(1)},
                  .rewards = input.rewards.data(),
                  .states = states.data(),
                  .beliefs = belief_rows.data(),
                  .policies = policy_rows.data(),
                  .values = values.data(),
                  .scratch = scratch.data()});
    const at::Tensor expected = output.beliefs[0].contiguous();
    const at::Tensor logits = heads.policy[0].contiguous();
    const at::Tensor value = heads.values[0].contiguous();
    for (int64_t b = 0; b < columns; ++b) {
      EXPECT_LE(Distance(RowOf(expected, b), belief_rows[b]), kTick);
      EXPECT_LE(Distance(RowOf(logits, b), policy_rows[b]), kTick);
      EXPECT_LE(Distance(RowOf(value, b), &values[b]), kTick);
      EXPECT_EQ(WrongArgmaxes(network.distribution(), RowOf(logits, b),
                              policy_rows[b]),
                0);
      if (network.core().layout().bytes() > 0) {
        EXPECT_LE(Distance(RowOf(state, b),
                           reinterpret_cast<const float*>(states[b])),
                  kTick);
      }
    }
    if (testing::Test::HasFailure()) break;
  }
  return unroll.steps * columns;
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_
