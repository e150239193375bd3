// Densities, divergences and the functions that make their parameters.
// Natural logarithms throughout.
#ifndef CREDO_TESTS_ORACLES_DENSITIES_H_
#define CREDO_TESTS_ORACLES_DENSITIES_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "tests/oracles/matrix.h"
#include "tests/oracles/softmax.h"

namespace credo::oracle {

// KL(N(m1, s1) || N(m2, s2)) = ln(s2 / s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2)
// - 1/2, where s is the standard deviation (textbook; used in Gregor et al.,
// "Towards Conceptual Compression", 2016).
inline double GaussianKl(double m1, double s1, double m2, double s2) {
  const double apart = m1 - m2;
  return std::log(s2 / s1) + (s1 * s1 + apart * apart) / (2 * s2 * s2) - 0.5;
}

// -ln N(x; m, s) = 1/2 ln(2 pi) + ln s + (x - m)^2 / (2 s^2).
inline double GaussianNegativeLogLikelihood(double x, double mean,
                                            double deviation) {
  const double z = (x - mean) / deviation;
  return 0.5 * std::log(2 * std::numbers::pi) + std::log(deviation) +
         0.5 * z * z;
}

// -ln softmax(logits)_target.
inline double CrossEntropy(const Vector& logits, size_t target) {
  return LogSumExp(logits) - logits.at(target);
}

// ln(1 + e^x), written so that nothing overflows.
inline double Softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

inline double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_DENSITIES_H_
