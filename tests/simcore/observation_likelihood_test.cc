#include "simcore/observation_likelihood.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

namespace credo {
namespace {

TEST(NegativeLogLikelihood, MatchesTheNumericReferenceOfAGaussian) {
  // x = .3 under N(.1, .7).
  const ObservationSpec spec = ObservationSpec::Vector("x", {1}, -1, 1);
  const at::Tensor nats = NegativeLogLikelihood(
      spec, {.vector = 0.7}, torch::tensor({{0.1}}, torch::kDouble),
      torch::tensor({{0.3}}, torch::kDouble));
  EXPECT_NEAR(nats.item<double>(), 0.60307992, 1e-8);
}

TEST(NegativeLogLikelihood, OfTilesIsTheSumOfTheirCrossEntropies) {
  const ObservationSpec spec = ObservationSpec::Tiles("v", {2}, 3);
  const at::Tensor logits =
      torch::tensor({{2.0, .5, -1.0, 0.0, 1.0, .5}}, torch::kDouble);
  const at::Tensor seen = torch::tensor({{0, 1}}, torch::kByte);
  // Numeric reference C1: rows [2, .5, -1] at 0 and [0, 1, .5] at 1.
  EXPECT_NEAR(
      NegativeLogLikelihood(spec, {}, logits, seen).item<double>(),
      0.241311 + 0.68027, 2e-6);
}

TEST(NegativeLogLikelihood, OfPicturesReadsIntensitiesInUnitRange) {
  const ObservationSpec spec = ObservationSpec::Picture("p", 1, 2, 1);
  const at::Tensor seen = torch::tensor({{255, 0}}, torch::kByte);
  const at::Tensor exact = torch::tensor({{1.0, 0.0}}, torch::kDouble);
  const double constant = std::log(0.1) + 0.5 * std::log(2 * M_PI);
  EXPECT_NEAR(NegativeLogLikelihood(spec, {}, exact, seen).item<double>(),
              2 * constant, 1e-12);
  const at::Tensor off = torch::tensor({{0.9, 0.0}}, torch::kDouble);
  EXPECT_NEAR(NegativeLogLikelihood(spec, {}, off, seen).item<double>(),
              2 * constant + 0.5, 1e-12);
}

TEST(ExpectedObservation, TilesAreProbabilities) {
  const ObservationSpec spec = ObservationSpec::Tiles("v", {2, 2}, 3);
  const at::Tensor expected =
      ExpectedObservation(spec, torch::randn({5, 12}));
  EXPECT_EQ(expected.sizes().vec(), (std::vector<int64_t>{5, 2, 2, 3}));
  EXPECT_TRUE(at::allclose(expected.sum(-1), torch::ones({5, 2, 2})));
}

TEST(ExpectedObservation, PicturesAreClampedToUnitRange) {
  const ObservationSpec spec = ObservationSpec::Picture("p", 1, 1, 2);
  const at::Tensor expected =
      ExpectedObservation(spec, torch::tensor({{-3.0f, 5.0f}}));
  EXPECT_EQ(expected.flatten()[0].item<float>(), 0.0f);
  EXPECT_EQ(expected.flatten()[1].item<float>(), 1.0f);
}

}  // namespace
}  // namespace credo
