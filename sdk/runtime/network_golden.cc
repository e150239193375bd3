// The check of a model's golden records.

#include <algorithm>
#include <cmath>

#include "sdk/base/number_text.h"
#include "sdk/base/record.h"
#include "sdk/model/limits.h"
#include "sdk/model/metadata.h"
#include "sdk/runtime/network.h"

namespace credo::runtime {
namespace {

// Golden numbers were computed by the trainer, whose sums run in another order.
constexpr float kGoldenTolerance = 1e-4f;

Status CheckNear(const std::string& what, std::span<const float> expected,
                 const float* found) {
  float scale = 1;
  for (const float value : expected) scale = std::max(scale, std::abs(value));
  for (size_t i = 0; i < expected.size(); ++i) {
    // So that a NaN fails, and an infinite number, whose scale excuses all.
    if (std::isfinite(expected[i]) &&
        std::abs(found[i] - expected[i]) <= kGoldenTolerance * scale) {
      continue;
    }
    return DataLoss(what + ": number " + std::to_string(i) + ": expected " +
                    NumberText(expected[i]) + ", found " +
                    NumberText(found[i]) +
                    "; this build does not compute what the trainer did");
  }
  return OkStatus();
}

// The golden tensors of a model for one character over `steps` records.
struct Golden {
  std::span<const std::byte> kinds;
  std::span<const float> actions;
  std::span<const float> rewards;
  std::span<const float> beliefs;
  std::span<const float> policies;
  std::span<const float> values;
  std::vector<const std::byte*> observations;
  int64_t steps = 0;
};

Result<Golden> ReadGolden(const Source& source, const Network& network) {
  Golden golden;
  const NamedTensor* const kinds = source.file.Find(kGoldenKinds);
  const std::string place = std::string("tensor '") + kGoldenKinds + "': ";
  if (kinds == nullptr || kinds->type != DType::kU8 ||
      kinds->shape.size() != 1 || kinds->bytes.empty() ||
      kinds->shape[0] > kMaxGoldenRecords) {
    return InvalidArgument(place + "expected U8 [T] of 1 to " +
                           std::to_string(kMaxGoldenRecords) + ", found " +
                           (kinds == nullptr ? "none"
                                             : ShapeText(kinds->shape)));
  }
  golden.kinds = kinds->bytes;
  for (size_t t = 0; t < golden.kinds.size(); ++t) {
    const auto kind = static_cast<Kind>(golden.kinds[t]);
    if (kind == (t == 0 ? Kind::kFirst : Kind::kMid)) continue;
    return InvalidArgument(place + "record " + std::to_string(t) +
                           ": expected 0 at the first and 1 at all others, "
                           "found " +
                           std::to_string(static_cast<int>(kind)));
  }
  const auto steps = static_cast<int64_t>(kinds->bytes.size());
  golden.steps = steps;
  const ActionDistribution& distribution = network.distribution();
  CREDO_ASSIGN_OR_RETURN(
      golden.actions,
      source.Tensor(kGoldenActions, {steps, distribution.words()}));
  CREDO_ASSIGN_OR_RETURN(golden.rewards,
                         source.Tensor(kGoldenRewards, {steps}));
  CREDO_ASSIGN_OR_RETURN(
      golden.beliefs,
      source.Tensor(kGoldenBeliefs, {steps, network.core().belief_size()}));
  CREDO_ASSIGN_OR_RETURN(
      golden.policies,
      source.Tensor(kGoldenPolicies, {steps, distribution.parameters()}));
  CREDO_ASSIGN_OR_RETURN(golden.values, source.Tensor(kGoldenValues, {steps}));
  for (const ObservationSpec& spec : network.observations()) {
    const std::string name = kGoldenObservation + spec.name;
    const NamedTensor* const tensor = source.file.Find(name);
    Shape shape = spec.shape;
    shape.insert(shape.begin(), steps);
    if (tensor == nullptr || tensor->type != spec.dtype() ||
        tensor->shape != shape) {
      return InvalidArgument(
          "tensor '" + name + "': expected " + DTypeName(spec.dtype()) + " " +
          ShapeText(shape) + ", found " +
          (tensor == nullptr
               ? "none"
               : DTypeName(tensor->type) + (" " + ShapeText(tensor->shape))));
    }
    golden.observations.push_back(tensor->bytes.data());
  }
  return golden;
}

}  // namespace

Status Network::CheckGolden(const Source& source) const {
  CREDO_ASSIGN_OR_RETURN(const Golden golden, ReadGolden(source, *this));
  const int64_t words = distribution_->words();
  const int64_t inputs = distribution_->inputs();
  const int64_t parameters = distribution_->parameters();
  const int64_t belief = core_->belief_size();
  const int64_t floats = core_->layout().floats();
  CREDO_ASSIGN_OR_RETURN(
      const Buffer<float> memory,
      Buffer<float>::Make(source.allocator,
                          Padded(floats) + Padded(belief) +
                              Padded(parameters) + Padded(inputs) + scratch(1),
                          "the golden records"));
  float* const state = memory.data();
  float* const found_belief = state + Padded(floats);
  float* const found_policy = found_belief + Padded(belief);
  float* const input = found_policy + Padded(parameters);
  auto* const state_bytes = reinterpret_cast<std::byte*>(state);
  std::vector<const std::byte*> observed(observations_.size());
  for (int64_t t = 0; t < golden.steps; ++t) {
    const bool first = static_cast<Kind>(golden.kinds[t]) == Kind::kFirst;
    std::fill_n(input, inputs, 0.0f);
    if (first) {
      std::fill_n(state, floats, 0.0f);
    } else {
      distribution_->Encode(golden.actions.subspan(t * words, words),
                            {input, static_cast<size_t>(inputs)});
    }
    for (size_t i = 0; i < observed.size(); ++i) {
      observed[i] = golden.observations[i] + t * observations_[i].bytes();
    }
    const float reward = first ? 0 : golden.rewards[t];
    float value = 0;
    Tick({.rows = 1,
          .observed = observed.data(),
          .actions = {input, 0},
          .rewards = &reward,
          .states = &state_bytes,
          .beliefs = &found_belief,
          .policies = &found_policy,
          .values = &value,
          .scratch = input + Padded(inputs)});
    const std::string place = " of golden record " + std::to_string(t);
    CREDO_RETURN_IF_ERROR(
        CheckNear("belief" + place, golden.beliefs.subspan(t * belief, belief),
                  found_belief));
    CREDO_RETURN_IF_ERROR(
        CheckNear("policy" + place,
                  golden.policies.subspan(t * parameters, parameters),
                  found_policy));
    CREDO_RETURN_IF_ERROR(
        CheckNear("value" + place, golden.values.subspan(t, 1), &value));
  }
  return OkStatus();
}

}  // namespace credo::runtime
