#include <algorithm>
#include <cmath>
#include <cstring>

#include "sdk/runtime/encoder.h"

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

}  // namespace

void WriteFlatInput(const Kernels& kernels, const ObservationSpec& spec,
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

}  // namespace credo::runtime
