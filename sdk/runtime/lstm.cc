#include "sdk/runtime/lstm.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {

Result<Lstm> Lstm::Load(const Source& source, const LstmSpec& spec) {
  const int64_t gates = 4 * spec.size;
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const input,
      source.Weights(spec.name + ".input", {gates, spec.inputs}));
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const recurrent,
      source.Weights(spec.name + ".recurrent", {gates, spec.size}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(spec.name + ".bias", {gates}));
  Lstm lstm;
  lstm.size_ = spec.size;
  CREDO_ASSIGN_OR_RETURN(
      lstm.gates_, Linear::Pack(source, spec.name, bias, {{input, recurrent}}));
  return lstm;
}

void Lstm::Step(const Kernels& kernels, int64_t rows, FloatRows inputs,
                float* const* hidden, float* const* cell,
                float* const* tanh_cell, float* scratch) const {
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(hidden[row], size_, inputs[row] + this->inputs());
  }
  const FloatRows gates = {scratch, Padded(gates_.out())};
  gates_(kernels, rows, inputs, gates);
  for (int64_t row = 0; row < rows; ++row) {
    kernels.lstm(size_, gates[row], cell[row], hidden[row], tanh_cell[row]);
  }
}

}  // namespace credo::runtime
