// The writes of a delta memory over a whole sequence, as one autograd function.
//
//   M_t = a_t (M_{t-1} - b_t k_t (k_t' M_{t-1})) + b_t k_t v_t'
//
// Source: Yang et al. 2024, "Gated Delta Networks", eq. 10, for one head.
#ifndef CREDO_MEMORY_DELTA_WRITE_H_
#define CREDO_MEMORY_DELTA_WRITE_H_

#include <ATen/core/Tensor.h>

namespace credo {

// keys [T, B, K] of length 1, values [T, B, C], gates kept (a) and written (b)
// [T, B], matrix [B, K, C] before step 0, keep [T, B] (0: the matrix is zeroed
// before the step) or undefined. Returns the matrix after each step
// [T, B, K, C]. On the CPU both passes are hand-written, O(T B K C); elsewhere
// this is DeltaWriteReference.
at::Tensor DeltaWrite(const at::Tensor& keys, const at::Tensor& values,
                      const at::Tensor& kept, const at::Tensor& written,
                      const at::Tensor& matrix, const at::Tensor& keep);

// The same, written step by step from the formula with plain autograd.
at::Tensor DeltaWriteReference(const at::Tensor& keys,
                               const at::Tensor& values,
                               const at::Tensor& kept,
                               const at::Tensor& written,
                               const at::Tensor& matrix,
                               const at::Tensor& keep);

}  // namespace credo

#endif  // CREDO_MEMORY_DELTA_WRITE_H_
