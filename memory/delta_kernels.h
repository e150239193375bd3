// The loops of a delta memory's write and of its backward pass.
#ifndef CREDO_MEMORY_DELTA_KERNELS_H_
#define CREDO_MEMORY_DELTA_KERNELS_H_

#include <cstdint>

namespace credo {

// One row (character): key [K] of length 1, value [C], `kept` (a) and `written`
// (b) in [0, 1], before [K, C]. Writes after [K, C]. `scratch` [C].
void DeltaStep(int64_t rows, int64_t width, const float* key,
               const float* value, float kept, float written,
               const float* before, float* after, float* scratch);
void DeltaStep(int64_t rows, int64_t width, const double* key,
               const double* value, double kept, double written,
               const double* before, double* after, double* scratch);

// Adds `arriving` [K, C] to `d_matrix` [K, C], which then is the gradient of
// `after` and becomes that of `before`. Writes d_key [K], d_value [C], d_kept
// and d_written. `scratch` [4 C].
void DeltaStepBackward(int64_t rows, int64_t width, const float* key,
                       const float* value, float kept, float written,
                       const float* before, const float* arriving,
                       float* d_matrix, float* d_key, float* d_value,
                       float* d_kept, float* d_written, float* scratch);
void DeltaStepBackward(int64_t rows, int64_t width, const double* key,
                       const double* value, double kept, double written,
                       const double* before, const double* arriving,
                       double* d_matrix, double* d_key, double* d_value,
                       double* d_kept, double* d_written, double* scratch);

}  // namespace credo

#endif  // CREDO_MEMORY_DELTA_KERNELS_H_
