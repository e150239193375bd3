#include "memory/kanerva_kernels.h"

#include <algorithm>

#include "memory/ridge_kernels.h"
#include "memory/row_math.h"
#include "sdk/tensor/clones.h"

namespace credo {
namespace {

// u = w U, s = u.w, S = s + noise, e = z - w R:
//   D' = D + u e' / S,  V' = V - u u' / S,
// where V has had its process noise. V stays exactly symmetric: u_i u_j is the
// same number as u_j u_i.
template <typename Real>
[[gnu::always_inline]] inline Real Step(const KanervaRow<Real>& row,
                                        const Real* code, Real* after,
                                        Real* direction, Real* error) {
  const int64_t rows = row.rows;
  const int64_t width = row.width;
  const Real kept = row.kept;
  const Real* mean = row.before;
  const Real* covariance = row.before + rows * width;
  for (int64_t c = 0; c < width; ++c) error[c] = code[c];
  for (int64_t k = 0; k < rows; ++k) {
    const Real weight = row.address[k];
    const Real* r0 = row.prior + k * width;
    const Real* d = mean + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      At<Pack>(error + c) -= weight * (At<Pack>(r0 + c) + At<Pack>(d + c));
    });
  }
  for (int64_t j = 0; j < rows; ++j) direction[j] = 0;
  for (int64_t i = 0; i < rows; ++i) {
    AddScaled(rows, row.address[i], covariance + i * rows, direction);
  }
  for (int64_t j = 0; j < rows; ++j) {
    direction[j] = row.address[j] + kept * direction[j];
  }
  // Round-off may bring it below 0.
  const Real variance =
      std::max(Dot(rows, row.address, direction), Real{0});
  const Real share = 1 / (variance + row.noise);
  for (int64_t k = 0; k < rows; ++k) {
    const Real gain = direction[k] * share;
    const Real* d = mean + k * width;
    Real* to = after + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      At<Pack>(to + c) = At<Pack>(d + c) + gain * At<Pack>(error + c);
    });
  }
  for (int64_t i = 0; i < rows; ++i) {
    const Real part = direction[i];
    const Real* v = covariance + i * rows;
    Real* to = after + rows * width + i * rows;
    ForRow<Real>(rows, [&]<typename Pack>(int64_t j) CREDO_INLINE {
      const auto product = part * At<Pack>(direction + j);
      At<Pack>(to + j) = kept * At<Pack>(v + j) - product * share;
    });
  }
  return variance;
}

// Of `count` rows from row k on: see AddAndMultiply.
template <int count, typename Real>
[[gnu::always_inline]] inline void AddAndMultiplyRows(
    int64_t k, int64_t width, const Real* more, const Real* x, const Real* y,
    Real* gradient, Real* product, Real* turned) {
  Sum<Real> sums[count];
  ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
    auto sum = At<Pack>(turned + c);
    for (int n = 0; n < count; ++n) {
      const int64_t i = (k + n) * width + c;
      const auto g = At<Pack>(gradient + i) + At<Pack>(more + i);
      At<Pack>(gradient + i) = g;
      sum += y[k + n] * g;
      sums[n].Add(g * At<Pack>(x + c));
    }
    At<Pack>(turned + c) = sum;
  });
  for (int n = 0; n < count; ++n) product[k + n] = sums[n].Total();
}

// Adds `more` to `gradient`, both [rows, width], and writes G x for its sum G
// to `product` [rows], G'y to `turned` [width]. Two rows at a time, which share
// what they read of x and add to G'y.
template <typename Real>
[[gnu::always_inline]] inline void AddAndMultiply(
    int64_t rows, int64_t width, const Real* more, const Real* x,
    const Real* y, Real* gradient, Real* product, Real* turned) {
  for (int64_t c = 0; c < width; ++c) turned[c] = 0;
  int64_t k = 0;
  for (; k + 2 <= rows; k += 2) {
    AddAndMultiplyRows<2>(k, width, more, x, y, gradient, product, turned);
  }
  for (; k < rows; ++k) {
    AddAndMultiplyRows<1>(k, width, more, x, y, gradient, product, turned);
  }
}

