// Columns of a matrix.
#ifndef CREDO_SDK_TENSOR_COLUMNS_H_
#define CREDO_SDK_TENSOR_COLUMNS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace credo {

// Columns begin .. begin + count - 1 of x [R, N], as a view. All of them are x
// itself: a view would cost a node of the graph and a copy of its gradient.
inline at::Tensor Columns(const at::Tensor& x, int64_t begin, int64_t count) {
  return count == x.size(1) ? x : x.narrow(1, begin, count);
}

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_COLUMNS_H_
