// Fields of belief-state rows as tensors.
#ifndef CREDO_SDK_TENSOR_STATE_ROWS_H_
#define CREDO_SDK_TENSOR_STATE_ROWS_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "sdk/base/state_layout.h"

namespace credo {

// Field number `field` of each row: rows f32 [B, S] -> a view [B, elements].
at::Tensor StateColumns(const StateLayout& layout, const at::Tensor& rows,
                        size_t field);

// Rows [B, S] out of the fields' values in order, each [B, elements]; padding
// is zero.
at::Tensor PackState(const StateLayout& layout,
                     const std::vector<at::Tensor>& fields);

// `rows` [B, N] with zeros in place of each row that holds a number that is not
// finite: an observation or a reward was too large for the network, and what
// comes after is not to suffer for it. Mostly `rows` itself.
at::Tensor FiniteRows(const at::Tensor& rows);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_STATE_ROWS_H_
