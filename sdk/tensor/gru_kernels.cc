#include "sdk/tensor/gru_kernels.h"

#include "sdk/tensor/activations.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

template <typename Real>
[[gnu::always_inline]] inline void Step(int64_t units,
                                        const Real* __restrict projected,
                                        const Real* __restrict products,
                                        const Real* __restrict before,
                                        Real* __restrict gates,
                                        Real* __restrict hidden) {
  const int64_t z = units;
  const int64_t n = 2 * units;
  for (int64_t u = 0; u < units; ++u) {
    const Real reset = Sigmoid(projected[u] + products[u]);
    const Real update = Sigmoid(projected[z + u] + products[z + u]);
    const Real fresh = Tanh(projected[n + u] + reset * products[n + u]);
    gates[u] = reset;
    gates[z + u] = update;
    gates[n + u] = fresh;
    hidden[u] = fresh + update * (before[u] - fresh);
  }
}

template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    int64_t units, const Real* __restrict products,
    const Real* __restrict before, const Real* __restrict gates,
    Real* __restrict d_hidden, Real* __restrict d_projected,
    Real* __restrict d_products) {
  const int64_t z = units;
  const int64_t n = 2 * units;
  for (int64_t u = 0; u < units; ++u) {
    const Real reset = gates[u];
    const Real update = gates[z + u];
    const Real fresh = gates[n + u];
    const Real d_fresh =
        d_hidden[u] * (Real{1} - update) * (Real{1} - fresh * fresh);
    const Real d_update = d_hidden[u] * (before[u] - fresh) * update *
                          (Real{1} - update);
    const Real d_reset =
        d_fresh * products[n + u] * reset * (Real{1} - reset);
    d_projected[u] = d_reset;
    d_projected[z + u] = d_update;
    d_projected[n + u] = d_fresh;
    d_products[u] = d_reset;
    d_products[z + u] = d_update;
    d_products[n + u] = d_fresh * reset;
    d_hidden[u] *= update;
  }
}

}  // namespace

CREDO_CLONES void GruStep(int64_t rows, int64_t units, const float* projected,
                          const float* products, const float* before,
                          float* gates, float* hidden) {
  for (int64_t r = 0; r < rows; ++r) {
    Step(units, projected + 3 * units * r, products + 3 * units * r,
         before + units * r, gates + 3 * units * r, hidden + units * r);
  }
}

void GruStep(int64_t rows, int64_t units, const double* projected,
             const double* products, const double* before, double* gates,
             double* hidden) {
  for (int64_t r = 0; r < rows; ++r) {
    Step(units, projected + 3 * units * r, products + 3 * units * r,
         before + units * r, gates + 3 * units * r, hidden + units * r);
  }
}

CREDO_CLONES void GruStepBackward(int64_t rows, int64_t units,
                                  const float* products, const float* before,
                                  const float* gates, float* d_hidden,
                                  float* d_projected, float* d_products) {
  for (int64_t r = 0; r < rows; ++r) {
    StepBackward(units, products + 3 * units * r, before + units * r,
                 gates + 3 * units * r, d_hidden + units * r,
                 d_projected + 3 * units * r, d_products + 3 * units * r);
  }
}

void GruStepBackward(int64_t rows, int64_t units, const double* products,
                     const double* before, const double* gates,
                     double* d_hidden, double* d_projected,
                     double* d_products) {
  for (int64_t r = 0; r < rows; ++r) {
    StepBackward(units, products + 3 * units * r, before + units * r,
                 gates + 3 * units * r, d_hidden + units * r,
                 d_projected + 3 * units * r, d_products + 3 * units * r);
  }
}

}  // namespace credo
