// Contrastive losses: tell the true future from other frames.
//
// InfoNCE: van den Oord et al., "Representation Learning with Contrastive
// Predictive Coding", 2018, equation 4. The binary loss: Guo et al., "Neural
// Predictive Belief Representations", 2018.
#ifndef CREDO_TESTS_ORACLES_INFO_NCE_H_
#define CREDO_TESTS_ORACLES_INFO_NCE_H_

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include "tests/oracles/densities.h"
#include "tests/oracles/matrix.h"
#include "tests/oracles/softmax.h"

namespace credo::oracle {

// scores_n = q W z_n, with the candidates z_n as the rows of Z. Two projections
// with a scale are one W: (A q) . (B z) / sqrt(d) = q (A' B / sqrt(d)) z.
inline Vector BilinearScores(const Vector& q, const Matrix& W,
                             const Matrix& Z) {
  return Product(Z, Product(q, W));
}

struct InfoNceRow {
  double loss;
  Vector gradient;  // of this loss with respect to the logits of its row
};

// loss = -ln(exp(l_p) / sum_n exp(l_n)), where n runs over the candidates that
// are not forbidden and p is the positive; gradient_n = softmax(l)_n - [n = p],
// and 0 for forbidden ones. The positive itself must not be forbidden. A mask
// without entries forbids none.
inline InfoNceRow InfoNce(const Vector& logits, size_t positive,
                          const std::vector<bool>& forbidden = {}) {
  Vector allowed = logits;
  for (size_t n = 0; n < forbidden.size(); ++n) {
    if (!forbidden[n]) continue;
    if (n == positive) throw std::invalid_argument("the positive is forbidden");
    allowed.at(n) = -std::numeric_limits<double>::infinity();
  }
  InfoNceRow row = {CrossEntropy(allowed, positive), Softmax(allowed)};
  row.gradient[positive] -= 1;
  return row;
}

// mean(-ln sigmoid(positive)) + mean(-ln(1 - sigmoid(negative))), each as a
// softplus. Chance, with all logits 0, is 2 ln 2.
inline double BinaryContrastiveLoss(const Vector& positives,
                                    const Vector& negatives) {
  double of_positives = 0;
  for (const double logit : positives) of_positives += Softplus(-logit);
  double of_negatives = 0;
  for (const double logit : negatives) of_negatives += Softplus(logit);
  return of_positives / static_cast<double>(positives.size()) +
         of_negatives / static_cast<double>(negatives.size());
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_INFO_NCE_H_
