#include "simcore/latent.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <vector>

#include "sdk/model/frame_models.h"
#include "simcore/latent_gaussians.h"
#include "tests/conformance/network_checks.h"
#include "tests/oracles/densities.h"
#include "tests/oracles/expect_near.h"
#include "tests/simcore/parameter_values.h"

namespace credo {
namespace {

// --- Normals ---

Gaussians One(double mean, double deviation) {
  return {torch::tensor({mean}, torch::kDouble),
          torch::tensor({std::log(deviation)}, torch::kDouble)};
}

double DivergenceOf(const Gaussians& q, const Gaussians& p) {
  return Divergence(q, p).item<double>();
}

TEST(Divergence, MatchesNumericReferenceD) {
  EXPECT_NEAR(DivergenceOf(One(.5, .8), One(-.2, 1.3)), .31982734, 5.1e-9);
  EXPECT_NEAR(DivergenceOf(One(-.2, 1.3), One(.5, .8)), .71761718, 5.1e-9);
  EXPECT_NEAR(DivergenceOf(One(1, .5), One(0, 1)), .81814718, 5.1e-9);
  // Two steps of DRAW.
  EXPECT_NEAR(DivergenceOf(One(.5, .8), One(0, 1)), .16814355, 5.1e-9);
  EXPECT_NEAR(DivergenceOf(One(-.1, .6), One(.2, .9)), .18324289, 5.1e-9);
}

TEST(Divergence, OfEqualNormalsIsZero) {
  EXPECT_EQ(DivergenceOf(One(.4, .7), One(.4, .7)), 0);
}

TEST(GaussiansOf, ClampsLogDeviations) {
  const Gaussians normals = GaussiansOf(
      torch::tensor({{.5, -9., 3., -7., 1., 8.}}, torch::kDouble));
  oracle::ExpectNear(NumbersIn(normals.mean), {.5, -9, 3}, 0);
  oracle::ExpectNear(NumbersIn(normals.log_deviation), {-5, 1, 2}, 0);
}

TEST(Draw, IsTheMeanWithoutNoise) {
  const Gaussians normals = One(.3, 2);
  EXPECT_EQ(Draw(normals, {}).item<double>(), .3);
  EXPECT_NEAR(
      Draw(normals, torch::tensor({-1.5}, torch::kDouble)).item<double>(),
      .3 - 3, 1e-15);
}

// --- The model ---

constexpr int64_t kFrames = 3;
constexpr int64_t kStates = 4;
constexpr int64_t kLatents = 2;

// The numbers of a frame as a posterior reads them, one by one.
std::vector<double> FlatOf(const NamedTensors& observations, int64_t frame) {
  std::vector<double> flat;
  for (const ObservationSpec& spec : ObservationsOfEachKind()) {
    for (const double number : NumbersIn(observations[spec.name][frame])) {
      switch (spec.kind) {
        case ObservationKind::kPicture:
          flat.push_back(number / 255);
          break;
        case ObservationKind::kVector:
          flat.push_back(number);
          break;
        case ObservationKind::kTiles:
          for (int64_t category = 0; category < spec.categories();
               ++category) {
            flat.push_back(number == static_cast<double>(category) ? 1 : 0);
          }
      }
    }
  }
  return flat;
}

class LatentTest : public testing::Test {
 protected:
  LatentTest() {
    options_.hidden = {6};
    options_.latents = kLatents;
    options_.picture_tolerance = .3;
    options_.tile_tolerance = .5;
    options_.vector_tolerance = 2;
    options_.geco.initial = .7;
    auto made = LatentPart().make(
        options_, parameters_, {"d", kStates, 0, ObservationsOfEachKind()});
    EXPECT_TRUE(made.ok()) << made.status().message();
    model_ = *std::move(made);
    parameters_.Allocate(1, at::kDouble);
    states_ = RandomLeaf({kFrames, kStates}, 1).detach();
    noise_ = RandomLeaf({kFrames, kLatents}, 2).detach();
    targets_.observations =
        RandomObservations(ObservationsOfEachKind(), {kFrames}, 3);
    targets_.weights = torch::tensor({.5, .25, .25}, at::kDouble);
  }

