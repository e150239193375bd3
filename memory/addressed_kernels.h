// The loops of an addressed memory's write and of its backward pass.
#ifndef CREDO_MEMORY_ADDRESSED_KERNELS_H_
#define CREDO_MEMORY_ADDRESSED_KERNELS_H_

#include <cstdint>

namespace credo {

// One row (character): weights [N], value [W], before [N, W]. Writes after
// [N, W].
void AddressedStep(int64_t slots, int64_t width, const float* weights,
                   const float* value, const float* before, float* after);
void AddressedStep(int64_t slots, int64_t width, const double* weights,
                   const double* value, const double* before, double* after);

// Adds `arriving` [N, W] to `d_contents` [N, W], which then is the gradient of
// `after` and becomes that of `before`. Writes d_weights [N] and d_value [W].
void AddressedStepBackward(int64_t slots, int64_t width, const float* weights,
                           const float* value, const float* before,
                           const float* arriving, float* d_contents,
                           float* d_weights, float* d_value);
void AddressedStepBackward(int64_t slots, int64_t width, const double* weights,
                           const double* value, const double* before,
                           const double* arriving, double* d_contents,
                           double* d_weights, double* d_value);

}  // namespace credo

#endif  // CREDO_MEMORY_ADDRESSED_KERNELS_H_
