// The Kanerva machine: a memory that is a Gaussian over matrices.
//
// Wu et al., "The Kanerva Machine", ICLR 2018 (writes), and Wu et al.,
// "Learning Attractor Dynamics for Generative Memory", NeurIPS 2018 (the
// dynamic machine: addresses by least squares); the algebra is that of Bayesian
// linear regression.
//
// The memory M [K, C] has the mean R [K, C] and the row covariance U [K, K],
// symmetric and the same for each column. A code z [C] that is stored at the
// address w [K] is seen as z ~ N(w M, sigma^2 I).
#ifndef CREDO_TESTS_ORACLES_KANERVA_H_
#define CREDO_TESTS_ORACLES_KANERVA_H_

#include <cmath>
#include <cstddef>

#include "tests/oracles/matrix.h"
#include "tests/oracles/softmax.h"  // IWYU pragma: export (SoftmaxAddress)

namespace credo::oracle {

// --- Writing ---

struct KanervaWritten {
  double sigma_z;  // the variance of z before the write
  double kl;       // of this write: KL(memory after || memory before)
};

// The rank-1 Bayes update of the ICLR paper:
//   Sigma_z = w U w' + sigma^2,  Delta = z - w R,  g = U w' / Sigma_z,
//   R <- R + g Delta,  U <- U - g (w U).
// With beta = w U w' / Sigma_z, the divergence of the write is
//   KL = 1/2 (beta / Sigma_z |Delta|^2 - C beta - C ln(1 - beta)).
inline KanervaWritten KanervaWrite(Matrix& R, Matrix& U, const Vector& w,
                                   const Vector& z, double sigma2) {
  const size_t K = R.rows;
  const size_t C = R.cols;
  const Vector column = Product(U, w);  // U w'
  const Vector row = Product(w, U);     // w U
  const Vector seen = Product(w, R);    // w R
  const double wUw = Dot(row, w);
  const double sigma_z = wUw + sigma2;

  Vector delta(C);
  for (size_t j = 0; j < C; ++j) delta[j] = z.at(j) - seen[j];
  for (size_t i = 0; i < K; ++i) {
    for (size_t j = 0; j < C; ++j) R(i, j) += column[i] * delta[j] / sigma_z;
    for (size_t j = 0; j < K; ++j) U(i, j) -= column[i] * row[j] / sigma_z;
  }

  const double beta = wUw / sigma_z;
  const double width = static_cast<double>(C);
  const double kl = 0.5 * (beta / sigma_z * Dot(delta, delta) - width * beta -
                           width * std::log(1 - beta));
  return {sigma_z, kl};
}

// n writes at once, W [n, K] and Z [n, C]:
//   Sigma_c = W U,  Sigma_z = W U W' + sigma^2 I,
//   R <- R + Sigma_c' Sigma_z^-1 (Z - W R),
//   U <- U - Sigma_c' Sigma_z^-1 Sigma_c.
// Equal to the writes one by one, in any order.
inline void KanervaBatchWrite(Matrix& R, Matrix& U, const Matrix& W,
                              const Matrix& Z, double sigma2) {
  const Matrix sigma_c = Product(W, U);
  const Matrix sigma_z =
      Sum(Product(sigma_c, Transpose(W)), Identity(W.rows, sigma2));
  const Matrix gain = Product(Transpose(sigma_c), Inverse(sigma_z));
  const Matrix delta = Sum(Z, Product(W, R), -1);
  R = Sum(R, Product(gain, delta));
  U = Sum(U, Product(gain, sigma_c), -1);
}

// Forgetting, before a write: U <- (1 - eta) U + eta u0 I, and R stays. Without
// it U only shrinks, and the memory freezes.
inline void AddProcessNoise(Matrix& U, double eta, double u0) {
  for (double& value : U.values) value *= 1 - eta;
  for (size_t i = 0; i < U.rows; ++i) U(i, i) += eta * u0;
}

// The same writes without a gain, in the information form of a Gaussian:
//   P = U^-1,  P' = P + W' W / sigma^2,
//   R <- P'^-1 (P R + W' Z / sigma^2),  U <- P'^-1.
inline void KanervaInformationWrite(Matrix& R, Matrix& U, const Matrix& W,
                                    const Matrix& Z, double sigma2) {
  const Matrix precision = Inverse(U);
  const Matrix Wt = Transpose(W);
  U = Inverse(Sum(precision, Product(Wt, W), 1 / sigma2));
  R = Product(U, Sum(Product(precision, R), Product(Wt, Z), 1 / sigma2));
}

// The rows of W and Z one after another in the information form, each behind
// its process noise.
inline void KanervaForgettingWrites(Matrix& R, Matrix& U, const Matrix& W,
                                    const Matrix& Z, double sigma2, double eta,
                                    double u0) {
  for (size_t n = 0; n < W.rows; ++n) {
    AddProcessNoise(U, eta, u0);
    KanervaInformationWrite(R, U, Matrix(1, W.cols, W.Row(n)),
                            Matrix(1, Z.cols, Z.Row(n)), sigma2);
  }
}

// --- Reading ---

// The mean of the code at w: w R.
inline Vector KanervaRead(const Matrix& R, const Vector& w) {
  return Product(w, R);
}

// What the memory does not know about each entry of that code: w U w' (the code
// itself adds sigma^2).
inline double KanervaReadVariance(const Matrix& U, const Vector& w) {
  return Dot(Product(w, U), w);
}

// --- Addresses by least squares (the dynamic machine) ---

// The address that explains z best:
//   argmin_w |z - w R|^2 / sigma^2 + |w|^2 / s_w^2
//     = (R R' + lambda I)^-1 R z',  lambda = sigma^2 / s_w^2.
inline Vector RidgeAddress(const Matrix& R, const Vector& z, double lambda) {
  const Matrix A =
      Sum(Product(R, Transpose(R)), Identity(R.rows, lambda));
  return Product(Inverse(A), Product(R, z));
}

// The optimum for a memory that is not certain, since E[M M'] = R R' + C U:
//   (R R' + C U + lambda I)^-1 R z'.
inline Vector RidgeAddressWithUncertainty(const Matrix& R, const Matrix& U,
                                          const Vector& z, double lambda) {
  Matrix A = Sum(Product(R, Transpose(R)), Identity(R.rows, lambda));
  A = Sum(A, U, static_cast<double>(R.cols));
  return Product(Inverse(A), Product(R, z));
}

// One step of the attractor dynamics: z -> w -> w R.
inline Vector RidgeRead(const Matrix& R, const Vector& z, double lambda) {
  return KanervaRead(R, RidgeAddress(R, z, lambda));
}

// --- How far the memory is from where it began ---

// KL(MN(R, U, I) || MN(R0, U0, I))
//   = 1/2 (C tr(U0^-1 U) + tr((R - R0)' U0^-1 (R - R0)) - C K
//          + C ln(det U0 / det U)).
inline double MatrixNormalKl(const Matrix& R, const Matrix& U,
                             const Matrix& R0, const Matrix& U0) {
  const double K = static_cast<double>(R.rows);
  const double C = static_cast<double>(R.cols);
  const Matrix precision = Inverse(U0);
  const Matrix moved = Sum(R, R0, -1);
  const double spread = Trace(Product(precision, U));
  const double distance =
      Trace(Product(Transpose(moved), Product(precision, moved)));
  return 0.5 * (C * spread + distance - C * K +
                C * std::log(Determinant(U0) / Determinant(U)));
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_KANERVA_H_
