// What a model computes, slowly: in double precision, one term after another,
// from the formulas of the trainer. Encoders mlp and conv; cores memoryless,
// lstm and gru; memories none and addressed. Simulator and probes are options
// of the model alone: nothing that acts depends on them.
#ifndef CREDO_TESTS_SUPPORT_RUNTIME_ORACLE_H_
#define CREDO_TESTS_SUPPORT_RUNTIME_ORACLE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"

namespace credo {

using Doubles = std::vector<double>;

// The options of a model that the oracle knows.
struct OracleOptions {
  EnvironmentSpec spec;
  std::vector<int64_t> encoder = {12, 9};  // of mlp; the last is conv's size
  bool conv = false;
  std::vector<int64_t> channels = {3, 4};
  std::vector<int64_t> kernels = {2, 1};
  std::vector<int64_t> strides = {1, 2};
  bool lstm = true;  // else memoryless, or
  bool gru = false;
  int64_t size = 7;
  bool reward_input = true;
  bool addressed = false;
  int64_t slots = 5;
  int64_t width = 3;
  double sharpness = 2;
  int64_t value_hidden = 0;
  std::vector<int64_t> head_hidden = {10};
  double reward_clip = 0.5;
  // None when 0; what it predicts with: {} is mean_frame.
  int64_t simulator = 0;
  std::vector<int64_t> decoder = {7};
  // Kind and target of each probe.
  std::vector<std::pair<std::string, std::string>> probes = {};

  bool recurrent() const { return lstm || gru; }
};

class RuntimeOracle {
 public:
  struct Output {
    Doubles belief;
    Doubles policy;
    double value = 0;
  };

  // `file` must live as long as the oracle.
  RuntimeOracle(const OracleOptions& options, const TensorFile& file)
      : options_(options), file_(file) {}

  // One record: the agent's observations in order, the words that led here and
  // the reward on arriving.
  Output Step(bool first, std::span<const std::byte* const> observed,
              std::span<const float> action, float reward) {
    if (first) {
      hidden_.assign(options_.size, 0);
      cell_.assign(options_.size, 0);
      slots_.assign(options_.slots * options_.width, 0);
    }
    Doubles encoded;
    size_t at = 0;
    for (const ObservationSpec& spec : options_.spec.observations) {
      if (spec.privileged) continue;
      const std::byte* const bytes = observed[at++];
      if (options_.conv && spec.kind == ObservationKind::kPicture) {
        Append(Convolved(spec, bytes), encoded);
      } else {
        Flatten(spec, bytes, encoded);
      }
    }
    encoded = options_.conv
                  ? Linear("agent.encoder.output", encoded)
                  : Layers("agent.encoder", encoded, options_.encoder.size());
    for (double& number : encoded) number = std::max(number, 0.0);

    Output output;
    output.belief = encoded;
    if (options_.recurrent()) {
      Doubles inputs = encoded;
      Append(Inputs(first, action), inputs);
      if (options_.reward_input) inputs.push_back(Clipped(first ? 0 : reward));
      if (options_.gru) {
        StepGru(inputs);
        output.belief = hidden_;
      } else {
        StepLstm(inputs);
        output.belief = hidden_;
        for (const double c : cell_) output.belief.push_back(std::tanh(c));
      }
      if (options_.addressed) {
        WriteSlots(encoded);
        Append(slots_, output.belief);
      }
    }
    const size_t layers = options_.head_hidden.size() + 1;
    output.policy = Layers("agent.policy", output.belief, layers);
    output.value = Layers("agent.value", output.belief, layers)[0];
    return output;
  }

 private:
  static void Append(const Doubles& more, Doubles& to) {
    to.insert(to.end(), more.begin(), more.end());
  }
  static double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

  Doubles Numbers(const std::string& name) const {
    const NamedTensor& tensor = *file_.Find(name);
    std::vector<float> floats(tensor.bytes.size() / sizeof(float));
    std::memcpy(floats.data(), tensor.bytes.data(), tensor.bytes.size());
    return Doubles(floats.begin(), floats.end());
  }

