// The writes of a slots memory over a whole sequence, as one autograd function.
//
// Contents are the columns of SlotsModel: rows [N, W], then the row that is
// written next and how many were written. The two counts are whole numbers in
// columns of reals: they are rounded and kept within their range wherever they
// are used, so that no other number ever points outside the rows.
#ifndef CREDO_MEMORY_SLOTS_WRITE_H_
#define CREDO_MEMORY_SLOTS_WRITE_H_

#include <ATen/core/Tensor.h>

namespace credo {

// The columns after the rows.
inline constexpr int64_t kSlotsCounts = 2;

// values [T, B, W], contents [B, N W + 2] before step 0, keep [T, B] (0: the
// contents are zeroed before the step) or undefined. Returns the contents after
// each step [T, B, N W + 2]. On the CPU both passes are hand-written and little
// but copies, O(T B N W); elsewhere this is SlotsWriteReference.
at::Tensor SlotsWrite(const at::Tensor& values, const at::Tensor& contents,
                      const at::Tensor& keep);

// The same, written step by step with plain autograd.
at::Tensor SlotsWriteReference(const at::Tensor& values,
                               const at::Tensor& contents,
                               const at::Tensor& keep);

}  // namespace credo

#endif  // CREDO_MEMORY_SLOTS_WRITE_H_
