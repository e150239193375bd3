#include "sdk/runtime/network.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "sdk/base/hash.h"
#include "sdk/base/model_metadata.h"
#include "sdk/base/number_text.h"
#include "sdk/base/record.h"
#include "sdk/base/spec_json.h"
#include "sdk/base/tensor_file.h"

namespace credo::runtime {
namespace {

Result<std::string> Metadata(const TensorFile& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    return InvalidArgument("metadata '" + key + "': expected it, found none");
  }
  return found->second;
}

// Golden numbers were computed by the trainer, whose sums run in another order.
constexpr float kGoldenTolerance = 1e-4f;

Status CheckNear(const std::string& what, std::span<const float> expected,
                 const float* found) {
  float scale = 1;
  for (const float value : expected) scale = std::max(scale, std::abs(value));
  for (size_t i = 0; i < expected.size(); ++i) {
    // So that a NaN fails.
    if (std::abs(found[i] - expected[i]) <= kGoldenTolerance * scale) continue;
    return DataLoss(what + ": number " + std::to_string(i) + ": expected " +
                    NumberText(expected[i]) + ", found " +
                    NumberText(found[i]) +
                    "; this build does not compute what the trainer did");
  }
  return OkStatus();
}

}  // namespace

Result<std::unique_ptr<Network>> Network::Load(
    std::span<const std::byte> bytes, const std::string& place,
    const Allocator& allocator, const Kernels* kernels) {
  CREDO_ASSIGN_OR_RETURN(const TensorFile file,
                         ParseTensorFile(bytes, kModelContent, place));
  std::unique_ptr<Network> network(new Network());
  network->kernels_ =
      kernels != nullptr ? kernels : AvailableKernels().front();
  const Source source{file, allocator};
  Status status = network->LoadParts(source);
  if (status.ok()) status = network->CheckGolden(source);
  if (!status.ok()) return status.At(place);
  return network;
}

Status Network::LoadParts(const Source& source) {
  const TensorFile& file = source.file;
  CREDO_ASSIGN_OR_RETURN(const std::string spec, Metadata(file, kModelSpec));
  CREDO_ASSIGN_OR_RETURN(spec_, SpecFromJson(spec, "metadata 'spec'"));
  for (const ObservationSpec& observation : spec_.observations) {
    if (!observation.privileged) observations_.push_back(observation);
  }
  distribution_.emplace(spec_.action);

  CREDO_ASSIGN_OR_RETURN(const std::string agent, Metadata(file, kModelAgent));
  architecture_ = Hash64(agent.data(), agent.size(),
                         Hash64(spec.data(), spec.size()));
  CREDO_ASSIGN_OR_RETURN(const Options options,
                         Options::Parse(agent, "metadata 'agent'"));
  CREDO_ASSIGN_OR_RETURN(const Options encoder, options.Group("encoder"));
  CREDO_ASSIGN_OR_RETURN(
      encoder_, LoadEncoder(source, encoder, "agent.encoder", observations_));
  CREDO_ASSIGN_OR_RETURN(const Options core, options.Group("core"));
  CREDO_ASSIGN_OR_RETURN(core_,
                         LoadCore(source, core, "agent.core", encoder_->size(),
                                  distribution_->inputs()));
  CREDO_ASSIGN_OR_RETURN(std::vector<int64_t> sizes,
                         options.Ints("head_hidden", 1, 8192));
  sizes.push_back(distribution_->parameters());
  const int64_t belief = core_->belief_size();
  CREDO_ASSIGN_OR_RETURN(policy_,
                         Mlp::Load(source, "agent.policy", belief, sizes));
  sizes.back() = 1;
  CREDO_ASSIGN_OR_RETURN(value_,
                         Mlp::Load(source, "agent.value", belief, sizes));

  CREDO_ASSIGN_OR_RETURN(const std::string acting,
                         Metadata(file, kModelLearner));
  CREDO_ASSIGN_OR_RETURN(const Options learner,
                         Options::Parse(acting, "metadata 'learner'"));
  CREDO_ASSIGN_OR_RETURN(const double clip, learner.Real("reward_clip"));
  reward_clip_ = static_cast<float>(clip);
  CREDO_ASSIGN_OR_RETURN(const std::vector<int64_t> hidden,
                         learner.Ints("probe_hidden", 1, 8192));
  CREDO_ASSIGN_OR_RETURN(const std::string frames,
                         Metadata(file, kModelFrames));
  std::from_chars(frames.data(), frames.data() + frames.size(), frames_);

  CREDO_ASSIGN_OR_RETURN(const std::string probes,
                         Metadata(file, kModelProbes));
  CREDO_ASSIGN_OR_RETURN(const std::vector<Options> probe_options,
                         Options::ParseList(probes, "metadata 'probes'"));
  CREDO_ASSIGN_OR_RETURN(
      probes_, Probes::Load(source, probe_options, hidden, spec_, belief));
  CREDO_RETURN_IF_ERROR(LoadSimulator(source));
  parts_ = agent + "\n" + acting + "\n" + probes + "\n" +
           file.metadata.at(kModelAuxiliary);
  return OkStatus();
}

