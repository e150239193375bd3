// A GRU over a whole sequence with resets, as one autograd function.
//
// Source: Cho et al. 2014, "Learning Phrase Representations using RNN
// Encoder-Decoder for Statistical Machine Translation", in the variant whose
// reset gate acts on the recurrent product, gate order r, z, n as in PyTorch:
//   r, z = sigmoid of x W + b + h U
//   n    = tanh(x W_n + b_n + r (h U_n + b_hn))
//   h'   = (1 - z) n + z h
// Before step t the state of a row is set to zero where keep[t, row] is 0.
#ifndef CREDO_SDK_TENSOR_GRU_H_
#define CREDO_SDK_TENSOR_GRU_H_

#include <ATen/core/Tensor.h>

#include <string>

#include "sdk/model/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// `projected` [T, B, 3H]: input times input weights plus bias, all steps at
// once. `recurrent` [3H, H]: weights of h. `recurrent_bias` [H]: b_hn. `hidden`
// [B, H]: the state before step 0. `keep` [T, B], 0 or 1, or undefined when
// nothing is reset. Returns the states [T, B, H]. On the CPU the recurrence and
// its backward pass are hand-written; elsewhere this is GruSequenceReference.
// f32 and f64.
at::Tensor GruSequence(const at::Tensor& projected, const at::Tensor& recurrent,
                       const at::Tensor& recurrent_bias,
                       const at::Tensor& hidden, const at::Tensor& keep);

// The same, written step by step from the formulas above with plain autograd.
at::Tensor GruSequenceReference(const at::Tensor& projected,
                                const at::Tensor& recurrent,
                                const at::Tensor& recurrent_bias,
                                const at::Tensor& hidden,
                                const at::Tensor& keep);

// The parameters of a GRU. The recurrent bias is b_hn alone: to r and z a
// second bias would add nothing.
class Gru {
 public:
  Gru(Parameters& parameters, const GruSpec& spec);

  // inputs [T, B, I] -> states of every step [T, B, H].
  at::Tensor operator()(const at::Tensor& inputs, const at::Tensor& hidden,
                        const at::Tensor& keep) const;
  int64_t size() const { return size_; }

 private:
  int64_t size_;
  Parameter* input_;
  Parameter* recurrent_;
  Parameter* bias_;
  Parameter* recurrent_bias_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_GRU_H_
