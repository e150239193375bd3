// One step of LSTM cells whose gates were summed elsewhere, as one autograd
// function: those of convolutions, where a step is not a product of vectors.
#ifndef CREDO_SDK_TENSOR_LSTM_CELL_H_
#define CREDO_SDK_TENSOR_LSTM_CELL_H_

#include <ATen/core/Tensor.h>

namespace credo {

struct LstmCellOutput {
  at::Tensor hidden;
  at::Tensor cell;
};

// `gates` [..., 4H]: pre-activations i, f, g, o; `cell` [..., H]. As in
// sdk/tensor/lstm.h: c' = f c + i g, h' = o tanh c'. On the CPU both passes are
// hand-written; elsewhere this is LstmCellReference. f32 and f64.
LstmCellOutput LstmCell(const at::Tensor& gates, const at::Tensor& cell);

// The same with plain autograd.
LstmCellOutput LstmCellReference(const at::Tensor& gates,
                                 const at::Tensor& cell);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LSTM_CELL_H_
