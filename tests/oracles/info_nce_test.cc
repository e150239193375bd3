#include "tests/oracles/info_nce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

// --- Three rows, the positives on the diagonal ---

const Matrix kLogits = {{2, .5, -1}, {0, 1, .5}, {-.5, 1.5, 1}};

TEST(InfoNce, Losses) {
  Vector losses;
  double mean = 0;
  int right = 0;
  for (size_t n = 0; n < 3; ++n) {
    const Vector row = kLogits.Row(n);
    losses.push_back(InfoNce(row, n).loss);
    mean += losses.back() / 3;
    if (std::ranges::max(row) == row[n]) ++right;
  }
  ExpectNear(losses, {.241311, .68027, 1.054957}, kSixDecimals);
  EXPECT_NEAR(mean, .658846, kSixDecimals);
  EXPECT_EQ(right, 2);
}

TEST(InfoNce, LossesOfTheOtherDirection) {
  const Matrix columns = Transpose(kLogits);
  Vector losses;
  for (size_t n = 0; n < 3; ++n) {
    losses.push_back(InfoNce(columns.Row(n), n).loss);
  }
  ExpectNear(losses, {.196734, 1.18027, .554957}, kSixDecimals);
}

TEST(InfoNce, GradientOfTheMean) {
  Matrix gradient(3, 3);
  for (size_t n = 0; n < 3; ++n) {
    const InfoNceRow row = InfoNce(kLogits.Row(n), n);
    for (size_t j = 0; j < 3; ++j) gradient(n, j) = row.gradient[j] / 3;
  }
  ExpectNear(gradient,
             Matrix{{-.071468, .05843, .013038},
                    {.062108, -.164507, .102399},
                    {.025899, .191366, -.217264}},
             kSixDecimals);
}

TEST(InfoNce, ChanceIsTheLogarithmOfTheCandidates) {
  EXPECT_NEAR(InfoNce({0, 0, 0}, 1).loss, 1.098612, kSixDecimals);
}

// --- Forbidden candidates ---

TEST(InfoNce, ForbiddenCandidatesAreNotThere) {
  const InfoNceRow with =
      InfoNce({9, 2, .5, 7, -1}, 1, {true, false, false, true, false});
  const InfoNceRow without = InfoNce({2, .5, -1}, 0);
  EXPECT_DOUBLE_EQ(with.loss, without.loss);
  ExpectNear(with.gradient,
             {0, without.gradient[0], without.gradient[1], 0,
              without.gradient[2]},
             1e-15);
}

TEST(InfoNce, ThePositiveAloneIsCertain) {
  const InfoNceRow row = InfoNce({3, 5}, 0, {false, true});
  EXPECT_EQ(row.loss, 0);
  ExpectNear(row.gradient, {0, 0}, 0);
}

TEST(InfoNce, AForbiddenPositiveIsRefused) {
  EXPECT_THROW(InfoNce({3, 5}, 1, {false, true}), std::invalid_argument);
}

TEST(InfoNce, GradientIsThatOfDifferences) {
  const Vector logits = Draws(1).Next(6);
  const std::vector<bool> forbidden = {false, true, false, false, true, false};
  const Vector gradient = InfoNce(logits, 3, forbidden).gradient;
  for (size_t j = 0; j < logits.size(); ++j) {
    Vector more = logits;
    Vector less = logits;
    more[j] += 1e-5;
    less[j] -= 1e-5;
    EXPECT_NEAR((InfoNce(more, 3, forbidden).loss -
                 InfoNce(less, 3, forbidden).loss) / 2e-5,
                gradient[j], 1e-10);
  }
}

// --- Scores ---

TEST(BilinearScores, AreTheProduct) {
  const Vector scores = BilinearScores({1, -.5}, {{1, .5}, {0, -1}},
                                       {{.2, .4}, {1, 0}, {-.3, 2}});
  ExpectNear(scores, {.6, 1, 1.7}, 1e-15);
  EXPECT_NEAR(InfoNce(scores, 1).loss, 1.304019, kSixDecimals);
}

// --- The binary loss ---

TEST(BinaryContrastiveLoss, OfEachLogit) {
  const Vector positives = {1.2, -.3, 0};
  const Vector negatives = {-.7, .4, 2};
  Vector of_positives;
  Vector of_negatives;
  // An infinite logit of the right sign costs nothing.
  const double sure = std::numeric_limits<double>::infinity();
  for (int n = 0; n < 3; ++n) {
    of_positives.push_back(BinaryContrastiveLoss({positives[n]}, {-sure}));
    of_negatives.push_back(BinaryContrastiveLoss({sure}, {negatives[n]}));
  }
  ExpectNear(of_positives, {.263282, .854355, .693147}, kSixDecimals);
  ExpectNear(of_negatives, {.403186, .913015, 2.126928}, kSixDecimals);
  EXPECT_NEAR(BinaryContrastiveLoss(positives, negatives), 1.751305,
              kSixDecimals);
}

TEST(BinaryContrastiveLoss, ChanceIsTwoLogarithmsOfTwo) {
  EXPECT_NEAR(BinaryContrastiveLoss({0}, {0, 0}), 1.386294, kSixDecimals);
}

}  // namespace
}  // namespace credo::oracle
