#include "memory/addressed_kernels.h"

#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

template <typename Real>
[[gnu::always_inline]] inline void Step(int64_t slots, int64_t width,
                                        const Real* weights, const Real* value,
                                        const Real* before, Real* after) {
  for (int64_t n = 0; n < slots; ++n) {
    const Real weight = weights[n];
    const Real* from = before + n * width;
    Real* to = after + n * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t i) CREDO_INLINE {
      const auto held = At<Pack>(from + i);
      At<Pack>(to + i) = held + weight * (At<Pack>(value + i) - held);
    });
  }
}

template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    int64_t slots, int64_t width, const Real* weights, const Real* value,
    const Real* before, const Real* arriving, Real* d_contents,
    Real* d_weights, Real* d_value) {
  for (int64_t i = 0; i < width; ++i) d_value[i] = 0;
  for (int64_t n = 0; n < slots; ++n) {
    const Real weight = weights[n];
    const Real* from = before + n * width;
    const Real* more = arriving + n * width;
    Real* gradient = d_contents + n * width;
    Sum<Real> gain;
    ForRow<Real>(width, [&]<typename Pack>(int64_t i) CREDO_INLINE {
      const auto g = At<Pack>(gradient + i) + At<Pack>(more + i);
      const auto step = weight * g;
      gain.Add(g * (At<Pack>(value + i) - At<Pack>(from + i)));
      At<Pack>(d_value + i) += step;
      At<Pack>(gradient + i) = g - step;
    });
    d_weights[n] = gain.Total();
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
                                        const float* arriving,
                                        float* d_contents, float* d_weights,
                                        float* d_value) {
  StepBackward(slots, width, weights, value, before, arriving, d_contents,
               d_weights, d_value);
}

void AddressedStepBackward(int64_t slots, int64_t width, const double* weights,
                           const double* value, const double* before,
                           const double* arriving, double* d_contents,
                           double* d_weights, double* d_value) {
  StepBackward(slots, width, weights, value, before, arriving, d_contents,
               d_weights, d_value);
}

}  // namespace credo
