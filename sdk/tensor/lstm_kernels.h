// The element-wise part of one LSTM step and of its backward pass.
#ifndef CREDO_SDK_TENSOR_LSTM_KERNELS_H_
#define CREDO_SDK_TENSOR_LSTM_KERNELS_H_

#include <cstdint>

namespace credo {

// For each of `rows` rows of H units. `gates` [rows, 4H] holds pre-activations
// i, f, g, o and is left holding the activated gates. `cell_before` [rows, H].
// Writes cell, tanh of cell and hidden, each [rows, H].
void LstmStep(int64_t rows, int64_t units, float* gates,
              const float* cell_before, float* cell, float* tanh_cell,
              float* hidden);
void LstmStep(int64_t rows, int64_t units, double* gates,
              const double* cell_before, double* cell, double* tanh_cell,
              double* hidden);

// `d_hidden` and `d_cell` [rows, H] are the gradients of this step's hidden and
// cell. Writes the gradient of the pre-activations to `d_gates` [rows, 4H] and
// that of cell_before over `d_cell`.
void LstmStepBackward(int64_t rows, int64_t units, const float* gates,
                      const float* cell_before, const float* tanh_cell,
                      const float* d_hidden, float* d_cell, float* d_gates);
void LstmStepBackward(int64_t rows, int64_t units, const double* gates,
                      const double* cell_before, const double* tanh_cell,
                      const double* d_hidden, double* d_cell, double* d_gates);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LSTM_KERNELS_H_
