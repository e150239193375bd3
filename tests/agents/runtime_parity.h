// The runtime beside the trainer: the same network, the same records.
#ifndef CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_
#define CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/beliefs.h"
#include "agents/model_file.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/network.h"
#include "tests/agents/experiment.h"

namespace credo {

// A network out of listed parts, by YAML.
struct ParityCase {
  std::string name;
  std::string world;
  std::string agent;
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
  for (const BeliefCorePart& core : parts.cores) {
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
         const runtime::Kernels* kernels = nullptr)
      : experiment(Yaml(it, seed, columns)) {
    Sharpen();
    ExperimentOptions& options =
        const_cast<ExperimentOptions&>(experiment.options());
    model = SerializeModel(experiment.spec(), options, experiment.learner(), 0);
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
           "\nauxiliary: [{kind: simcore, overshoot: 3, size: 11, decoder: "
           "{kind: deterministic, hidden: [13]}}]\n" +
           "learner: {unroll: 16, batch: " + std::to_string(columns) + "}\n";
  }

  // Untrained heads are almost uniform; larger weights tell argmaxes apart.
  void Sharpen() {
    for (const Parameter& parameter :
         experiment.learner().parameters().list()) {
      if (parameter.name.starts_with("agent.policy")) {
        torch::NoGradGuard no_grad;
        at::Tensor value = parameter.value;
        value.mul_(8);
      }
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

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_RUNTIME_PARITY_H_
