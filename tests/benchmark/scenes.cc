#include "tests/benchmark/scenes.h"

#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "sdk/base/file.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

// All losses have clearly left chance by then: that takes 60 to 100 updates.
constexpr int64_t kFirstUpdates = 150;

// Losses that fall from the first updates on. That of reinforcement learning
// does not: it changes with the returns.
bool Falls(const std::string& metric) {
  return metric.starts_with("loss.auxiliary.") || metric == "loss.oracle";
}

}  // namespace

std::vector<Setting> Settings() {
  return {
      {"simulator", "grid_simulator.yaml", {}},
      {"next_step", "grid_next_step.yaml", {}},
      {"oracle", "grid_simulator.yaml", {"auxiliary=[]", "oracle=true"}},
      {"rl_only", "grid_rl_only.yaml", {}},
      {"rl_simulator", "grid_rl_simulator.yaml", {}},
  };
}

std::vector<Setting> SimcoreSettings() {
  const std::string rl = "grid_rl_only.yaml";
  const std::string simcore =
      "auxiliary=[{kind: simcore, overshoot: 12, starts: 4, frames: 4, "
      "decoder: {kind: ";
  const std::vector<std::string> pictures = {
      "world.picture=4", "agent.encoder.sizes=[128, 64]"};
  std::vector<Setting> settings = {{"agent_tiles", rl, {}},
                                   {"agent_pictures", rl, pictures}};
  for (const char* model : {"mean_frame", "deterministic", "latent", "cpc"}) {
    settings.push_back({std::string(model) + "_vs_agent", rl,
                        {simcore + model + "}}]"}});
  }
  std::vector<std::string> conv_draw = pictures;
  conv_draw.push_back(simcore + "conv_draw}}]");
  settings.push_back({"conv_draw_vs_agent", rl, conv_draw});
  for (const char* overshoot : {"1", "32"}) {
    settings.push_back({std::string("overshoot_") + overshoot,
                        "grid_picture_conv_draw.yaml",
                        {"auxiliary.0.frames=1", "probing.every=0",
                         "auxiliary.0.decoder={kind: conv_draw, "
                         "tolerance: 0.055}",
                         std::string("auxiliary.0.overshoot=") + overshoot}});
  }
  // Each holds 2,048 numbers, a covariance included, and whatever it writes is
  // made of the same.
  struct Held {
    const char* name;
    const char* config;
    const char* size;
  };
  for (const Held& memory :
       {Held{"addressed", "grid_simulator.yaml", "slots=64"},
        Held{"slots", "grid_slots.yaml", "slots=64"},
        Held{"kanerva", "grid_kanerva.yaml", "rows=32"},
        Held{"kanerva_dkm", "grid_kanerva_dkm.yaml", "rows=32"},
        Held{"delta", "grid_delta.yaml", "rows=64"}}) {
    settings.push_back(
        {std::string("memory_") + memory.name, memory.config,
         {"probing.every=0", "agent.core.memory.value_hidden=64",
          "agent.core.memory.width=32",
          std::string("agent.core.memory.") + memory.size}});
  }
  return settings;
}

std::vector<Setting> PeerSettings() {
  const std::vector<std::string> agent = {
      "world={kind: city, room: 4, episode: 64, task: goal, height: 24, width: "
      "24, above: 0}",
      "actions=policy",
      "auxiliary=[]",
      "probes=[]",
      "agent.encoder={kind: mlp, sizes: [256, 128]}",
      "agent.core={kind: lstm, size: 128}",
      "learner.learning_rate=1.0e-3"};
  const auto with = [&](const std::string& more) {
    std::vector<std::string> changes = agent;
    changes.push_back(more);
    return changes;
  };
  const std::string config = "city_deterministic.yaml";
  const std::string simcore =
      "auxiliary=[{kind: simcore, overshoot: 12, starts: 4, frames: 2, size: "
      "128, decoder: {kind: ";
  return {
      {"agent", config, agent},
      {"deterministic", config,
       with(simcore + "deterministic, generator: mlp, hidden: [128]}}]")},
      {"conv_draw", config, with(simcore + "conv_draw}}]")},
      {"kanerva", config,
       with("agent.core.memory={kind: kanerva, rows: 32, width: 32}")},
      {"small_agent", config,
       with("agent={encoder: {kind: mlp, sizes: [64]}, core: {kind: lstm, "
            "size: 64}}")},
  };
}

std::string SettingYaml(const Setting& setting) {
  const std::string path =
      std::string(CREDO_EXAMPLES) + "/" + setting.config;
  const Result<std::string> text = ReadFile(path);
  ThrowUnlessOk(text.status());
  ExperimentOptions options(SharedParts());
  ThrowUnlessOk(ReadYaml(*text, path, setting.changes, options));
  return WriteYaml(options);
}

const Parts& SharedParts() {
  static const Parts* const parts = new Parts(BuiltInParts());
  return *parts;
}

Scene& Scene::Of(const Setting& setting) {
  static auto* const scenes = new std::map<std::string, std::unique_ptr<Scene>>;
  std::unique_ptr<Scene>& scene = (*scenes)[setting.name];
  if (!scene) scene.reset(new Scene(setting));
  return *scene;
}

Scene::Scene(const Setting& setting) : experiment_(SettingYaml(setting)) {
  for (int64_t i = 0; i < kFirstUpdates; ++i) {
    experiment_.Act();
    UpdateReport report = Learn(/*log=*/i == 0);
    if (i == 0) first_ = std::move(report);
  }
}

UpdateReport Scene::Learn(bool log) {
  return experiment_.learner().Update(
      experiment_.unroll(),
      {.update = update_++,
       .seed = static_cast<uint64_t>(experiment_.options().seed),
       .log = log});
}

std::string Scene::Problem() {
  experiment_.Act();
  const UpdateReport now = Learn(/*log=*/true);
  if (experiment_.learner().skipped() > 0) return "an update was skipped";
  for (const Metric& metric : now.metrics) {
    if (!std::isfinite(metric.value)) return metric.name + " is not finite";
    if (Falls(metric.name) && metric.value >= MetricOf(first_, metric.name)) {
      return metric.name + " did not fall: it was " +
             std::to_string(MetricOf(first_, metric.name)) + ", is " +
             std::to_string(metric.value);
    }
  }
  return "";
}

}  // namespace credo
