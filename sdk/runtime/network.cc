#include "sdk/runtime/network.h"

#include <algorithm>
#include <utility>

#include "sdk/base/hash.h"
#include "sdk/base/number_text.h"
#include "sdk/base/spec_json.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/agent.h"
#include "sdk/model/metadata.h"
#include "sdk/runtime/model_checks.h"

namespace credo::runtime {
namespace {

std::string TextOf(const std::string& text) { return text; }
std::string TextOf(int64_t number) { return std::to_string(number); }
std::string TextOf(int number) { return std::to_string(number); }
std::string TextOf(double number) { return NumberText(number); }
std::string TextOf(const Shape& numbers) { return ShapeText(numbers); }

}  // namespace

Result<std::unique_ptr<Network>> Network::Load(
    std::span<const std::byte> bytes, const std::string& place,
    const Allocator& allocator, const Kernels* kernels,
    const RuntimeParts* parts) {
  CREDO_ASSIGN_OR_RETURN(const TensorFile file,
                         ParseTensorFile(bytes, kModelContent, place));
  std::unique_ptr<Network> network(new Network());
  network->kernels_ =
      kernels != nullptr ? kernels : AvailableKernels().front();
  const Source source{file, allocator};
  Status status =
      network->LoadParts(source, parts != nullptr ? *parts : BuiltInParts());
  if (status.ok()) status = network->CheckGolden(source);
  if (!status.ok()) return status.At(place);
  return network;
}

Status Network::LoadParts(const Source& source, const RuntimeParts& parts) {
  const TensorFile& file = source.file;
  CREDO_ASSIGN_OR_RETURN(const std::string spec, file.Metadata(kModelSpec));
  CREDO_ASSIGN_OR_RETURN(spec_, SpecFromJson(spec, "metadata 'spec'"));
  CREDO_RETURN_IF_ERROR(CheckLimits(spec_));
  CREDO_RETURN_IF_ERROR(CheckTensors(file));
  for (const ObservationSpec& observation : spec_.observations) {
    if (!observation.privileged) observations_.push_back(observation);
  }
  distribution_.emplace(spec_.action);
  CREDO_RETURN_IF_ERROR(LoadAgent(source, parts));

  const std::string place = "metadata 'learner'";
  CREDO_ASSIGN_OR_RETURN(const std::string text, file.Metadata(kModelLearner));
  CREDO_ASSIGN_OR_RETURN(const JsonTree json, ParseObject(text, place));
  LearnedOptions learned;
  CREDO_RETURN_IF_ERROR(ReadOptions(json, place, learned, &read_));
  reward_clip_ = static_cast<float>(learned.reward_clip);
  CREDO_ASSIGN_OR_RETURN(frames_, file.MetadataCount(kModelFrames));
  CREDO_ASSIGN_OR_RETURN(probes_,
                         Probes::Load(source, learned, spec_, *core_, read_));
  CREDO_ASSIGN_OR_RETURN(
      imagination_,
      Imagination::Load(source, parts.frame_models, *core_,
                        {{}, {}, encoder_->size(), distribution_->inputs(),
                         observations_},
                        read_));
  return OkStatus();
}

Status Network::LoadAgent(const Source& source, const RuntimeParts& parts) {
  const std::string place = "metadata 'agent'";
  CREDO_ASSIGN_OR_RETURN(const std::string text,
                         source.file.Metadata(kModelAgent));
  CREDO_ASSIGN_OR_RETURN(const JsonTree json, ParseObject(text, place));
  ActingOptions options(Catalog(parts.encoders), Catalog(parts.cores));
  CREDO_RETURN_IF_ERROR(ReadOptions(json, place, options, &read_));
  architecture_ = HashOfArchitecture();
  CREDO_ASSIGN_OR_RETURN(encoder_,
                         FindPart(parts.encoders, options.encoder.kind)
                             ->make(*options.encoder.options, source,
                                    "agent.encoder", observations_));
  CREDO_ASSIGN_OR_RETURN(
      core_, FindPart(parts.cores, options.core.kind)
                 ->make(*options.core.options, source,
                        {"agent.core", encoder_->size(),
                         distribution_->inputs()}));
  layout_hash_ = core_->layout().hash();
  const HeadsModel heads(options.head_hidden, core_->belief_size(),
                         distribution_->parameters());
  CREDO_ASSIGN_OR_RETURN(policy_, Mlp::Load(source, heads.policy));
  CREDO_ASSIGN_OR_RETURN(value_, Mlp::Load(source, heads.value));
  return OkStatus();
}

EnvironmentSpec Network::UsedSpec() const {
  EnvironmentSpec used = spec_;
  std::erase_if(used.observations, [&](const ObservationSpec& observation) {
    return observation.privileged && probes_.IndexOf(observation.name) < 0;
  });
  return used;
}

uint64_t Network::HashOfArchitecture() const {
  // Not as JSON, whose library does not survive a lack of memory.
  std::string text = spec_.name;
  const auto add = [&](const auto&... parts) {
    ((text += '\n' + TextOf(parts)), ...);
  };
  add(spec_.seconds_per_step);
  for (const ObservationSpec& seen : observations_) {
    add(seen.name, static_cast<int>(seen.kind), seen.shape, seen.low,
        seen.high);
  }
  for (const ActionField& field : spec_.action.fields) {
    add(field.name, field.choices, field.dimensions, field.low, field.high);
  }
  add(static_cast<int>(spec_.action.has_mask));
  for (const auto& [key, value] : read_) add(key, value);
  return Hash64(text.data(), text.size());
}

int64_t Network::scratch(int64_t rows) const {
  const int64_t most = std::max(
      {encoder_->scratch(rows), core_->scratch(rows), policy_.scratch(rows),
       value_.scratch(rows)});
  return rows * (core_->input_stride() + Padded(core_->belief_size()) +
                 Padded(policy_.out()) + Padded(1) + 1) +
         kPad + most;
}

void Network::Tick(const TickBatch& batch) const {
  const int64_t rows = batch.rows;
  float* at = batch.scratch;
  const auto take = [&](int64_t width) {
    const FloatRows taken = {at, width};
    at += rows * width;
    return taken;
  };
  const FloatRows input = take(core_->input_stride());
  const FloatRows beliefs = take(Padded(core_->belief_size()));
  const FloatRows policies = take(Padded(policy_.out()));
  const FloatRows values = take(Padded(1));
  float* const rewards = at;
  float* const rest = at + Padded(rows);
  for (int64_t row = 0; row < rows; ++row) {
    const float reward = batch.rewards[row];
    rewards[row] = reward_clip_ > 0
                       ? std::clamp(reward, -reward_clip_, reward_clip_)
                       : reward;
  }
  encoder_->Encode(*kernels_, rows, batch.observed, rest, input);
  core_->Step(*kernels_, {rows, input, batch.actions, rewards, batch.states,
                          batch.beliefs, rest});
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(batch.beliefs[row], beliefs.stride, beliefs[row]);
  }
  policy_(*kernels_, rows, beliefs, policies, rest);
  value_(*kernels_, rows, beliefs, values, rest);
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(policies[row], distribution_->parameters(),
                batch.policies[row]);
    batch.values[row] = values[row][0];
  }
}

Status Network::CheckReplacement(const Network& other) const {
  CREDO_RETURN_IF_ERROR(CompareSpecs(UsedSpec(), other.UsedSpec()));
  for (const auto& [key, value] : read_) {
    const auto found = other.read_.find(key);
    if (found != other.read_.end() && found->second == value) continue;
    return InvalidArgument(
        key + ": expected " + value + ", found " +
        (found == other.read_.end() ? "none" : found->second));
  }
  for (const auto& [key, value] : other.read_) {
    if (read_.contains(key)) continue;
    return InvalidArgument(key + ": expected none, found " + value);
  }
  return OkStatus();
}

}  // namespace credo::runtime
