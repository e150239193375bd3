#include "sdk/runtime/conv3.h"

#include <vector>

namespace credo::runtime {

Result<Conv3> Conv3::Load(const Source& source, const Conv3Spec& spec) {
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const weight,
      source.Weights(spec.name + ".weight", {spec.out, 3, 3, spec.in}));
  // What the file holds comes before memory for it.
  std::vector<float> zeros;
  std::span<const float> bias;
  if (spec.bias) {
    CREDO_ASSIGN_OR_RETURN(bias,
                           source.Tensor(spec.name + ".bias", {spec.out}));
  } else {
    zeros.resize(static_cast<size_t>(spec.out));
    bias = zeros;
  }
  Conv3 conv;
  CREDO_ASSIGN_OR_RETURN(conv.weights_,
                         Linear::Pack(source, spec.name, bias, {{weight}}));
  return conv;
}

void Conv3::operator()(const Kernels& kernels, const BorderedMap& at,
                       const float* from, float* to) const {
  const int64_t line = (at.width + 2) * at.channels;
  kernels.product(weights_.matrix(), {.count = at.height * at.width,
                                      .x = from,
                                      .row_stride = at.channels,
                                      .per_line = at.width,
                                      .line_stride = line,
                                      .segments = 3,
                                      .segment_length = 3 * at.channels,
                                      .segment_stride = line,
                                      .y = to,
                                      .y_stride = stride(),
                                      .relu = false});
}

}  // namespace credo::runtime
