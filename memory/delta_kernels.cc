#include "memory/delta_kernels.h"

#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

// M' = a M + k (b (v - a y))',  y = M'k: what the key read so far.
template <typename Real>
[[gnu::always_inline]] inline void Step(int64_t rows, int64_t width,
                                        const Real* key, const Real* value,
                                        Real kept, Real written,
                                        const Real* before, Real* after,
                                        Real* scratch) {
  for (int64_t c = 0; c < width; ++c) scratch[c] = 0;
  for (int64_t k = 0; k < rows; ++k) {
    AddScaled(width, key[k], before + k * width, scratch);
  }
  for (int64_t c = 0; c < width; ++c) {
    scratch[c] = written * (value[c] - kept * scratch[c]);
  }
  for (int64_t k = 0; k < rows; ++k) {
    const Real part = key[k];
    const Real* from = before + k * width;
    Real* to = after + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      At<Pack>(to + c) =
          kept * At<Pack>(from + c) + part * At<Pack>(scratch + c);
    });
  }
}

// With G the gradient of M', e = v - a y, p = G'k and dy = -a b p:
//   dv = b p,  da = <G, M> - b p.y,  db = p.e,
//   dk = b G e + M dy,  dM = a G + k dy'.
template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    int64_t rows, int64_t width, const Real* key, const Real* value, Real kept,
    Real written, const Real* before, const Real* arriving, Real* d_matrix,
    Real* d_key, Real* d_value, Real* d_kept, Real* d_written, Real* scratch) {
  Real* read = scratch;                // y
  Real* pulled = scratch + width;      // p
  Real* error = scratch + 2 * width;   // e, then b e
  Real* d_read = scratch + 3 * width;  // dy
  for (int64_t c = 0; c < width; ++c) read[c] = pulled[c] = 0;
  for (int64_t k = 0; k < rows; ++k) {
    const Real part = key[k];
    const Real* from = before + k * width;
    const Real* more = arriving + k * width;
    Real* gradient = d_matrix + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      const auto g = At<Pack>(gradient + c) + At<Pack>(more + c);
      At<Pack>(gradient + c) = g;
      At<Pack>(pulled + c) += part * g;
      At<Pack>(read + c) += part * At<Pack>(from + c);
    });
  }
  for (int64_t c = 0; c < width; ++c) error[c] = value[c] - kept * read[c];
  *d_written = Dot(width, pulled, error);
  const Real fading = written * Dot(width, pulled, read);
  for (int64_t c = 0; c < width; ++c) {
    error[c] *= written;
    d_read[c] = -kept * written * pulled[c];
    d_value[c] = written * pulled[c];
  }
  Sum<Real> held;  // <G, M>
  for (int64_t k = 0; k < rows; ++k) {
    const Real part = key[k];
    const Real* from = before + k * width;
    Real* gradient = d_matrix + k * width;
    Sum<Real> slope;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      const auto g = At<Pack>(gradient + c);
      const auto m = At<Pack>(from + c);
      const auto dy = At<Pack>(d_read + c);
      held.Add(g * m);
      slope.Add(g * At<Pack>(error + c) + m * dy);
      At<Pack>(gradient + c) = kept * g + part * dy;
    });
    d_key[k] = slope.Total();
  }
  *d_kept = held.Total() - fading;
}

}  // namespace

CREDO_CLONES void DeltaStep(int64_t rows, int64_t width, const float* key,
                            const float* value, float kept, float written,
                            const float* before, float* after,
                            float* scratch) {
  Step(rows, width, key, value, kept, written, before, after, scratch);
}

void DeltaStep(int64_t rows, int64_t width, const double* key,
               const double* value, double kept, double written,
               const double* before, double* after, double* scratch) {
  Step(rows, width, key, value, kept, written, before, after, scratch);
}

CREDO_CLONES void DeltaStepBackward(
    int64_t rows, int64_t width, const float* key, const float* value,
    float kept, float written, const float* before, const float* arriving,
    float* d_matrix, float* d_key, float* d_value, float* d_kept,
    float* d_written, float* scratch) {
  StepBackward(rows, width, key, value, kept, written, before, arriving,
               d_matrix, d_key, d_value, d_kept, d_written, scratch);
}

void DeltaStepBackward(int64_t rows, int64_t width, const double* key,
                       const double* value, double kept, double written,
                       const double* before, const double* arriving,
                       double* d_matrix, double* d_key, double* d_value,
                       double* d_kept, double* d_written, double* scratch) {
  StepBackward(rows, width, key, value, kept, written, before, arriving,
               d_matrix, d_key, d_value, d_kept, d_written, scratch);
}

}  // namespace credo
