// Model files with random weights, made without the trainer. What must come
// out of their golden records is what the oracle computes.
#ifndef CREDO_TESTS_SUPPORT_RANDOM_MODEL_H_
#define CREDO_TESTS_SUPPORT_RANDOM_MODEL_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/int8_weights.h"
#include "sdk/base/random.h"
#include "sdk/base/record.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/metadata.h"
#include "tests/support/oracle_metadata.h"
#include "tests/support/oracle_options.h"
#include "tests/support/random_weights.h"
#include "tests/support/runtime_oracle.h"

namespace credo {

// A world with every kind of observation that an mlp reads, one that the agent
// must not see, and both kinds of action under a mask.
inline EnvironmentSpec SmallWorld() {
  EnvironmentSpec spec;
  spec.name = "small";
  spec.observations = {
      ObservationSpec::Picture("eye", 2, 3, 1),
      ObservationSpec::Tiles("view", {2, 2}, 3),
      ObservationSpec::Vector("map", {4}, 0, 1).Privileged(),
      ObservationSpec::Vector("speed", {3}, -2, 6),
  };
  spec.action.fields = {ActionField::MultiDiscrete("move", {3, 2}),
                        ActionField::Continuous("turn", 2, -10, 30)};
  spec.action.has_mask = true;
  return spec;
}

// Memories of every kind, none first; kanerva once with each of its addresses.
inline std::vector<OracleMemory> AllMemories() {
  return {{.kind = "none"},
          {.kind = "addressed"},
          {.kind = "slots"},
          {.kind = "kanerva"},
          {.kind = "kanerva", .rows = 4, .least_squares = true},
          {.kind = "delta"}};
}

// A simulator with each of the decoders that one of the small world's
// observations, or all of them, can have. The last draws nothing.
inline std::vector<OracleSimulator> AllSimulators() {
  const std::vector<std::string> eye = {"eye"};
  return {{.decoder = "deterministic"},
          {.reads = 2, .decoder = "latent", .hidden = {6, 5}},
          {.actions = false, .observations = eye, .decoder = "conv_draw"},
          {.decoder = "mean_frame"},
          {.observations = eye, .decoder = "deterministic_conv", .steps = 3},
          {.decoder = "cpc"}};
}

// Everything that a model can have, with each alternative at least once:
// encoders, cores, memories beside either recurrent core, decoders, probes.
inline std::vector<OracleOptions> AllPartsOptions() {
  OracleOptions options;
  options.spec = SmallWorld();
  options.spec.observations.push_back(
      ObservationSpec::Tiles("place", {1}, 4).Privileged());
  options.probes = {{"cells", "view"},
                    {"class", "place"},
                    {"real", "map"},
                    {"circular", "speed"}};
  std::vector<OracleOptions> all;
  for (const std::string core : {"memoryless", "lstm", "gru"}) {
    for (const OracleMemory& memory : AllMemories()) {
      if (core == "memoryless" && memory.kind != "none") continue;
      const size_t number = all.size();
      OracleOptions made = options;
      made.core = core;
      made.conv = number % 2 == 0;
      made.memory = memory;
      made.memory.value_hidden = core == "lstm" ? 6 : 0;
      // The older memories as older models have them.
      if (memory.kind != "none" && memory.kind != "addressed") {
        made.reads = 1 + static_cast<int64_t>(number % 2);
        made.read_input = number % 3 != 0;
        made.show_memory = number % 4 < 2;
        made.probe_reader = number % 2 == 0 ? "query" : "flat";
      }
      const auto simulators = AllSimulators();
      const size_t second = 1 + (number + 3) % (simulators.size() - 1);
      made.simulators = {simulators[core == "gru" ? 3 : 0],
                         simulators[second]};
      all.push_back(std::move(made));
    }
  }
  return all;
}

class RandomModel {
 public:
  // `int8`: its weights are of 8 bits.
  explicit RandomModel(OracleOptions options, uint64_t seed = 1,
                       bool int8 = false)
      : options_(std::move(options)),
        distribution_(options_.spec.action),
        seed_(seed) {
    file_.content = kModelContent;
    for (const auto& [key, text] : MetadataOf(options_)) {
      file_.metadata[key] = text;
    }
    RandomWeights(seed, file_).Add(options_);
    // All layers: harder than what models of 8 bits round.
    const auto all = [](const std::string& name) {
      return !name.ends_with(".prior") && !name.ends_with(".cells");
    };
    if (int8 && !QuantiseWeights(file_, all).ok()) {
      throw std::logic_error("weights that cannot be rounded");
    }
    AddGolden();
  }

  const OracleOptions& options() const { return options_; }
  const TensorFile& file() const { return file_; }
  std::string Bytes() const { return SerializeTensorFile(file_); }

  // One observation of random numbers within its range.
  static std::vector<std::byte> Draw(const ObservationSpec& spec,
                                     Draws& draws) {
    std::vector<std::byte> bytes(static_cast<size_t>(spec.bytes()));
    for (int64_t i = 0; i < spec.elements(); ++i) {
      if (spec.kind == ObservationKind::kVector) {
        // Numbers without bounds are drawn from 0 to 1.
        const double low = std::isfinite(spec.low) ? spec.low : 0;
        const double high = std::isfinite(spec.high) ? spec.high : low + 1;
        const auto x =
            static_cast<float>(low + draws.Uniform() * (high - low));
        std::memcpy(bytes.data() + i * sizeof x, &x, sizeof x);
      } else {
        bytes[i] = static_cast<std::byte>(
            draws.Below(static_cast<uint32_t>(spec.high) + 1));
      }
    }
    return bytes;
  }