// With G and H the gradients of D' and V', a = G e, p = G'u, h = 1 / S and
// q = |e|^2, and KL = 1/2 (s q h^2 - C s h + C ln(S / noise)):
//   ds = h^2 (u'H u - u.a) + dKL h^2 / 2 (q (1 - 2 s h) + C s)
//   de = h p + dKL s h^2 e
//   du = h (a - (H + H') u) + ds w
//   dw = ds u + du + kept V du - R de
//   dD = G - w de',  dV = kept (H + w du'),  dz = de.
template <typename Real>
[[gnu::always_inline]] inline void StepBackward(
    const KanervaRow<Real>& row, const Real* direction, const Real* error,
    Real variance, Real d_kl, const Real* arriving, Real* d_contents,
    Real* d_address, Real* d_code, Real* scratch) {
  const int64_t rows = row.rows;
  const int64_t width = row.width;
  const int64_t numbers = rows * width;
  const Real kept = row.kept;
  Real* mean_side = scratch;               // a
  Real* covariance_side = scratch + rows;  // H u
  Real* d_direction = scratch + 2 * rows;  // H'u, then du
  AddAndMultiply(rows, width, arriving, error, direction, d_contents,
                 mean_side, d_code);  // p, then de
  AddAndMultiply(rows, rows, arriving + numbers, direction, direction,
                 d_contents + numbers, covariance_side, d_direction);
  const Real share = 1 / (variance + row.noise);
  const Real squared = share * share;
  const Real length = Dot(width, error, error);
  const Real d_variance =
      squared * (Dot(rows, direction, covariance_side) -
                 Dot(rows, direction, mean_side)) +
      d_kl * squared / 2 *
          (length * (1 - 2 * variance * share) +
           static_cast<Real>(width) * variance);
  for (int64_t c = 0; c < width; ++c) {
    d_code[c] = share * d_code[c] + d_kl * variance * squared * error[c];
  }
  for (int64_t i = 0; i < rows; ++i) {
    d_direction[i] =
        share * (mean_side[i] - (covariance_side[i] + d_direction[i])) +
        d_variance * row.address[i];
  }
  const Real* covariance = row.before + numbers;
  for (int64_t i = 0; i < rows; ++i) {
    const Real weight = kept * row.address[i];
    const Real* v = covariance + i * rows;
    Real* gradient = d_contents + numbers + i * rows;
    Sum<Real> sum;
    ForRow<Real>(rows, [&]<typename Pack>(int64_t j) CREDO_INLINE {
      const auto du = At<Pack>(d_direction + j);
      sum.Add(At<Pack>(v + j) * du);
      At<Pack>(gradient + j) = kept * At<Pack>(gradient + j) + weight * du;
    });
    d_address[i] =
        d_variance * direction[i] + d_direction[i] + kept * sum.Total();
  }
  for (int64_t k = 0; k < rows; ++k) {
    const Real weight = row.address[k];
    const Real* r0 = row.prior + k * width;
    const Real* d = row.before + k * width;
    Real* gradient = d_contents + k * width;
    Sum<Real> sum;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      const auto de = At<Pack>(d_code + c);
      sum.Add((At<Pack>(r0 + c) + At<Pack>(d + c)) * de);
      At<Pack>(gradient + c) -= weight * de;
    });
    d_address[k] -= sum.Total();
  }
}

template <typename Real>
[[gnu::always_inline]] inline void Address(
    const KanervaRow<Real>& row, const Real* code, Real ridge,
    const KanervaTurned<Real>& turned, Real* address, Real* factor,
    Real* scratch) {
  const int64_t rows = row.rows;
  ForRow<Real>(rows * row.width, [&]<typename Pack>(int64_t i) CREDO_INLINE {
    At<Pack>(scratch + i) =
        At<Pack>(turned.prior + i) + At<Pack>(turned.mean + i);
  });
  RidgeFactor(rows, row.width, scratch, ridge, factor);
  for (int64_t k = 0; k < rows; ++k) address[k] = 0;
  for (int64_t c = 0; c < row.width; ++c) {
    AddScaled(rows, code[c], scratch + c * rows, address);
  }
  RidgeSolveRows(1, rows, factor, address);
}

// D + g e' the other way round, to the last bit.
template <typename Real>
[[gnu::always_inline]] inline void Turn(const KanervaRow<Real>& row,
                                        const Real* direction,
                                        const Real* error, Real variance,
                                        Real* mean, Real* scratch) {
  const Real share = 1 / (variance + row.noise);
  for (int64_t k = 0; k < row.rows; ++k) scratch[k] = direction[k] * share;
  for (int64_t c = 0; c < row.width; ++c) {
    AddScaled(row.rows, error[c], scratch, mean + c * row.rows);
  }
}

