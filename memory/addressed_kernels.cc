#include "memory/addressed_kernels.h"

#include "sdk/tensor/clones.h"

namespace credo {
namespace {

template <typename Real>
[[gnu::always_inline]] inline void Step(int64_t slots, int64_t width,
                                        const Real* __restrict weights,
                                        const Real* __restrict value,
                                        const Real* __restrict before,
                                        Real* __restrict after) {
  if (before == nullptr) {
    for (int64_t n = 0; n < slots; ++n) {
      for (int64_t i = 0; i < width; ++i) {
        after[n * width + i] = weights[n] * value[i];
      }
    }
    return;
  }
  for (int64_t n = 0; n < slots; ++n) {
    const Real* __restrict from = before + n * width;
    for (int64_t i = 0; i < width; ++i) {
      after[n * width + i] = from[i] + weights[n] * (value[i] - from[i]);
    }
  }
}

template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    int64_t slots, int64_t width, const Real* __restrict weights,
    const Real* __restrict value, const Real* __restrict before,
    Real* __restrict d_contents, Real* __restrict d_weights,
    Real* __restrict d_value) {
  for (int64_t i = 0; i < width; ++i) d_value[i] = 0;
  for (int64_t n = 0; n < slots; ++n) {
    Real* __restrict gradient = d_contents + n * width;
    const Real weight = weights[n];
    // Eight partial sums, so that the reduction vectorises without the compiler
    // having to reorder it.
    Real sums[8] = {};
    int64_t i = 0;
    for (; i + 8 <= width; i += 8) {
      for (int64_t j = 0; j < 8; ++j) {
        const Real held =
            before == nullptr ? Real{0} : before[n * width + i + j];
        sums[j] += gradient[i + j] * (value[i + j] - held);
      }
    }
    Real sum = 0;
    for (; i < width; ++i) {
      const Real held = before == nullptr ? Real{0} : before[n * width + i];
      sum += gradient[i] * (value[i] - held);
    }
    for (const Real part : sums) sum += part;
    d_weights[n] = sum;
    for (int64_t k = 0; k < width; ++k) {
      d_value[k] += weight * gradient[k];
      gradient[k] *= Real{1} - weight;
    }
  }
}

}  // namespace

CREDO_CLONES void AddressedStep(int64_t slots, int64_t width,
                                const float* weights, const float* value,
                                const float* before, float* after) {
  Step(slots, width, weights, value, before, after);
}

void AddressedStep(int64_t slots, int64_t width, const double* weights,
                   const double* value, const double* before, double* after) {
  Step(slots, width, weights, value, before, after);
}

CREDO_CLONES void AddressedStepBackward(int64_t slots, int64_t width,
                                        const float* weights,
                                        const float* value,
                                        const float* before,
                                        float* d_contents, float* d_weights,
                                        float* d_value) {
  StepBackward(slots, width, weights, value, before, d_contents, d_weights,
               d_value);
}

void AddressedStepBackward(int64_t slots, int64_t width, const double* weights,
                           const double* value, const double* before,
                           double* d_contents, double* d_weights,
                           double* d_value) {
  StepBackward(slots, width, weights, value, before, d_contents, d_weights,
               d_value);
}

}  // namespace credo
