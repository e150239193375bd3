#include "sdk/tensor/tensor_io.h"

#include <torch/types.h>

#include <cstring>
#include <span>

namespace credo {
namespace {

DType FromTorch(at::ScalarType type) {
  switch (type) {
    case at::kByte: return DType::kU8;
    case at::kInt: return DType::kI32;
    case at::kLong: return DType::kI64;
    case at::kFloat: return DType::kF32;
    case at::kDouble: return DType::kF64;
    default: TORCH_CHECK(false, "no file type for ", type);
  }
}

}  // namespace

void AddTensor(TensorFile& file, const std::string& name,
               const at::Tensor& tensor) {
  const at::Tensor host = tensor.detach().cpu().contiguous();
  const auto* data = static_cast<const std::byte*>(host.const_data_ptr());
  file.Add(name, FromTorch(host.scalar_type()), host.sizes().vec(),
           std::span(data, host.nbytes()));
}

Status LoadTensor(const TensorFile& file, const std::string& name,
                  at::Tensor& out) {
  const NamedTensor* found = file.Find(name);
  if (found == nullptr) {
    return DataLoss("tensor '" + name + "' is missing");
  }
  const Shape shape = out.sizes().vec();
  const DType type = FromTorch(out.scalar_type());
  if (found->shape != shape || found->type != type) {
    return InvalidArgument("tensor '" + name + "': expected " +
                           DTypeName(type) + " " + ShapeText(shape) +
                           ", found " + DTypeName(found->type) + " " +
                           ShapeText(found->shape));
  }
  at::Tensor host = torch::empty(shape, out.scalar_type());
  std::memcpy(host.mutable_data_ptr(), found->bytes.data(),
              found->bytes.size());
  torch::NoGradGuard no_grad;
  out.copy_(host);
  return OkStatus();
}

}  // namespace credo