  // Wx + b.
  static Doubles Affine(const Doubles& weight, const Doubles& bias,
                        const Doubles& x) {
    Doubles y = bias;
    for (size_t o = 0; o < y.size(); ++o) {
      for (size_t i = 0; i < x.size(); ++i) {
        y[o] += weight[o * x.size() + i] * x[i];
      }
    }
    return y;
  }
  Doubles Linear(const std::string& name, const Doubles& x) const {
    return Affine(Numbers(name + ".weight"), Numbers(name + ".bias"), x);
  }
  Doubles Layers(const std::string& name, Doubles x, size_t count) const {
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) {
        for (double& number : x) number = std::max(number, 0.0);
      }
      x = Linear(name + "." + std::to_string(i), x);
    }
    return x;
  }

  static void Flatten(const ObservationSpec& spec, const std::byte* bytes,
                      Doubles& to) {
    for (int64_t i = 0; i < spec.elements(); ++i) {
      if (spec.kind == ObservationKind::kVector) {
        float x;
        std::memcpy(&x, bytes + i * sizeof x, sizeof x);
        const bool bounded =
            std::isfinite(spec.low) && std::isfinite(spec.high);
        to.push_back(
            bounded ? (x - spec.low) * 2 / (spec.high - spec.low) - 1 : x);
      } else if (spec.kind == ObservationKind::kPicture) {
        to.push_back(std::to_integer<int>(bytes[i]) / 255.0);
      } else {
        for (int64_t c = 0; c < spec.categories(); ++c) {
          to.push_back(std::to_integer<int64_t>(bytes[i]) == c ? 1 : 0);
        }
      }
    }
  }

  // The action as network input; none has led to a first record.
  Doubles Inputs(bool first, std::span<const float> action) const {
    Doubles inputs;
    size_t word = 0;
    for (const ActionField& field : options_.spec.action.fields) {
      for (const int64_t n : field.choices) {
        const float index = action[word++];
        for (int64_t c = 0; c < n; ++c) {
          inputs.push_back(!first && index == static_cast<float>(c) ? 1 : 0);
        }
      }
      for (int64_t d = 0; d < field.dimensions; ++d) {
        const double x = std::clamp<double>(action[word++], -1, 1);
        inputs.push_back(first ? 0 : x);
      }
    }
    return inputs;
  }

  double Clipped(double reward) const {
    const double clip = options_.reward_clip;
    return clip > 0 ? std::clamp(reward, -clip, clip) : reward;
  }

  // [C, H, W] of what comes out of the last convolution.
  Doubles Convolved(const ObservationSpec& spec, const std::byte* bytes) const {
    int64_t h = spec.shape[0], w = spec.shape[1], c = spec.shape[2];
    Doubles from(static_cast<size_t>(c * h * w));
    for (int64_t at = 0; at < h * w; ++at) {
      for (int64_t i = 0; i < c; ++i) {
        from[i * h * w + at] = std::to_integer<int>(bytes[at * c + i]) / 255.0;
      }
    }
    for (size_t l = 0; l < options_.channels.size(); ++l) {
      const std::string name =
          "agent.encoder." + spec.name + "." + std::to_string(l);
      const Doubles weight = Numbers(name + ".weight");
      const Doubles bias = Numbers(name + ".bias");
      const int64_t k = options_.kernels[l], stride = options_.strides[l];
      const int64_t rows = (h - k) / stride + 1, columns = (w - k) / stride + 1;
      Doubles to;
      for (size_t o = 0; o < bias.size(); ++o) {
        for (int64_t y = 0; y < rows; ++y) {
          for (int64_t x = 0; x < columns; ++x) {
            double sum = bias[o];
            for (int64_t at = 0; at < c * k * k; ++at) {
              const int64_t line = y * stride + at / k % k;
              sum += weight[o * c * k * k + at] *
                     from[(at / (k * k) * h + line) * w + x * stride + at % k];
            }
            to.push_back(std::max(sum, 0.0));
          }
        }
      }
      from = std::move(to);
      h = rows, w = columns, c = options_.channels[l];
    }
    return from;
  }

  void StepLstm(const Doubles& inputs) {
    const std::string name = "agent.core.lstm";
    const Doubles gates =
        Affine(Numbers(name + ".recurrent"),
               Affine(Numbers(name + ".input"), Numbers(name + ".bias"),
                      inputs),
               hidden_);
    const size_t h = hidden_.size();
    for (size_t u = 0; u < h; ++u) {
      cell_[u] = Sigmoid(gates[h + u]) * cell_[u] +
                 Sigmoid(gates[u]) * std::tanh(gates[2 * h + u]);
      hidden_[u] = Sigmoid(gates[3 * h + u]) * std::tanh(cell_[u]);
    }
  }

  void StepGru(const Doubles& inputs) {
    const std::string name = "agent.core.gru";
    const size_t h = hidden_.size();
    Doubles bias(2 * h);
    Append(Numbers(name + ".recurrent_bias"), bias);
    const Doubles x =
        Affine(Numbers(name + ".input"), Numbers(name + ".bias"), inputs);
    const Doubles y = Affine(Numbers(name + ".recurrent"), bias, hidden_);
    for (size_t u = 0; u < h; ++u) {
      const double reset = Sigmoid(x[u] + y[u]);
      const double update = Sigmoid(x[h + u] + y[h + u]);
      const double fresh = std::tanh(x[2 * h + u] + reset * y[2 * h + u]);
      hidden_[u] = (1 - update) * fresh + update * hidden_[u];
    }
  }

  void WriteSlots(const Doubles& encoded) {
    const std::string name = "agent.core.memory";
    Doubles weights = Linear(name + ".address", hidden_);
    double sum = 0;
    for (double& weight : weights) {
      sum += weight = std::exp(options_.sharpness * weight);
    }
    Doubles value = Linear(name + ".value", encoded);
    if (options_.value_hidden > 0) {
      Doubles both = encoded;
      Append(hidden_, both);
      const Doubles more = Layers(name + ".value_mlp", both, 2);
      for (size_t i = 0; i < value.size(); ++i) value[i] += more[i];
    }
    for (size_t n = 0; n < weights.size(); ++n) {
      for (size_t i = 0; i < value.size(); ++i) {
        double& held = slots_[n * value.size() + i];
        held += weights[n] / sum * (value[i] - held);
      }
    }
  }

  OracleOptions options_;
  const TensorFile& file_;
  Doubles hidden_;
  Doubles cell_;
  Doubles slots_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_RUNTIME_ORACLE_H_