// With X = (R R' + ridge I)^-1, w = X R z, y = X dw and e = z - w R:
//   dz = R'y,  dR = y z' - (y w' + w y') R = y e' - w (R'y)'.
template <typename Real>
[[gnu::always_inline]] inline void AddressBackward(
    const KanervaRow<Real>& row, const Real* factor, const Real* error,
    const Real* d_address, Real* d_contents, Real* d_code, Real* solved,
    Real* scratch) {
  const int64_t rows = row.rows;
  const int64_t width = row.width;
  for (int64_t k = 0; k < rows; ++k) solved[k] = d_address[k];
  RidgeSolveRows(1, rows, factor, solved);
  for (int64_t c = 0; c < width; ++c) scratch[c] = 0;
  for (int64_t k = 0; k < rows; ++k) {
    const Real part = solved[k];
    const Real* r0 = row.prior + k * width;
    const Real* d = row.before + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      At<Pack>(scratch + c) += part * (At<Pack>(r0 + c) + At<Pack>(d + c));
    });
  }
  for (int64_t k = 0; k < rows; ++k) {
    const Real part = solved[k];
    const Real weight = row.address[k];
    Real* gradient = d_contents + k * width;
    ForRow<Real>(width, [&]<typename Pack>(int64_t c) CREDO_INLINE {
      At<Pack>(gradient + c) +=
          part * At<Pack>(error + c) - weight * At<Pack>(scratch + c);
    });
  }
  for (int64_t c = 0; c < width; ++c) d_code[c] += scratch[c];
}

}  // namespace

CREDO_CLONES float KanervaStep(const KanervaRow<float>& row, const float* code,
                               float* after, float* direction, float* error) {
  return Step(row, code, after, direction, error);
}

double KanervaStep(const KanervaRow<double>& row, const double* code,
                   double* after, double* direction, double* error) {
  return Step(row, code, after, direction, error);
}

CREDO_CLONES void KanervaStepBackward(
    const KanervaRow<float>& row, const float* direction, const float* error,
    float variance, float d_kl, const float* arriving, float* d_contents,
    float* d_address, float* d_code, float* scratch) {
  StepBackward(row, direction, error, variance, d_kl, arriving, d_contents,
               d_address, d_code, scratch);
}

void KanervaStepBackward(const KanervaRow<double>& row,
                         const double* direction, const double* error,
                         double variance, double d_kl, const double* arriving,
                         double* d_contents, double* d_address,
                         double* d_code, double* scratch) {
  StepBackward(row, direction, error, variance, d_kl, arriving, d_contents,
               d_address, d_code, scratch);
}

CREDO_CLONES void KanervaAddress(const KanervaRow<float>& row,
                                 const float* code, float ridge,
                                 const KanervaTurned<float>& turned,
                                 float* address, float* factor,
                                 float* scratch) {
  Address(row, code, ridge, turned, address, factor, scratch);
}

void KanervaAddress(const KanervaRow<double>& row, const double* code,
                    double ridge, const KanervaTurned<double>& turned,
                    double* address, double* factor, double* scratch) {
  Address(row, code, ridge, turned, address, factor, scratch);
}

CREDO_CLONES void KanervaTurn(const KanervaRow<float>& row,
                              const float* direction, const float* error,
                              float variance, float* mean, float* scratch) {
  Turn(row, direction, error, variance, mean, scratch);
}

void KanervaTurn(const KanervaRow<double>& row, const double* direction,
                 const double* error, double variance, double* mean,
                 double* scratch) {
  Turn(row, direction, error, variance, mean, scratch);
}

CREDO_CLONES void KanervaAddressBackward(
    const KanervaRow<float>& row, const float* factor, const float* error,
    const float* d_address, float* d_contents, float* d_code, float* solved,
    float* scratch) {
  AddressBackward(row, factor, error, d_address, d_contents, d_code, solved,
                  scratch);
}

void KanervaAddressBackward(const KanervaRow<double>& row,
                            const double* factor, const double* error,
                            const double* d_address, double* d_contents,
                            double* d_code, double* solved, double* scratch) {
  AddressBackward(row, factor, error, d_address, d_contents, d_code, solved,
                  scratch);
}

}  // namespace credo
