#include "sdk/runtime/gru.h"

#include <algorithm>
#include <vector>

namespace credo::runtime {

Result<Gru> Gru::Load(const Source& source, const GruSpec& spec) {
  const int64_t gates = 3 * spec.size;
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const input,
      source.Weights(spec.name + ".input", {gates, spec.inputs}));
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const recurrent,
      source.Weights(spec.name + ".recurrent", {gates, spec.size}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(spec.name + ".bias", {gates}));
  CREDO_ASSIGN_OR_RETURN(
      const std::span<const float> fresh_bias,
      source.Tensor(spec.name + ".recurrent_bias", {spec.size}));
  Gru gru;
  gru.size_ = spec.size;
  CREDO_ASSIGN_OR_RETURN(gru.input_,
                         Linear::Pack(source, spec.name, bias, {{input}}));
  // Only the last third has a bias of its own.
  std::vector<float> recurrent_bias(static_cast<size_t>(gates));
  std::ranges::copy(fresh_bias, recurrent_bias.begin() + 2 * spec.size);
  CREDO_ASSIGN_OR_RETURN(
      gru.recurrent_,
      Linear::Pack(source, spec.name, recurrent_bias, {{recurrent}}));
  return gru;
}

void Gru::Step(const Kernels& kernels, int64_t rows, FloatRows inputs,
               float* const* hidden, float* scratch) const {
  const FloatRows before = {scratch, Padded(size_)};
  const FloatRows projected = {before.data + rows * before.stride,
                               Padded(3 * size_)};
  const FloatRows products = {projected.data + rows * projected.stride,
                              Padded(3 * size_)};
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(hidden[row], size_, before[row]);
  }
  input_(kernels, rows, inputs, projected);
  recurrent_(kernels, rows, before, products);
  for (int64_t row = 0; row < rows; ++row) {
    kernels.gru(size_, projected[row], products[row], hidden[row]);
  }
}

}  // namespace credo::runtime
