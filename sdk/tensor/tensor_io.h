// Tensors to and from tensor files.
#ifndef CREDO_SDK_TENSOR_TENSOR_IO_H_
#define CREDO_SDK_TENSOR_TENSOR_IO_H_

#include <ATen/core/Tensor.h>

#include <string>

#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// Adds a copy of `tensor` (u8, i32, i64, f32 or f64, any device).
void AddTensor(TensorFile& file, const std::string& name,
               const at::Tensor& tensor);

// Copies the tensor of this name into `out`. Fails when it is missing or when
// type or shape differ.
Status LoadTensor(const TensorFile& file, const std::string& name,
                  at::Tensor& out);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_TENSOR_IO_H_
