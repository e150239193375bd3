#include "agents/runs/model_file.h"

#include <utility>

#include "agents/runs/golden_records.h"
#include "sdk/base/int8_weights.h"
#include "sdk/base/spec_json.h"
#include "sdk/config/json.h"
#include "sdk/config/yaml.h"
#include "sdk/model/agent.h"
#include "sdk/model/metadata.h"
#include "sdk/model/rounded_weights.h"

namespace credo {
namespace {

TensorFile Weights(const Learner& learner) {
  TensorFile file;
  learner.parameters().SaveFloats("", file);
  if (learner.probes()) learner.probes()->parameters().Save("", file);
  return file;
}

Status TakeWeights(const TensorFile& file, Learner& learner) {
  CREDO_RETURN_IF_ERROR(learner.parameters().Load("", file));
  if (!learner.probes()) return OkStatus();
  return learner.probes()->parameters().Load("", file);
}

// The model of these weights, which are the learner's own or stand for them.
std::string Serialize(TensorFile file, const EnvironmentSpec& spec,
                      ExperimentOptions& options, const Learner& learner,
                      int64_t frames) {
  file.content = kModelContent;
  file.metadata[kModelSpec] = SpecToJson(spec);
  file.metadata[kModelAgent] = WriteJson(options.agent);
  file.metadata[kModelAuxiliary] = WriteJson(options.auxiliary);
  file.metadata[kModelFrames] = std::to_string(frames);
  std::vector<Selection> none;
  file.metadata[kModelProbes] =
      WriteJson(learner.probes() ? options.probes : none);
  LearnedOptions learned;
  learned.reward_clip = options.learner.reward_clip;
  learned.probe_hidden = options.probing.hidden;
  learned.probe_reader = options.probing.reader;
  file.metadata[kModelLearner] = WriteJson(learned);
  AddGoldenRecords(learner.agent_on_host(), spec,
                   options.learner.reward_clip, file);
  return SerializeTensorFile(file);
}

}  // namespace

std::string SerializeModel(const EnvironmentSpec& spec,
                           ExperimentOptions& options, const Learner& learner,
                           int64_t frames) {
  return Serialize(Weights(learner), spec, options, learner, frames);
}

Result<std::string> SerializeInt8Model(const EnvironmentSpec& spec,
                                       ExperimentOptions& options,
                                       Learner& learner, int64_t frames) {
  TensorFile weights = Weights(learner);
  CREDO_RETURN_IF_ERROR(QuantiseWeights(weights, IsRoundedInModels));
  TensorFile rounded = weights;
  DequantiseWeights(rounded);
  CREDO_RETURN_IF_ERROR(TakeWeights(rounded, learner));
  return Serialize(std::move(weights), spec, options, learner, frames);
}

Status LoadModel(const TensorFile& model, const EnvironmentSpec& spec,
                 AgentOptions& agent, Learner& learner) {
  CREDO_ASSIGN_OR_RETURN(const std::string json, model.Metadata(kModelSpec));
  CREDO_ASSIGN_OR_RETURN(const EnvironmentSpec trained,
                         SpecFromJson(json, "metadata 'spec'"));
  CREDO_RETURN_IF_ERROR(CompareSpecs(trained, spec));
  CREDO_ASSIGN_OR_RETURN(const std::string options,
                         model.Metadata(kModelAgent));
  // Through the options, so that a model that is older than one of them means
  // its default.
  ActingOptions acting(agent.encoders, agent.cores);
  CREDO_RETURN_IF_ERROR(ReadYaml(options, "metadata 'agent'", {}, acting));
  if (WriteJson(acting) != WriteJson(agent)) {
    return InvalidArgument(
        "metadata 'agent': expected the options of the configuration, found "
        "others:\n" +
        options);
  }
  return TakeWeights(model, learner);
}

}  // namespace credo
