// The options of an oracle's model as a model file keeps them: JSON, typed by
// hand, so that a key that changes its name is seen.
#ifndef CREDO_TESTS_SUPPORT_ORACLE_METADATA_H_
#define CREDO_TESTS_SUPPORT_ORACLE_METADATA_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sdk/base/number_text.h"
#include "sdk/base/spec_json.h"
#include "sdk/model/metadata.h"
#include "tests/support/oracle_options.h"

namespace credo {

// An object of JSON under way.
class JsonObject {
 public:
  explicit JsonObject(const std::string& kind = "") {
    if (!kind.empty()) Add("kind", "\"" + kind + "\"");
  }
  JsonObject& Add(const std::string& key, const std::string& json) {
    text_ += (text_.size() > 1 ? ",\"" : "\"") + key + "\":" + json;
    return *this;
  }
  JsonObject& Add(const std::string& key, const char* json) {
    return Add(key, std::string(json));
  }
  JsonObject& Add(const std::string& key, int64_t number) {
    return Add(key, std::to_string(number));
  }
  JsonObject& Add(const std::string& key, double number) {
    return Add(key, NumberText(number));
  }
  JsonObject& Add(const std::string& key, bool value) {
    return Add(key, std::string(value ? "true" : "false"));
  }
  JsonObject& Add(const std::string& key,
                  const std::vector<int64_t>& numbers) {
    std::string list;
    for (const int64_t n : numbers) {
      list += (list.empty() ? "" : ",") + std::to_string(n);
    }
    return Add(key, "[" + list + "]");
  }
  JsonObject& Add(const std::string& key,
                  const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) {
      list += (list.empty() ? "\"" : ",\"") + text + "\"";
    }
    return Add(key, "[" + list + "]");
  }
  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

inline std::string MemoryJson(const OracleMemory& memory) {
  JsonObject json(memory.kind);
  if (memory.kind == "none") return json.text();
  const bool slots = memory.kind == "addressed" || memory.kind == "slots";
  json.Add(slots ? "slots" : "rows", memory.rows);
  json.Add("width", memory.width);
  json.Add("value_hidden", memory.value_hidden);
  if (memory.kind == "addressed") json.Add("sharpness", memory.sharpness);
  if (memory.kind == "slots") {
    json.Add("key", memory.key).Add("strength", memory.strength);
  }
  if (memory.kind == "kanerva") {
    json.Add("address", memory.least_squares ? "\"least_squares\""
                                             : "\"softmax\"");
    json.Add("sharpness", memory.sharpness).Add("noise", memory.noise);
    json.Add("forgetting", memory.forgetting).Add("ridge", memory.ridge);
  }
  if (memory.kind == "delta") json.Add("keep", memory.keep);
  return json.text();
}

inline std::string CoreJson(const OracleOptions& options) {
  JsonObject json(options.core);
  if (!options.recurrent()) return json.text();
  json.Add("size", options.size).Add("reward_input", options.reward_input);
  // What the runtime does not need.
  if (options.core == "lstm") json.Add("forget_bias", 1.5);
  json.Add("memory", MemoryJson(options.memory));
  // As older files do, which lack what is at its default.
  if (!options.show_memory) json.Add("show_memory", false);
  if (options.reads > 0) json.Add("reads", options.reads);
  if (options.read_input) json.Add("read_input", true);
  return json.text();
}

inline std::string EncoderJson(const OracleOptions& options) {
  if (!options.conv) {
    return JsonObject("mlp").Add("sizes", options.encoder).text();
  }
  return JsonObject("conv")
      .Add("channels", options.channels)
      .Add("kernels", options.kernels)
      .Add("strides", options.strides)
      .Add("size", options.encoder.back())
      .text();
}

inline std::string DecoderJson(const OracleSimulator& simulator) {
  const bool conv = simulator.decoder == "deterministic_conv";
  JsonObject json(conv ? "deterministic" : simulator.decoder);
  if (conv || simulator.decoder == "deterministic" ||
      simulator.decoder == "latent") {
    json.Add("hidden", simulator.hidden);
  }
  if (conv) json.Add("generator", "\"conv\"");
  if (conv || simulator.decoder == "conv_draw") {
    json.Add("patch", simulator.patch).Add("steps", simulator.steps);
    json.Add("channels", simulator.channels);
    json.Add("condition", simulator.condition);
    json.Add("condition_hidden", simulator.condition_hidden);
  }
  if (simulator.decoder == "conv_draw" || simulator.decoder == "latent") {
    json.Add("latents", simulator.latents);
  }
  return json.text();
}

inline std::string LossesJson(const OracleOptions& options) {
  std::string losses = JsonObject("other").text();
  for (const OracleSimulator& simulator : options.simulators) {
    JsonObject json("simcore");
    json.Add("size", simulator.size);
    json.Add("observations", simulator.observations);
    json.Add("decoder", DecoderJson(simulator));
    if (simulator.reads != 1) json.Add("reads", simulator.reads);
    if (!simulator.actions) json.Add("actions", false);
    losses += "," + json.text();
  }
  return "[" + losses + "]";
}

inline std::map<std::string, std::string> MetadataOf(
    const OracleOptions& options) {
  JsonObject learner;
  learner.Add("reward_clip", options.reward_clip);
  learner.Add("probe_hidden", std::vector<int64_t>{8});
  if (options.probe_reader != "flat") {
    learner.Add("probe_reader", "\"" + options.probe_reader + "\"");
  }
  std::string probes;
  for (const auto& [kind, target] : options.probes) {
    probes += (probes.empty() ? "" : ",") +
              JsonObject(kind).Add("target", "\"" + target + "\"").text();
  }
  return {{kModelSpec, SpecToJson(options.spec)},
          {kModelAgent, JsonObject()
                            .Add("encoder", EncoderJson(options))
                            .Add("core", CoreJson(options))
                            .Add("head_hidden", options.head_hidden)
                            .text()},
          {kModelAuxiliary,
           options.simulators.empty() ? "[]" : LossesJson(options)},
          {kModelProbes, "[" + probes + "]"},
          {kModelLearner, learner.text()},
          {kModelFrames, "640"}};
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_ORACLE_METADATA_H_
