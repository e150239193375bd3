// Softmax, and the address of a memory that is one.
#ifndef CREDO_TESTS_ORACLES_SOFTMAX_H_
#define CREDO_TESTS_ORACLES_SOFTMAX_H_

#include <algorithm>
#include <cmath>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// Logits of minus infinity get nothing; at least one must be finite. Both
// functions take the largest logit out first, so that nothing overflows.

// ln sum_n exp(logits_n).
inline double LogSumExp(const Vector& logits) {
  const double largest = std::ranges::max(logits);
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - largest);
  return largest + std::log(sum);
}

// exp(logits_n) / sum_m exp(logits_m).
inline Vector Softmax(const Vector& logits) {
  const double largest = std::ranges::max(logits);
  Vector weights;
  double sum = 0;
  for (const double logit : logits) {
    weights.push_back(std::exp(logit - largest));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// w = softmax(beta * logits): beta is the sharpness.
inline Vector SoftmaxAddress(double sharpness, const Vector& logits) {
  Vector scaled;
  for (const double logit : logits) scaled.push_back(sharpness * logit);
  return Softmax(scaled);
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_SOFTMAX_H_
