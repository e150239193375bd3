// The writes of a Kanerva memory over a whole sequence, as one autograd
// function.
//
//   U <- (1 - forgetting) U + forgetting I
//   S = w U w' + noise,  g = U w' / S
//   R <- R + g (z - w R),  U <- U - g w U
//
// Contents are the columns of KanervaModel: D = R - R0 [K, C], then V = U - I
// [K, K], in which the process noise is V <- (1 - forgetting) V. V stays
// exactly symmetric; and as the noise fades all that is in V, round-off
// included, U stays positive definite in f32 as well.
//
// Sources: Wu et al. 2018, "The Kanerva Machine", and Wu et al. 2018, "Learning
// Attractor Dynamics for Generative Memory" (the address by least squares).
#ifndef CREDO_MEMORY_KANERVA_WRITE_H_
#define CREDO_MEMORY_KANERVA_WRITE_H_

#include <ATen/core/Tensor.h>

namespace credo {

struct KanervaRule {
  double noise = 0.1;         // sigma^2, above 0
  double forgetting = 0.005;  // below 1
  double ridge = 1.0;         // of addresses by least squares
};

struct KanervaWritten {
  at::Tensor contents;  // [T, B, K C + K K], after each step
  // [T, B], of each write: KL(memory after || memory before, with its process
  // noise) = 1/2 (s q / S^2 - C s / S + C ln(S / noise)), where s = w U w' and
  // q = |z - w R|^2.
  at::Tensor kl;
  at::Tensor strength;  // [T, B], s / S, without gradient
};

// addresses w [T, B, K], or undefined: each is then the least-squares address
// (R R' + ridge I)^-1 R z of its code in the memory before the write. codes z
// [T, B, C], prior R0 [K, C], contents [B, K C + K K] before step 0, keep
// [T, B] (0: the contents are zeroed before the step) or undefined.
//
// On the CPU both passes are hand-written, O(T B K (K + C)), and with least
// squares O(T B K^2 (K + C)); elsewhere this is KanervaWriteReference.
KanervaWritten KanervaWrite(const at::Tensor& addresses,
                            const at::Tensor& codes, const at::Tensor& prior,
                            const at::Tensor& contents, const at::Tensor& keep,
                            const KanervaRule& rule);

// The same, written step by step from the formulas with plain autograd. There
// is no form that goes without the steps: without process noise the information
// form is a sum over time, U^-1 = I + sum_t w_t w_t' / noise, but the noise
// adds to U and not to its inverse. A factor on the sum ("forgetting" in
// recursive least squares) makes another memory.
KanervaWritten KanervaWriteReference(const at::Tensor& addresses,
                                     const at::Tensor& codes,
                                     const at::Tensor& prior,
                                     const at::Tensor& contents,
                                     const at::Tensor& keep,
                                     const KanervaRule& rule);

}  // namespace credo

#endif  // CREDO_MEMORY_KANERVA_WRITE_H_
