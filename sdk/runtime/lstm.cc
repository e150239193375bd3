#include "sdk/runtime/lstm.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {

Result<Lstm> Lstm::Load(const Source& source, const std::string& name,
                        int64_t inputs, int64_t size) {
  CREDO_ASSIGN_OR_RETURN(const NamedTensor* const input,
                         source.Weights(name + ".input", {4 * size, inputs}));
  CREDO_ASSIGN_OR_RETURN(const NamedTensor* const recurrent,
                         source.Weights(name + ".recurrent", {4 * size, size}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(name + ".bias", {4 * size}));
  Lstm lstm;
  lstm.size_ = size;
  CREDO_ASSIGN_OR_RETURN(
      lstm.gates_, Linear::Pack(source, name, bias, {{input, recurrent}}));
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
