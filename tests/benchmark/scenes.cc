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
  const std::string config = "city_deterministic.yaml";
  // An agent, perhaps with a simulator of its core's size, and other options.
  const auto setting = [&](const std::string& name, const std::string& sizes,
                           const std::string& core, const std::string& decoder,
                           const std::string& memory = "{kind: none}") {
    const std::string simcore =
        "{kind: simcore, overshoot: 12, starts: 4, frames: 2, size: " + core +
        ", decoder: " + decoder + "}";
    return Setting{
        name,
        config,
        {"world={kind: city, room: 4, episode: 64, task: goal, height: 24, "
         "width: 24, above: 0}",
         "actions=policy", "probes=[]",
         "auxiliary=[" + (decoder.empty() ? std::string() : simcore) + "]",
         "agent.encoder={kind: mlp, sizes: " + sizes + "}",
         "agent.core={kind: lstm, size: " + core + ", memory: " + memory + "}",
         "learner.learning_rate=1.0e-3"}};
  };
  const std::string conv_draw =
      ", steps: 2, channels: 24, condition: 16, condition_hidden: 128}";
  std::vector<Setting> settings;
  // As programs in PyTorch have it (scripts/peer_learner.py).
  struct Sizes {
    const char* encoder;
    const char* core;
  };
  for (const Sizes& sizes :
       {Sizes{"[64]", "64"}, Sizes{"[256, 128]", "128"}}) {
    const std::string core = sizes.core;
    const std::string decoder =
        "{kind: deterministic, generator: mlp, hidden: [" + core + "]}";
    settings.push_back(
        setting("agent_" + core, sizes.encoder, core, ""));
    settings.push_back(
        setting("simulator_" + core, sizes.encoder, core, decoder));
  }
  // What losses and memories cost beside an agent that maps a city.
  const std::string encoder = "[512, 256]";
  settings.push_back(setting("agent", encoder, "256", ""));
  settings.push_back(setting("agent_bf16", encoder, "256", ""));
  settings.back().changes.push_back("learner.precision=bf16");
  settings.push_back(setting(
      "deterministic", encoder, "256",
      "{kind: deterministic, generator: mlp, hidden: [128]}"));
  settings.push_back(setting("conv_draw", encoder, "256",
                             "{kind: conv_draw, patch: 8" + conv_draw));
  settings.push_back(setting("conv_draw_patch_4", encoder, "256",
                             "{kind: conv_draw, patch: 4" + conv_draw));
  settings.push_back(setting("conv_draw_bf16", encoder, "256",
                             "{kind: conv_draw, patch: 4" + conv_draw));
  settings.back().changes.push_back("learner.precision=bf16");
  settings.push_back(setting("kanerva", encoder, "256", "",
                             "{kind: kanerva, rows: 32, width: 32}"));
  return settings;
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
    std::vector<Metric> metrics = Learn(/*log=*/i == 0);
    if (i == 0) first_ = std::move(metrics);
  }
}

std::vector<Metric> Scene::Learn(bool log) {
  return experiment_.learner().Update(
      experiment_.unroll(),
      {.update = update_++,
       .seed = static_cast<uint64_t>(experiment_.options().seed),
       .log = log});
}

std::string Scene::Problem() {
  experiment_.Act();
  const std::vector<Metric> now = Learn(/*log=*/true);
  if (experiment_.learner().skipped() > 0) return "an update was skipped";
  for (const Metric& metric : now) {
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
