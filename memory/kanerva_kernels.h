// The loops of a Kanerva memory's write and of its backward pass.
//
// Contents [K C + K K] are D = R - R0, then V = U - I, rows first.
#ifndef CREDO_MEMORY_KANERVA_KERNELS_H_
#define CREDO_MEMORY_KANERVA_KERNELS_H_

#include <cstdint>

namespace credo {

// One row (character) at one step.
template <typename Real>
struct KanervaRow {
  int64_t rows = 0;               // K
  int64_t width = 0;              // C
  Real noise = 0;                 // sigma^2
  Real kept = 1;                  // of V before the write: 1 - forgetting
  const Real* prior = nullptr;    // R0 [K, C]
  const Real* before = nullptr;   // contents
  const Real* address = nullptr;  // w [K]
};

// Writes `code` (z) [C]: the contents `after`, the direction u = w U [K] and
// the error z - w R [C]. Returns s = w U w', at least 0.
float KanervaStep(const KanervaRow<float>& row, const float* code,
                  float* after, float* direction, float* error);
double KanervaStep(const KanervaRow<double>& row, const double* code,
                   double* after, double* direction, double* error);

// `variance` is s; `d_kl` the gradient of the write's KL. Adds `arriving` to
// `d_contents`, which then is the gradient of `after` and becomes that of
// `before`. Writes d_address [K] and d_code [C]. `scratch` [3 K].
void KanervaStepBackward(const KanervaRow<float>& row, const float* direction,
                         const float* error, float variance, float d_kl,
                         const float* arriving, float* d_contents,
                         float* d_address, float* d_code, float* scratch);
void KanervaStepBackward(const KanervaRow<double>& row,
                         const double* direction, const double* error,
                         double variance, double d_kl, const double* arriving,
                         double* d_contents, double* d_address,
                         double* d_code, double* scratch);

// R0 and D the other way round, [C, K] each: sums over C then run along rows.
template <typename Real>
struct KanervaTurned {
  const Real* prior = nullptr;
  const Real* mean = nullptr;
};

// The address by least squares, (R R' + ridge I)^-1 R z, into `address` [K],
// and its factor (ridge_kernels.h) into `factor` [K, K]. Takes only sizes from
// `row`. `scratch` [K C].
void KanervaAddress(const KanervaRow<float>& row, const float* code,
                    float ridge, const KanervaTurned<float>& turned,
                    float* address, float* factor, float* scratch);
void KanervaAddress(const KanervaRow<double>& row, const double* code,
                    double ridge, const KanervaTurned<double>& turned,
                    double* address, double* factor, double* scratch);

// What a KanervaStep that found this direction, error and s did to D, done to
// its turned copy `mean` [C, K]. `scratch` [K].
void KanervaTurn(const KanervaRow<float>& row, const float* direction,
                 const float* error, float variance, float* mean,
                 float* scratch);
void KanervaTurn(const KanervaRow<double>& row, const double* direction,
                 const double* error, double variance, double* mean,
                 double* scratch);

// What follows for R and z from the gradient of such an address, after
// KanervaStepBackward: adds it to d_contents and d_code. Writes
// y = (R R' + ridge I)^-1 d_address into `solved` [K]. `scratch` [C].
void KanervaAddressBackward(const KanervaRow<float>& row, const float* factor,
                            const float* error, const float* d_address,
                            float* d_contents, float* d_code, float* solved,
                            float* scratch);
void KanervaAddressBackward(const KanervaRow<double>& row,
                            const double* factor, const double* error,
                            const double* d_address, double* d_contents,
                            double* d_code, double* solved, double* scratch);

}  // namespace credo

#endif  // CREDO_MEMORY_KANERVA_KERNELS_H_
