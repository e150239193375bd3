// What a model computes, slowly: in double precision, one term after another,
// from the formulas of the trainer. Probes are options of the model alone:
// nothing that acts depends on them. simulator_oracle.h imagines.
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

#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"
#include "tests/support/memory_oracle.h"
#include "tests/support/oracle_layers.h"
#include "tests/support/oracle_options.h"

namespace credo {

class RuntimeOracle {
 public:
  struct Output {
    Doubles belief;
    Doubles policy;
    double value = 0;
  };

  // `file` must live as long as the oracle.
  RuntimeOracle(const OracleOptions& options, const TensorFile& file)
      : options_(options), layers_(file), memory_(options.memory, layers_) {}
  RuntimeOracle(const RuntimeOracle&) = delete;
  RuntimeOracle& operator=(const RuntimeOracle&) = delete;

  const OracleLayers& layers() const { return layers_; }
  // As the last record left it.
  const MemoryOracle& memory() const { return memory_; }
  // The part of a belief that a simulation starts from.
  Doubles Recurrent(const Output& output) const {
    const size_t shown = options_.recurrent() && options_.show_memory
                             ? memory_.Shown().size()
                             : 0;
    return Part(output.belief, 0, output.belief.size() - shown);
  }

  // One record: the agent's observations in order, the words that led here and
  // the reward on arriving.
  Output Step(bool first, std::span<const std::byte* const> observed,
              std::span<const float> action, float reward) {
    if (first) {
      hidden_.assign(static_cast<size_t>(options_.size), 0);
      cell_ = hidden_;
      read_.assign(ReadNumbers(), 0);
      memory_.Reset();
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
                  ? layers_.Linear("agent.encoder.output", encoded)
                  : layers_.Layers("agent.encoder", encoded,
                                   options_.encoder.size());
    Relu(encoded);

    Output output;
    output.belief = encoded;
    if (options_.recurrent()) {
      Doubles inputs = Joined(encoded, Inputs(first, action));
      if (options_.reward_input) inputs.push_back(Clipped(first ? 0 : reward));
      if (options_.read_input) Append(read_, inputs);
      output.belief = StepCell(inputs);
      if (options_.reads > 0) {
        read_ = memory_.ReadAll(layers_.Linear("agent.core.read", hidden_));
        Append(read_, output.belief);
      }
      memory_.Write(encoded, hidden_);
      if (options_.show_memory) Append(memory_.Shown(), output.belief);
    }
    const size_t layers = options_.head_hidden.size() + 1;
    output.policy = layers_.Layers("agent.policy", output.belief, layers);
    output.value = layers_.Layers("agent.value", output.belief, layers)[0];
    return output;
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

 private:
  // Of all reads of a step.
  size_t ReadNumbers() const {
    return static_cast<size_t>(options_.reads * options_.memory.width);
  }

  // What the step shows.
  Doubles StepCell(const Doubles& inputs) {
    if (options_.core == "gru") {
      layers_.StepGru("agent.core.gru", inputs, hidden_);
      return hidden_;
    }
    layers_.StepLstm("agent.core.lstm", inputs, hidden_, cell_);
    Doubles shown = hidden_;
    for (const double c : cell_) shown.push_back(std::tanh(c));
    return shown;
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
      const Doubles weight = layers_.Numbers(name + ".weight");
      const Doubles bias = layers_.Numbers(name + ".bias");
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

  OracleOptions options_;
  OracleLayers layers_;
  MemoryOracle memory_;
  Doubles hidden_;
  Doubles cell_;
  Doubles read_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_RUNTIME_ORACLE_H_
