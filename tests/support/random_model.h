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
#include "sdk/base/model_metadata.h"
#include "sdk/base/number_text.h"
#include "sdk/base/random.h"
#include "sdk/base/record.h"
#include "sdk/base/spec_json.h"
#include "sdk/base/tensor_file.h"
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

// Everything that a model can have, with one of each alternative: encoders mlp
// and conv, the three cores, both memories, both frame models, all probes.
inline std::vector<OracleOptions> AllPartsOptions() {
  OracleOptions options;
  options.spec = SmallWorld();
  options.spec.observations.push_back(
      ObservationSpec::Tiles("place", {2}, 4).Privileged());
  std::vector<OracleOptions> all;
  for (const std::string core : {"memoryless", "lstm", "gru"}) {
    for (const bool addressed : {false, true}) {
      if (addressed && core == "memoryless") continue;
      OracleOptions made = options;
      made.conv = all.size() % 2 == 0;
      made.lstm = core == "lstm";
      made.gru = core == "gru";
      made.addressed = addressed;
      made.value_hidden = made.lstm ? 6 : 0;
      made.simulator = 5;
      if (made.gru) made.decoder = {};
      made.probes = {{"cells", "view"},
                     {"class", "place"},
                     {"real", "map"},
                     {"circular", "speed"}};
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
    AddMetadata();
    AddWeights();
    // All of them: harder than what models of 8 bits round.
    const auto all = [](const std::string&) { return true; };
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
        const auto x = static_cast<float>(
            spec.low + draws.Uniform() * (spec.high - spec.low));
        std::memcpy(bytes.data() + i * sizeof x, &x, sizeof x);
      } else {
        bytes[i] = static_cast<std::byte>(
            draws.Below(static_cast<uint32_t>(spec.high) + 1));
      }
    }
    return bytes;
  }

 private:
  static std::string List(const std::vector<int64_t>& numbers) {
    std::string text = "[";
    for (const int64_t n : numbers) {
      text += (text.size() > 1 ? "," : "") + std::to_string(n);
    }
    return text + "]";
  }

  void AddMetadata() {
    std::string memory = "{\"kind\":\"none\"}";
    if (options_.addressed) {
      memory = "{\"kind\":\"addressed\",\"slots\":" +
               std::to_string(options_.slots) +
               ",\"width\":" + std::to_string(options_.width) +
               ",\"sharpness\":" + NumberText(options_.sharpness) +
               ",\"value_hidden\":" + std::to_string(options_.value_hidden) +
               "}";
    }
    std::string core = "{\"kind\":\"memoryless\"}";
    if (options_.recurrent()) {
      core = std::string("{\"kind\":") +
             (options_.gru ? "\"gru\"" : "\"lstm\",\"forget_bias\":1.5") +
             ",\"size\":" + std::to_string(options_.size) +
             ",\"reward_input\":" +
             (options_.reward_input ? "true" : "false") +
             ",\"memory\":" + memory + "}";
    }
    std::string encoder =
        "{\"kind\":\"mlp\",\"sizes\":" + List(options_.encoder) + "}";
    if (options_.conv) {
      encoder = "{\"kind\":\"conv\",\"channels\":" + List(options_.channels) +
                ",\"kernels\":" + List(options_.kernels) +
                ",\"strides\":" + List(options_.strides) +
                ",\"size\":" + std::to_string(options_.encoder.back()) + "}";
    }
    auto& metadata = file_.metadata;
    metadata[kModelSpec] = SpecToJson(options_.spec);
    metadata[kModelAgent] =
        "{\"encoder\":" + encoder + ",\"core\":" + core +
        ",\"head_hidden\":" + List(options_.head_hidden) + "}";
    metadata[kModelAuxiliary] = "[]";
    if (options_.simulator > 0) {
      // Behind a loss that the runtime does not need.
      metadata[kModelAuxiliary] =
          "[{\"kind\":\"other\"},{\"kind\":\"simcore\",\"size\":" +
          std::to_string(options_.simulator) +
          ",\"observations\":[],\"decoder\":" +
          (options_.decoder.empty()
               ? "{\"kind\":\"mean_frame\"}"
               : "{\"kind\":\"deterministic\",\"hidden\":" +
                     List(options_.decoder) + "}") +
          "}]";
    }
    std::string probes;
    for (const auto& [kind, target] : options_.probes) {
      probes += (probes.empty() ? "{\"kind\":\"" : ",{\"kind\":\"") + kind +
                "\",\"target\":\"" + target + "\"}";
    }
    metadata[kModelProbes] = "[" + probes + "]";
    metadata[kModelLearner] =
        "{\"reward_clip\":" + NumberText(options_.reward_clip) +
        ",\"probe_hidden\":[8]}";
    metadata[kModelFrames] = "640";
  }

  void AddFloats(const std::string& name, Shape shape,
                 const std::vector<float>& floats) {
    file_.Add(name, DType::kF32, std::move(shape),
              std::as_bytes(std::span(floats)));
  }
  void AddRandom(const std::string& name, const Shape& shape, int64_t in) {
    Draws draws = RandomStream(seed_, name).At(0, 0);
    std::vector<float> floats(static_cast<size_t>(ElementCount(shape)));
    const double scale = 1 / std::sqrt(static_cast<double>(in));
    for (float& x : floats) x = static_cast<float>(draws.Normal() * scale);
    AddFloats(name, shape, floats);
  }
  void AddLinear(const std::string& name, int64_t in, int64_t out) {
    AddRandom(name + ".weight", {out, in}, in);
    AddRandom(name + ".bias", {out}, in);
  }
  void AddLayers(const std::string& name, int64_t in,
                 const std::vector<int64_t>& sizes) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      AddLinear(name + "." + std::to_string(i), in, sizes[i]);
      in = sizes[i];
    }
  }

  // Returns the numbers that go into the encoder's linear layers.
  int64_t AddConvolutions() {
    int64_t in = 0;
    for (const ObservationSpec& spec : options_.spec.observations) {
      if (spec.privileged) continue;
      if (!options_.conv || spec.kind != ObservationKind::kPicture) {
        in += spec.numbers();
        continue;
      }
      int64_t h = spec.shape[0], w = spec.shape[1], c = spec.shape[2];
      for (size_t l = 0; l < options_.channels.size(); ++l) {
        const std::string name =
            "agent.encoder." + spec.name + "." + std::to_string(l);
        const int64_t k = options_.kernels[l];
        AddRandom(name + ".weight", {options_.channels[l], c, k, k}, c * k * k);
        AddRandom(name + ".bias", {options_.channels[l]}, c * k * k);
        c = options_.channels[l];
        h = (h - k) / options_.strides[l] + 1;
        w = (w - k) / options_.strides[l] + 1;
      }
      in += c * h * w;
    }
    return in;
  }

  // Returns the size of the recurrent part of a belief.
  int64_t AddCore(int64_t encoding) {
    if (!options_.recurrent()) return encoding;
    const int64_t size = options_.size;
    const int64_t inputs =
        encoding + distribution_.inputs() + (options_.reward_input ? 1 : 0);
    const int64_t gates = options_.gru ? 3 : 4;
    const std::string name =
        options_.gru ? "agent.core.gru" : "agent.core.lstm";
    AddRandom(name + ".input", {gates * size, inputs}, size);
    AddRandom(name + ".recurrent", {gates * size, size}, size);
    AddRandom(name + ".bias", {gates * size}, size);
    if (options_.gru) AddRandom(name + ".recurrent_bias", {size}, size);
    return options_.gru ? size : 2 * size;
  }

  void AddSimulator(int64_t recurrent) {
    const std::string name = "auxiliary.1.simcore.";
    const int64_t size = options_.simulator;
    AddLinear(name + "simulator.start", recurrent, 2 * size);
    AddRandom(name + "simulator.lstm.input",
              {4 * size, distribution_.inputs()}, size);
    AddRandom(name + "simulator.lstm.recurrent", {4 * size, size}, size);
    AddRandom(name + "simulator.lstm.bias", {4 * size}, size);
    if (options_.addressed) {
      AddLinear(name + "simulator.query", size, options_.slots);
    }
    int64_t frame = 0;
    for (const ObservationSpec& spec : options_.spec.observations) {
      if (spec.privileged) continue;
      frame += spec.numbers();
      if (options_.decoder.empty()) {
        AddRandom(name + "decoder." + spec.name, {spec.numbers()}, 1);
      }
    }
    if (options_.decoder.empty()) return;
    std::vector<int64_t> sizes = options_.decoder;
    sizes.push_back(frame);
    AddLayers(name + "decoder",
              size + (options_.addressed ? options_.width : 0), sizes);
  }

  void AddProbes(int64_t belief) {
    AddLayers("probes.trunk", belief, {8});
    for (const auto& [kind, target] : options_.probes) {
      const int index = options_.spec.IndexOf(target);
      const ObservationSpec& spec = options_.spec.observations[index];
      AddLinear("probes." + target, 8,
                kind == "circular" ? 2 * spec.elements()
                : kind == "real"   ? spec.elements()
                                   : spec.numbers());
    }
  }

  void AddWeights() {
    const int64_t in = AddConvolutions();
    const int64_t encoding = options_.encoder.back();
    if (options_.conv) {
      AddLinear("agent.encoder.output", in, encoding);
    } else {
      AddLayers("agent.encoder", in, options_.encoder);
    }
    const int64_t recurrent = AddCore(encoding);
    int64_t belief = recurrent;
    if (options_.recurrent() && options_.addressed) {
      const std::string name = "agent.core.memory";
      AddLinear(name + ".address", options_.size, options_.slots);
      AddLinear(name + ".value", encoding, options_.width);
      if (options_.value_hidden > 0) {
        AddLayers(name + ".value_mlp", encoding + options_.size,
                  {options_.value_hidden, options_.width});
      }
      belief += options_.slots * options_.width;
    }
    std::vector<int64_t> sizes = options_.head_hidden;
    sizes.push_back(distribution_.parameters());
    AddLayers("agent.policy", belief, sizes);
    sizes.back() = 1;
    AddLayers("agent.value", belief, sizes);
    if (options_.simulator > 0) AddSimulator(recurrent);
    if (!options_.probes.empty()) AddProbes(belief);
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
