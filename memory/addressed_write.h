// The writes of an addressed memory over a whole sequence, as one autograd
// function.
//
//   M_t[n] = M_{t-1}[n] + w_t[n] (v_t - M_{t-1}[n])
//
// A convex step towards v_t at each slot, so the contents stay bounded and a
// write with weight 1 overwrites. Source: a soft form of writing by address,
// found to learn maps within minutes (docs/architecture.md).
#ifndef CREDO_MEMORY_ADDRESSED_WRITE_H_
#define CREDO_MEMORY_ADDRESSED_WRITE_H_

#include <ATen/core/Tensor.h>

namespace credo {

// weights [T, B, N], values [T, B, W], contents [B, N, W] before step 0, keep
// [T, B] (0: the contents are zeroed before the step) or undefined.
// Returns the contents after each step [T, B, N, W]. On the CPU both passes are
// hand-written, O(T B N W); elsewhere this is AddressedWriteReference.
at::Tensor AddressedWrite(const at::Tensor& weights, const at::Tensor& values,
                          const at::Tensor& contents, const at::Tensor& keep);

// The same, written step by step from the formula with plain autograd.
at::Tensor AddressedWriteReference(const at::Tensor& weights,
                                   const at::Tensor& values,
                                   const at::Tensor& contents,
                                   const at::Tensor& keep);

}  // namespace credo

#endif  // CREDO_MEMORY_ADDRESSED_WRITE_H_
