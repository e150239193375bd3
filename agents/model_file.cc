#include "agents/model_file.h"

#include "sdk/base/spec_json.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

constexpr char kSpec[] = "spec";
constexpr char kAgent[] = "agent";
constexpr char kFrames[] = "frames";

Result<std::string> Metadata(const TensorFile& model, const std::string& key) {
  const auto found = model.metadata.find(key);
  if (found == model.metadata.end()) {
    return InvalidArgument("metadata: expected '" + key + "', found none");
  }
  return found->second;
}

}  // namespace

std::string SerializeModel(const EnvironmentSpec& spec, AgentOptions& agent,
                           const Learner& learner, int64_t frames) {
  TensorFile file;
  file.content = "model";
  file.metadata[kSpec] = SpecToJson(spec);
  file.metadata[kAgent] = WriteYaml(agent);
  file.metadata[kFrames] = std::to_string(frames);
  learner.parameters().Save("", file);
  if (learner.probes()) learner.probes()->parameters().Save("", file);
  return SerializeTensorFile(file);
}

Status LoadModel(const TensorFile& model, const EnvironmentSpec& spec,
                 AgentOptions& agent, Learner& learner) {
  CREDO_ASSIGN_OR_RETURN(const std::string json, Metadata(model, kSpec));
  CREDO_ASSIGN_OR_RETURN(const EnvironmentSpec trained,
                         SpecFromJson(json, "metadata 'spec'"));
  CREDO_RETURN_IF_ERROR(CompareSpecs(trained, spec));
  CREDO_ASSIGN_OR_RETURN(const std::string options, Metadata(model, kAgent));
  if (options != WriteYaml(agent)) {
    return InvalidArgument(
        "metadata 'agent': expected the options of the configuration, found "
        "others:\n" +
        options);
  }
  CREDO_RETURN_IF_ERROR(learner.parameters().Load("", model));
  if (!learner.probes()) return OkStatus();
  return learner.probes()->parameters().Load("", model);
}

}  // namespace credo
