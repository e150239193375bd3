// Bytes of pictures as intensities in [0, 1], in one pass over them.
#ifndef CREDO_SDK_TENSOR_PICTURES_H_
#define CREDO_SDK_TENSOR_PICTURES_H_

#include <ATen/core/Tensor.h>

namespace credo {

// u8 [R, N] -> f32 [R, N], x / 255.
at::Tensor Intensities(const at::Tensor& bytes);

// u8 [R, N] -> f32 [R, N], (x / 255 - mean) * inverse; both f32 [N], without
// gradient.
at::Tensor StandardisedIntensities(const at::Tensor& bytes,
                                   const at::Tensor& mean,
                                   const at::Tensor& inverse);

// predicted [F, N], bytes u8 [F, N] -> [F], the sum of (predicted - x / 255)^2.
// Differentiable in what is predicted.
at::Tensor PictureSquaredError(const at::Tensor& predicted,
                               const at::Tensor& bytes);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_PICTURES_H_
