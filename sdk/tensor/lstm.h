// An LSTM over a whole sequence with resets, as one autograd function.
//
// Source: Hochreiter and Schmidhuber 1997, with forget gates (Gers et al.
// 2000), gate order i, f, g, o as in PyTorch:
//   i, f, o = sigmoid, g = tanh of the pre-activations
//   c' = f c + i g,  h' = o tanh c'
// Before step t the state of a row is set to zero where keep[t, row] is 0.
#ifndef CREDO_SDK_TENSOR_LSTM_H_
#define CREDO_SDK_TENSOR_LSTM_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/model/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

struct LstmOutput {
  // [T, B, H]
  at::Tensor hidden;
  at::Tensor cell;
  at::Tensor tanh_cell;
};

// `projected` [T, B, 4H]: input times input weights plus bias, all steps at
// once. `recurrent` [4H, H]: weights of h. `hidden`, `cell` [B, H]: the state
// before step 0. `keep` [T, B], 0 or 1, or undefined when nothing is reset.
// On the CPU the recurrence and its backward pass are hand-written; elsewhere
// this is LstmSequenceReference. f32 and f64.
LstmOutput LstmSequence(const at::Tensor& projected,
                        const at::Tensor& recurrent, const at::Tensor& hidden,
                        const at::Tensor& cell, const at::Tensor& keep);

// Sequences of several lengths, the longest first, whose rows lie packed: those
// of step 0, then those of step 1, and so on. `rows` [T]: how many each step
// has, at least one, never more than the one before. projected [N, 4H], where N
// is their sum; `hidden`, `cell` [rows[0], H]. Returns hidden [N, H]. On the
// CPU.
at::Tensor LstmOfFewerRows(const at::Tensor& projected,
                           const at::Tensor& recurrent,
                           const at::Tensor& hidden, const at::Tensor& cell,
                           const std::vector<int64_t>& rows);

// LstmSequence, written step by step from the formulas above with plain
// autograd.
LstmOutput LstmSequenceReference(const at::Tensor& projected,
                                 const at::Tensor& recurrent,
                                 const at::Tensor& hidden,
                                 const at::Tensor& cell,
                                 const at::Tensor& keep);

// The parameters of an LSTM, with `forget_bias` added to the forget gate's
// start.
class Lstm {
 public:
  Lstm(Parameters& parameters, const LstmSpec& spec, double forget_bias);

  // inputs [T, B, I] -> hidden and cell of every step.
  LstmOutput operator()(const at::Tensor& inputs, const at::Tensor& hidden,
                        const at::Tensor& cell, const at::Tensor& keep) const;
  // inputs [N, I] of packed rows -> hidden [N, H]: see LstmOfFewerRows.
  at::Tensor OfFewerRows(const at::Tensor& inputs, const at::Tensor& hidden,
                         const at::Tensor& cell,
                         const std::vector<int64_t>& rows) const;
  int64_t size() const { return size_; }

 private:
  int64_t size_;
  Parameter* input_;
  Parameter* recurrent_;
  Parameter* bias_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LSTM_H_