 private:
  void AddFloats(const std::string& name, Shape shape,
                 const std::vector<float>& floats) {
    file_.Add(name, DType::kF32, std::move(shape),
              std::as_bytes(std::span(floats)));
  }

  void AddGolden() {
    constexpr int64_t kRecords = 4;
    std::vector<uint8_t> kinds;
    std::vector<float> actions, rewards, beliefs, policies, values;
    std::vector<std::vector<std::byte>> seen(
        options_.spec.observations.size());
    TensorFile floats = file_;
    DequantiseWeights(floats);
    RuntimeOracle oracle(options_, floats);
    for (int64_t t = 0; t < kRecords; ++t) {
      Draws draws = RandomStream(seed_, "golden").At(0, t);
      std::vector<std::vector<std::byte>> record;
      std::vector<const std::byte*> pointers;
      for (const ObservationSpec& spec : options_.spec.observations) {
        record.push_back(Draw(spec, draws));
        auto& all = seen[record.size() - 1];
        all.insert(all.end(), record.back().begin(), record.back().end());
      }
      for (size_t i = 0; i < record.size(); ++i) {
        if (options_.spec.observations[i].privileged) continue;
        pointers.push_back(record[i].data());
      }
      std::vector<float> action(static_cast<size_t>(distribution_.words()));
      float reward = 0;
      if (t > 0) {
        distribution_.SampleUniform({}, draws, action);
        reward = 2 * draws.Uniform() - 1;
      }
      const auto out = oracle.Step(t == 0, pointers, action, reward);
      kinds.push_back(static_cast<uint8_t>(t == 0 ? Kind::kFirst
                                                  : Kind::kMid));
      actions.insert(actions.end(), action.begin(), action.end());
      rewards.push_back(reward);
      for (const double x : out.belief) {
        beliefs.push_back(static_cast<float>(x));
      }
      for (const double x : out.policy) {
        policies.push_back(static_cast<float>(x));
      }
      values.push_back(static_cast<float>(out.value));
    }
    const auto width = [](const std::vector<float>& all) {
      return static_cast<int64_t>(all.size()) / kRecords;
    };
    file_.Add(kGoldenKinds, DType::kU8, {kRecords},
              std::as_bytes(std::span(kinds)));
    AddFloats(kGoldenActions, {kRecords, width(actions)}, actions);
    AddFloats(kGoldenRewards, {kRecords}, rewards);
    AddFloats(kGoldenBeliefs, {kRecords, width(beliefs)}, beliefs);
    AddFloats(kGoldenPolicies, {kRecords, width(policies)}, policies);
    AddFloats(kGoldenValues, {kRecords}, values);
    for (size_t i = 0; i < seen.size(); ++i) {
      const ObservationSpec& spec = options_.spec.observations[i];
      if (spec.privileged) continue;
      Shape shape = spec.shape;
      shape.insert(shape.begin(), kRecords);
      file_.Add(kGoldenObservation + spec.name, spec.dtype(), shape, seen[i]);
    }
  }

  OracleOptions options_;
  ActionDistribution distribution_;
  uint64_t seed_;
  TensorFile file_;
};

// How far a model's golden numbers are from the oracle's, as a share of the
// largest of each kind and record; infinite when one is no number.
inline double GoldenError(const OracleOptions& options,
                          const TensorFile& file) {
  const auto floats = [&](const std::string& name) {
    const std::vector<std::byte>& bytes = file.Find(name)->bytes;
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
  };
  double most = 0;
  const auto compare = [&](std::span<const float> golden,
                           std::span<const double> computed) {
    double scale = 1;
    for (const float x : golden) {
      scale = std::max<double>(scale, std::abs(x));
    }
    for (size_t i = 0; i < computed.size(); ++i) {
      const double error = std::abs(golden[i] - computed[i]) / scale;
      most = error <= most ? most
             : std::isnan(error)
                 ? std::numeric_limits<double>::infinity()
                 : error;
    }
  };
  const auto rewards = floats(kGoldenRewards);
  const auto actions = floats(kGoldenActions);
  const auto beliefs = floats(kGoldenBeliefs);
  const auto policies = floats(kGoldenPolicies);
  const auto values = floats(kGoldenValues);
  const size_t records = rewards.size();
  RuntimeOracle oracle(options, file);
  for (size_t t = 0; t < records; ++t) {
    std::vector<const std::byte*> seen;
    for (const ObservationSpec& spec : options.spec.observations) {
      if (spec.privileged) continue;
      seen.push_back(file.Find(kGoldenObservation + spec.name)->bytes.data() +
                     t * static_cast<size_t>(spec.bytes()));
    }
    const auto part = [&](const std::vector<float>& all) {
      const size_t width = all.size() / records;
      return std::span(all).subspan(t * width, width);
    };
    const auto out = oracle.Step(t == 0, seen, part(actions), rewards[t]);
    compare(part(beliefs), out.belief);
    compare(part(policies), out.policy);
    compare(part(values), std::span(&out.value, 1));
  }
  return most;
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_RANDOM_MODEL_H_