  LatentOptions options_;
  Parameters parameters_;
  std::unique_ptr<FrameModel> model_;
  at::Tensor states_;
  at::Tensor noise_;
  FrameTargets targets_;
};

TEST_F(LatentTest, TheLossIsTheSumOfItsTerms) {
  const FrameLoss loss = model_->Loss(states_, targets_, noise_);
  ASSERT_EQ(loss.numbers.size(), 2u);
  EXPECT_EQ(loss.numbers[0].name, "kl");
  EXPECT_EQ(loss.numbers[1].name, "reconstruction");
  double constraint = 0;
  for (int64_t frame = 0; frame < kFrames; ++frame) {
    const at::Tensor state = states_[frame];
    const std::vector<double> truth = FlatOf(targets_.observations, frame);
    const std::vector<double> prior =
        NumbersIn(MlpOf(parameters_, "d.prior", 1, state));
    const std::vector<double> posterior = NumbersIn(MlpOf(
        parameters_, "d.posterior", 1,
        at::cat({state, torch::tensor(truth, torch::kDouble)})));
    double kl = 0;
    std::vector<double> latents;
    for (int64_t z = 0; z < kLatents; ++z) {
      const double deviation = std::exp(posterior[kLatents + z]);
      kl += oracle::GaussianKl(posterior[z], deviation, prior[z],
                               std::exp(prior[kLatents + z]));
      latents.push_back(posterior[z] +
                        deviation * noise_[frame][z].item<double>());
    }
    const std::vector<double> drawn = NumbersIn(MlpOf(
        parameters_, "d.decoder", 1,
        at::cat({state, torch::tensor(latents, torch::kDouble)})));
    double nats = 0;
    double excess = 0;
    double numbers = 0;
    size_t i = 0;
    for (const ObservationSpec& spec : ObservationsOfEachKind()) {
      for (int64_t n = 0; n < spec.elements(); ++n, ++numbers) {
        if (spec.kind == ObservationKind::kTiles) {
          const size_t categories = spec.categories();
          const oracle::Vector logits(drawn.begin() + i,
                                      drawn.begin() + i + categories);
          size_t target = 0;
          while (truth[i + target] == 0) ++target;
          const double entropy = oracle::CrossEntropy(logits, target);
          nats += entropy;
          excess += entropy / .5 - 1;
          i += categories;
          continue;
        }
        const double tolerance =
            spec.kind == ObservationKind::kPicture ? .3 : 2;
        const double off = (drawn[i] - truth[i]) / tolerance;
        nats += oracle::GaussianNegativeLogLikelihood(truth[i], drawn[i],
                                                      tolerance);
        excess += off * off - 1;
        ++i;
      }
    }
    constraint += targets_.weights[frame].item<double>() * excess / numbers;
    EXPECT_NEAR(loss.numbers[0].value[frame].item<double>(), kl, 1e-10);
    EXPECT_NEAR(loss.numbers[1].value[frame].item<double>(), nats, 1e-9);
    EXPECT_NEAR(loss.nats[frame].item<double>(), kl + nats, 1e-9);
    EXPECT_NEAR(loss.loss[frame].item<double>(),
                (kl + .7 * excess) / (1 + .7 * numbers), 1e-11);
  }
  EXPECT_NEAR(loss.constraint.item<double>(), constraint, 1e-11);
}

TEST_F(LatentTest, DecodesOutOfThePrior) {
  for (const bool draws : {true, false}) {
    const DecodedFrames decoded =
        model_->Decode(states_, draws ? noise_ : at::Tensor());
    const std::vector<at::Tensor> prior =
        MlpOf(parameters_, "d.prior", 1, states_).chunk(2, 1);
    const at::Tensor latents =
        draws ? prior[0] + noise_ * prior[1].exp() : prior[0];
    const at::Tensor drawn =
        MlpOf(parameters_, "d.decoder", 1, at::cat({states_, latents}, 1));
    int64_t begin = 0;
    for (const ObservationSpec& spec : ObservationsOfEachKind()) {
      at::Tensor expected = drawn.narrow(1, begin, spec.numbers());
      double deviation = 2;
      if (spec.kind == ObservationKind::kPicture) {
        expected = expected.clamp(0, 1);
        deviation = .3;
      }
      if (spec.kind == ObservationKind::kTiles) {
        expected = at::softmax(
            expected.reshape({kFrames, -1, spec.categories()}), -1);
      }
      EXPECT_LT(LargestDifference(
                    decoded.frames[spec.name].reshape({kFrames, -1}),
                    expected.reshape({kFrames, -1})),
                1e-12)
          << spec.name;
      if (spec.kind != ObservationKind::kTiles) {
        EXPECT_TRUE(decoded.deviations[spec.name]
                        .eq(deviation)
                        .all()
                        .item<bool>())
            << spec.name;
      }
      begin += spec.numbers();
    }
  }
}

}  // namespace
}  // namespace credo