Status Network::LoadSimulator(const Source& source) {
  CREDO_ASSIGN_OR_RETURN(const std::string auxiliary,
                         Metadata(source.file, kModelAuxiliary));
  CREDO_ASSIGN_OR_RETURN(const std::vector<Options> tasks,
                         Options::ParseList(auxiliary, "metadata 'auxiliary'"));
  for (size_t i = 0; i < tasks.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(const std::string kind, tasks[i].Text("kind"));
    // Losses of other kinds shaped the belief and are not needed any more.
    if (kind != "simcore") continue;
    CREDO_ASSIGN_OR_RETURN(
        simulator_,
        Simulator::Load(source, tasks[i],
                        "auxiliary." + std::to_string(i) + ".simcore", *core_,
                        distribution_->inputs(), observations_));
    return OkStatus();
  }
  return OkStatus();
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
  CREDO_RETURN_IF_ERROR(CompareSpecs(spec_, other.spec_));
  if (parts_ == other.parts_) return OkStatus();
  return InvalidArgument("expected a model of the architecture\n" + parts_ +
                         "\nfound\n" + other.parts_);
}

Status Network::CheckGolden(const Source& source) const {
  const auto steps = static_cast<int64_t>([&] {
    const NamedTensor* kinds = source.file.Find(kGoldenKinds);
    return kinds == nullptr ? size_t{0} : kinds->bytes.size();
  }());
  CREDO_ASSIGN_OR_RETURN(const std::string kinds,
                         source.file.Text(kGoldenKinds));
  const int64_t words = distribution_->words();
  const int64_t belief = core_->belief_size();
  const int64_t parameters = distribution_->parameters();
  CREDO_ASSIGN_OR_RETURN(const auto actions,
                         source.Tensor(kGoldenActions, {steps, words}));
  CREDO_ASSIGN_OR_RETURN(const auto rewards,
                         source.Tensor(kGoldenRewards, {steps}));
  CREDO_ASSIGN_OR_RETURN(const auto beliefs,
                         source.Tensor(kGoldenBeliefs, {steps, belief}));
  CREDO_ASSIGN_OR_RETURN(const auto policies,
                         source.Tensor(kGoldenPolicies, {steps, parameters}));
  CREDO_ASSIGN_OR_RETURN(const auto values,
                         source.Tensor(kGoldenValues, {steps}));
  std::vector<const NamedTensor*> observed;
  for (const ObservationSpec& spec : observations_) {
    const std::string name = kGoldenObservation + spec.name;
    const NamedTensor* tensor = source.file.Find(name);
    if (tensor == nullptr ||
        static_cast<int64_t>(tensor->bytes.size()) != steps * spec.bytes()) {
      return InvalidArgument("tensor '" + name + "': expected " +
                             std::to_string(steps) + " observations");
    }
    observed.push_back(tensor);
  }

  CREDO_ASSIGN_OR_RETURN(
      Buffer<float> memory,
      Buffer<float>::Make(source.allocator,
                          scratch(1) + Padded(core_->layout().floats()) +
                              Padded(belief) + Padded(parameters) +
                              Padded(distribution_->inputs()),
                          "the golden records"));
  float* const state = memory.data();
  float* const found_belief = state + Padded(core_->layout().floats());
  float* const found_policy = found_belief + Padded(belief);
  float* const input = found_policy + Padded(parameters);
  float* const rest = input + Padded(distribution_->inputs());
  auto* const state_bytes = reinterpret_cast<std::byte*>(state);
  for (int64_t t = 0; t < steps; ++t) {
    const bool first = static_cast<Kind>(kinds[t]) == Kind::kFirst;
    std::fill_n(input, distribution_->inputs(), 0.0f);
    if (first) {
      std::fill_n(state, core_->layout().floats(), 0.0f);
    } else {
      distribution_->Encode(
          actions.subspan(t * words, words),
          std::span(input, static_cast<size_t>(distribution_->inputs())));
    }
    std::vector<const std::byte*> frame;
    for (size_t i = 0; i < observed.size(); ++i) {
      frame.push_back(observed[i]->bytes.data() + t * observations_[i].bytes());
    }
    const float reward = first ? 0 : rewards[t];
    float value = 0;
    Tick({.rows = 1,
          .observed = frame.data(),
          .actions = {input, 0},
          .rewards = &reward,
          .states = &state_bytes,
          .beliefs = &found_belief,
          .policies = &found_policy,
          .values = &value,
          .scratch = rest});
    const std::string place = " of golden record " + std::to_string(t);
    CREDO_RETURN_IF_ERROR(CheckNear("belief" + place,
                                    beliefs.subspan(t * belief, belief),
                                    found_belief));
    CREDO_RETURN_IF_ERROR(
        CheckNear("policy" + place,
                  policies.subspan(t * parameters, parameters), found_policy));
    CREDO_RETURN_IF_ERROR(
        CheckNear("value" + place, values.subspan(t, 1), &value));
  }
  return OkStatus();
}

}  // namespace credo::runtime
