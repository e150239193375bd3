#include "sdk/tensor/lstm_kernels.h"

#include "sdk/tensor/activations.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

template <typename Real>
[[gnu::always_inline]] inline void Step(int64_t units, Real* __restrict gates,
                                        const Real* __restrict before,
                                        Real* __restrict cell,
                                        Real* __restrict tanh_cell,
                                        Real* __restrict hidden) {
  Real* __restrict i = gates;
  Real* __restrict f = gates + units;
  Real* __restrict g = gates + 2 * units;
  Real* __restrict o = gates + 3 * units;
  for (int64_t u = 0; u < units; ++u) {
    i[u] = Sigmoid(i[u]);
    f[u] = Sigmoid(f[u]);
    g[u] = Tanh(g[u]);
    o[u] = Sigmoid(o[u]);
    cell[u] = f[u] * before[u] + i[u] * g[u];
    tanh_cell[u] = Tanh(cell[u]);
    hidden[u] = o[u] * tanh_cell[u];
  }
}

template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    int64_t units, const Real* __restrict gates, const Real* __restrict before,
    const Real* __restrict tanh_cell, const Real* __restrict d_hidden,
    Real* __restrict d_cell, Real* __restrict d_gates) {
  const Real* __restrict i = gates;
  const Real* __restrict f = gates + units;
  const Real* __restrict g = gates + 2 * units;
  const Real* __restrict o = gates + 3 * units;
  for (int64_t u = 0; u < units; ++u) {
    const Real dc = d_cell[u] + d_hidden[u] * o[u] *
                                    (Real{1} - tanh_cell[u] * tanh_cell[u]);
    d_gates[u] = dc * g[u] * i[u] * (Real{1} - i[u]);
    d_gates[units + u] = dc * before[u] * f[u] * (Real{1} - f[u]);
    d_gates[2 * units + u] = dc * i[u] * (Real{1} - g[u] * g[u]);
    d_gates[3 * units + u] =
        d_hidden[u] * tanh_cell[u] * o[u] * (Real{1} - o[u]);
    d_cell[u] = dc * f[u];
  }
}

}  // namespace

CREDO_CLONES void LstmStep(int64_t rows, int64_t units, float* gates,
                           const float* cell_before, float* cell,
                           float* tanh_cell, float* hidden) {
  for (int64_t r = 0; r < rows; ++r) {
    Step(units, gates + 4 * units * r, cell_before + units * r,
         cell + units * r, tanh_cell + units * r, hidden + units * r);
  }
}

void LstmStep(int64_t rows, int64_t units, double* gates,
              const double* cell_before, double* cell, double* tanh_cell,
              double* hidden) {
  for (int64_t r = 0; r < rows; ++r) {
    Step(units, gates + 4 * units * r, cell_before + units * r,
         cell + units * r, tanh_cell + units * r, hidden + units * r);
  }
}

CREDO_CLONES void LstmStepBackward(int64_t rows, int64_t units,
                                   const float* gates,
                                   const float* cell_before,
                                   const float* tanh_cell,
                                   const float* d_hidden, float* d_cell,
                                   float* d_gates) {
  for (int64_t r = 0; r < rows; ++r) {
    StepBackward(units, gates + 4 * units * r, cell_before + units * r,
                 tanh_cell + units * r, d_hidden + units * r,
                 d_cell + units * r, d_gates + 4 * units * r);
  }
}

void LstmStepBackward(int64_t rows, int64_t units, const double* gates,
                      const double* cell_before, const double* tanh_cell,
                      const double* d_hidden, double* d_cell,
                      double* d_gates) {
  for (int64_t r = 0; r < rows; ++r) {
    StepBackward(units, gates + 4 * units * r, cell_before + units * r,
                 tanh_cell + units * r, d_hidden + units * r,
                 d_cell + units * r, d_gates + 4 * units * r);
  }
}

}  // namespace credo
