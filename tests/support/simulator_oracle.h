// What a model imagines, in double precision, out of tests/oracles/.
#ifndef CREDO_TESTS_SUPPORT_SIMULATOR_ORACLE_H_
#define CREDO_TESTS_SUPPORT_SIMULATOR_ORACLE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "tests/oracles/conv_draw.h"
#include "tests/oracles/softmax.h"
#include "tests/support/memory_oracle.h"
#include "tests/support/oracle_layers.h"
#include "tests/support/oracle_options.h"

namespace credo {

class SimulatorOracle {
 public:
  // Loss `number` of the model, the `number` - 1st of its simulators. `layers`
  // must live as long.
  SimulatorOracle(const OracleOptions& options, size_t number,
                  const OracleLayers& layers)
      : options_(options.simulators[number - 1]),
        layers_(layers),
        name_("auxiliary." + std::to_string(number) + ".simcore.") {
    for (const ObservationSpec& spec : options.spec.observations) {
      if (spec.privileged) continue;
      const auto& chosen = options_.observations;
      if (chosen.empty() ||
          std::ranges::find(chosen, spec.name) != chosen.end()) {
        observations_.push_back(spec);
      }
    }
  }

  const std::vector<ObservationSpec>& observations() const {
    return observations_;
  }
  // Standard normals of one frame.
  size_t noise() const {
    if (options_.decoder == "latent") {
      return static_cast<size_t>(options_.latents);
    }
    if (options_.decoder != "conv_draw") return 0;
    return static_cast<size_t>(options_.steps * options_.latents) *
           cells_high() * cells_wide();
  }

  // From the recurrent part of a belief and the memory beside it.
  void Begin(const Doubles& recurrent, size_t action_inputs) {
    const auto size = static_cast<size_t>(options_.size);
    const Doubles start = layers_.Linear(name_ + "simulator.start", recurrent);
    hidden_ = Part(start, 0, size);
    cell_ = Part(start, size, size);
    Next(Doubles(action_inputs));
  }
  void Next(Doubles action) {
    if (!options_.actions) std::ranges::fill(action, 0.0);
    layers_.StepLstm(name_ + "simulator.lstm", action, hidden_, cell_);
  }

  // The frames of all observations side by side; without `noise` the latents
  // are at their means.
  Doubles Frame(const MemoryOracle& memory, const Doubles& noise) const {
    Doubles state = hidden_;
    if (memory.query() > 0) {
      Append(memory.ReadAll(
                 layers_.Linear(name_ + "simulator.query", hidden_)),
             state);
    }
    return Shown(Prediction(state, noise));
  }

 private:
  size_t cells_high() const {
    return static_cast<size_t>(observations_[0].shape[0] / options_.patch);
  }
  size_t cells_wide() const {
    return static_cast<size_t>(observations_[0].shape[1] / options_.patch);
  }

  Doubles Prediction(const Doubles& state, const Doubles& noise) const {
    const std::string decoder = name_ + "decoder";
    const size_t layers = options_.hidden.size() + 1;
    if (options_.decoder == "mean_frame") {
      Doubles mean;
      for (const ObservationSpec& spec : observations_) {
        Append(layers_.Numbers(decoder + "." + spec.name), mean);
      }
      return mean;
    }
    if (options_.decoder == "deterministic") {
      return layers_.Layers(decoder, state, layers);
    }
    if (options_.decoder == "latent") {
      const Doubles moments =
          layers_.Layers(decoder + ".prior", state, layers);
      Doubles z = Part(moments, 0, moments.size() / 2);
      for (size_t i = 0; i < z.size() && !noise.empty(); ++i) {
        z[i] += noise[i] *
                std::exp(std::clamp(moments[z.size() + i], -5.0, 2.0));
      }
      return layers_.Layers(decoder + ".decoder", Joined(state, z), layers);
    }
    return Painted(state, noise);
  }

  Doubles Painted(const Doubles& state, const Doubles& noise) const {
    const auto numbers = [&](const std::string& name) {
      return layers_.Numbers(name_ + "decoder." + name);
    };
    const auto patch = static_cast<size_t>(options_.patch);
    const auto colours = static_cast<size_t>(observations_[0].shape[2]);
    oracle::ConvDraw net = {
        .patch = patch * patch * colours,
        .hidden = static_cast<size_t>(options_.channels),
        .latent = 0,
        .features = 0,
        .steps = static_cast<size_t>(options_.steps),
        .w_pg = numbers("gates_condition.weight"),
        .b_pg = numbers("gates_condition.bias"),
        .w_g = numbers("gates.weight"),
        .w_up = numbers("canvas.weight"),
        .b_up = numbers("canvas.bias")};
    std::vector<oracle::FeatureMap> draws;
    if (options_.decoder == "conv_draw") {
      net.latent = static_cast<size_t>(options_.latents);
      net.w_prior_h = numbers("prior_hidden.weight");
      net.w_prior_c = numbers("prior_condition.weight");
      net.b_prior_c = numbers("prior_condition.bias");
      for (size_t step = 0; step < net.steps; ++step) {
        oracle::FeatureMap& map =
            draws.emplace_back(cells_high(), cells_wide(), net.latent);
        if (noise.empty()) continue;
        map.values =
            Part(noise, step * map.values.size(), map.values.size());
      }
    }
    Doubles condition =
        layers_.Layers(name_ + "decoder.condition", state, 2);
    Relu(condition);
    const oracle::FeatureMap picture =
        oracle::ConvDrawGenerate(
            net,
            oracle::FeatureMap(cells_high(), cells_wide(),
                               static_cast<size_t>(options_.condition),
                               condition),
            draws)
            .picture;
    // Patches as pixels.
    Doubles pixels;
    for (size_t y = 0; y < cells_high() * patch; ++y) {
      for (size_t x = 0; x < cells_wide() * patch; ++x) {
        for (size_t c = 0; c < colours; ++c) {
          pixels.push_back(
              picture(y / patch, x / patch,
                      (y % patch * patch + x % patch) * colours + c));
        }
      }
    }
    return pixels;
  }

  // Predictions as a host sees them.
  Doubles Shown(const Doubles& predictions) const {
    Doubles shown;
    size_t at = 0;
    for (const ObservationSpec& spec : observations_) {
      Doubles part = Part(predictions, at, static_cast<size_t>(spec.numbers()));
      at += part.size();
      if (spec.kind == ObservationKind::kPicture) {
        for (double& number : part) number = std::clamp(number, 0.0, 1.0);
      }
      if (spec.kind == ObservationKind::kTiles) {
        const auto categories = static_cast<size_t>(spec.categories());
        Doubles shares;
        for (size_t i = 0; i < part.size(); i += categories) {
          Append(oracle::Softmax(Part(part, i, categories)), shares);
        }
        part = shares;
      }
      Append(part, shown);
    }
    return shown;
  }

  OracleSimulator options_;
  const OracleLayers& layers_;
  std::string name_;
  std::vector<ObservationSpec> observations_;
  Doubles hidden_;
  Doubles cell_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_SIMULATOR_ORACLE_H_
