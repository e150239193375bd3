// One step of an LSTM: the twin of sdk/tensor/lstm.h.
#ifndef CREDO_SDK_RUNTIME_LSTM_H_
#define CREDO_SDK_RUNTIME_LSTM_H_

#include <cstdint>

#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class Lstm {
 public:
  static Result<Lstm> Load(const Source& source, const LstmSpec& spec);

  int64_t size() const { return size_; }
  int64_t inputs() const { return gates_.in() - size_; }
  // Floats of a row of inputs, behind which the hidden state has its place.
  int64_t input_stride() const { return Padded(gates_.in()); }
  int64_t scratch(int64_t rows) const { return rows * Padded(gates_.out()); }

  // `inputs` holds inputs() floats per row and is filled up. hidden[row] and
  // cell[row] [H] are replaced, tanh of the new cell goes to tanh_cell[row].
  void Step(const Kernels& kernels, int64_t rows, FloatRows inputs,
            float* const* hidden, float* const* cell, float* const* tanh_cell,
            float* scratch) const;

 private:
  int64_t size_ = 0;
  Linear gates_;  // columns: inputs, hidden
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_LSTM_H_
