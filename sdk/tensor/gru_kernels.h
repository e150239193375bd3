// The element-wise part of one GRU step and of its backward pass.
#ifndef CREDO_SDK_TENSOR_GRU_KERNELS_H_
#define CREDO_SDK_TENSOR_GRU_KERNELS_H_

#include <cstdint>

namespace credo {

// For each of `rows` rows of H units: `projected` [rows, 3H] and `products`
// [rows, 3H], which is h U with b_hn added to its last third, in the order r,
// z, n; `before` [rows, H] is h. Writes the activated gates [rows, 3H] and the
// new `hidden` [rows, H].
void GruStep(int64_t rows, int64_t units, const float* projected,
             const float* products, const float* before, float* gates,
             float* hidden);
void GruStep(int64_t rows, int64_t units, const double* projected,
             const double* products, const double* before, double* gates,
             double* hidden);

// `d_hidden` [rows, H] is the gradient of this step's hidden. Writes those of
// `projected` and of `products`, and over `d_hidden` the part of the gradient
// of `before` that does not pass through `products`.
void GruStepBackward(int64_t rows, int64_t units, const float* products,
                     const float* before, const float* gates, float* d_hidden,
                     float* d_projected, float* d_products);
void GruStepBackward(int64_t rows, int64_t units, const double* products,
                     const double* before, const double* gates,
                     double* d_hidden, double* d_projected,
                     double* d_products);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_GRU_KERNELS_H_
