#include "sdk/runtime/flat_input.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace credo::runtime {
namespace {

void WriteVector(const ObservationSpec& spec, const std::byte* observed,
                 float* input) {
  const int64_t size = spec.elements();
  std::memcpy(input, observed, static_cast<size_t>(size) * sizeof(float));
  if (!std::isfinite(spec.low) || !std::isfinite(spec.high)) return;
  const float low = FiniteBound(spec.low);
  const float scale = FiniteBound(2.0 / (spec.high - spec.low));
  for (int64_t i = 0; i < size; ++i) input[i] = (input[i] - low) * scale - 1;
}

void WriteNumbers(const Kernels& kernels, const ObservationSpec& spec,
                  const std::byte* observed, float* input) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(observed);
  switch (spec.kind) {
    case ObservationKind::kPicture:
      kernels.intensities(spec.elements(), bytes, input);
      return;
    case ObservationKind::kTiles: {
      const int64_t categories = spec.categories();
      std::fill_n(input, spec.numbers(), 0.0f);
      for (int64_t i = 0; i < spec.elements(); ++i) {
        if (bytes[i] < categories) input[i * categories + bytes[i]] = 1;
      }
      return;
    }
    case ObservationKind::kVector:
      WriteVector(spec, observed, input);
      return;
  }
}

}  // namespace

Result<FlatInput> FlatInput::Load(const Source& source,
                                  const InputSpec& spec) {
  FlatInput input(spec);
  if (!spec.standardised()) return input;
  const Shape shape = {spec.observation.numbers()};
  CREDO_ASSIGN_OR_RETURN(input.mean_, source.Copy(spec.mean(), shape));
  CREDO_ASSIGN_OR_RETURN(input.inverse_, source.Copy(spec.deviation(), shape));
  for (int64_t i = 0; i < input.numbers(); ++i) {
    float& deviation = input.inverse_.data()[i];
    deviation = 1 / std::max(deviation, spec.floor());
  }
  return input;
}

Result<std::vector<FlatInput>> FlatInput::Load(
    const Source& source, const std::vector<InputSpec>& specs) {
  std::vector<FlatInput> inputs;
  for (const InputSpec& spec : specs) {
    CREDO_ASSIGN_OR_RETURN(FlatInput input, Load(source, spec));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

void FlatInput::Write(const Kernels& kernels, const std::byte* observed,
                      float* input) const {
  WriteNumbers(kernels, spec_.observation, observed, input);
  if (!spec_.standardised()) return;
  kernels.standardise(numbers(), mean_.data(), inverse_.data(), input);
}

}  // namespace credo::runtime
