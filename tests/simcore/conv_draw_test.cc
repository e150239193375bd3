#include "simcore/conv_draw.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sdk/model/frame_models.h"
#include "simcore/conv_generator.h"
#include "tests/conformance/network_checks.h"
#include "tests/oracles/conv_draw.h"
#include "tests/oracles/expect_near.h"
#include "tests/simcore/parameter_values.h"

namespace credo {
namespace {

using oracle::FeatureMap;

// A picture of 2 x 3 patches, each 3 x 3 pixels of two colours.
constexpr int64_t kFrames = 3;
constexpr int64_t kStates = 4;
constexpr int64_t kHeight = 2;
constexpr int64_t kWidth = 3;
constexpr int64_t kSide = 3;
constexpr int64_t kColours = 2;
constexpr int64_t kPatch = kSide * kSide * kColours;
// Of which three quarters, rounded up, are four features.
constexpr int64_t kChannels = 5;
constexpr int64_t kCondition = 3;
constexpr int64_t kLatents = 2;
constexpr int64_t kSteps = 3;

const ObservationSpec kCamera = ObservationSpec::Picture(
    "camera", kHeight * kSide, kWidth * kSide, kColours);

ConvGeneratorOptions Generator() {
  return {.patch = kSide,
          .steps = kSteps,
          .channels = kChannels,
          .condition = kCondition,
          .condition_hidden = 7};
}

// The numbers of a picture as its patches lie: written out.
FeatureMap PatchesOf(const at::Tensor& picture) {
  FeatureMap map(kHeight, kWidth, kPatch);
  for (int64_t y = 0; y < kHeight * kSide; ++y) {
    for (int64_t x = 0; x < kWidth * kSide; ++x) {
      for (int64_t c = 0; c < kColours; ++c) {
        const int64_t number =
            (y % kSide * kSide + x % kSide) * kColours + c;
        map(y / kSide, x / kSide, number) = picture[y][x][c].item<double>();
      }
    }
  }
  return map;
}

// The oracle with the parameters of a model "d".
oracle::ConvDraw OracleOf(const Parameters& parameters, bool latents) {
  const auto numbers = [&](const std::string& name) {
    return NumbersOf(parameters, "d." + name);
  };
  oracle::ConvDraw net = {.patch = kPatch,
                          .hidden = kChannels,
                          .latent = latents ? size_t{kLatents} : 0,
                          .features = latents ? size_t{4} : 0,
                          .steps = kSteps};
  net.w_pg = numbers("gates_condition.weight");
  net.b_pg = numbers("gates_condition.bias");
  net.w_g = numbers("gates.weight");
  net.w_up = numbers("canvas.weight");
  net.b_up = numbers("canvas.bias");
  if (!latents) return net;
  net.w_prior_h = numbers("prior_hidden.weight");
  net.w_prior_c = numbers("prior_condition.weight");
  net.b_prior_c = numbers("prior_condition.bias");
  net.dx = numbers("picture.weight");
  net.b_dx = numbers("picture.bias");
  net.w_pe = numbers("posterior_gates_condition.weight");
  net.b_pe = numbers("posterior_gates_condition.bias");
  net.de = numbers("difference.weight");
  net.b_de = numbers("difference.bias");
  net.w_e = numbers("posterior_gates.weight");
  net.w_post = numbers("posterior.weight");
  net.b_post = numbers("posterior.bias");
  return net;
}

FeatureMap ConditionOf(const Parameters& parameters, const at::Tensor& state) {
  return {kHeight, kWidth, kCondition,
          NumbersIn(at::relu(MlpOf(parameters, "d.condition", 1, state)))};
}

// noise [Z] of a frame, by steps.
std::vector<FeatureMap> NoiseOf(const at::Tensor& noise) {
  std::vector<FeatureMap> maps;
  for (const at::Tensor& step :
       noise.view({kSteps, kHeight * kWidth * kLatents}).unbind(0)) {
    maps.emplace_back(kHeight, kWidth, kLatents, NumbersIn(step));
  }
  return maps;
}

class ConvDrawTest : public testing::Test {
 protected:
  ConvDrawTest() {
    options_.generator = Generator();
    options_.latents = kLatents;
    options_.tolerance = .2;
    options_.geco.initial = .3;
    auto made = ConvDrawPart().make(options_, parameters_,
                                    {"d", kStates, 0, {kCamera}});
    EXPECT_TRUE(made.ok()) << made.status().message();
    model_ = *std::move(made);
    parameters_.Allocate(1, at::kDouble);
    // Larger than at the start, so that every path matters.
    torch::NoGradGuard no_grad;
    parameters_.values().mul_(2);
    states_ = RandomLeaf({kFrames, kStates}, 1).detach();
    noise_ = RandomLeaf({kFrames, model_->noise()}, 2).detach();
    targets_.observations = RandomObservations({kCamera}, {kFrames}, 3);
    targets_.weights = torch::full({kFrames}, 1.0 / kFrames, at::kDouble);
  }

  at::Tensor Intensities(int64_t frame) const {
    return targets_.observations["camera"][frame].to(at::kDouble) / 255;
  }

  ConvDrawOptions options_;
  Parameters parameters_;
  std::unique_ptr<FrameModel> model_;
  at::Tensor states_;
  at::Tensor noise_;
  FrameTargets targets_;
};

TEST_F(ConvDrawTest, TakesNormalsForEachStepAndPlace) {
  EXPECT_EQ(model_->noise(), kSteps * kHeight * kWidth * kLatents);
}

TEST_F(ConvDrawTest, InfersLikeTheOracle) {
  const FrameLoss loss = model_->Loss(states_, targets_, noise_);
  ASSERT_EQ(loss.numbers.size(), 2u);
  EXPECT_EQ(loss.numbers[0].name, "kl");
  EXPECT_EQ(loss.numbers[1].name, "squared_error");
  constexpr double kNumbers = kHeight * kWidth * kPatch;
  double constraint = 0;
  for (int64_t frame = 0; frame < kFrames; ++frame) {
    const FeatureMap picture = PatchesOf(Intensities(frame));
    const oracle::ConvDrawFrame expected = oracle::ConvDrawInfer(
        OracleOf(parameters_, true), ConditionOf(parameters_, states_[frame]),
        picture, NoiseOf(noise_[frame]));
    double squares = 0;
    double nats = expected.kl;
    for (size_t i = 0; i < picture.values.size(); ++i) {
      const double off = expected.picture.values[i] - picture.values[i];
      squares += off * off;
      nats += oracle::GaussianNegativeLogLikelihood(
          picture.values[i], expected.picture.values[i], .2);
    }
    const double excess = squares / .04 - kNumbers;
    constraint += excess / kNumbers / kFrames;
    EXPECT_NEAR(loss.numbers[0].value[frame].item<double>(), expected.kl,
                1e-9);
    EXPECT_NEAR(loss.numbers[1].value[frame].item<double>(),
                squares / kNumbers, 1e-12);
    EXPECT_NEAR(loss.nats[frame].item<double>(), nats, 1e-8);
    EXPECT_NEAR(loss.loss[frame].item<double>(),
                (expected.kl + .3 * excess) / (1 + .3 * kNumbers), 1e-10);
  }
  EXPECT_NEAR(loss.constraint.item<double>(), constraint, 1e-10);
}

TEST_F(ConvDrawTest, GeneratesLikeTheOracle) {
  for (const bool draws : {true, false}) {
    const DecodedFrames decoded =
        model_->Decode(states_, draws ? noise_ : at::Tensor());
    for (int64_t frame = 0; frame < kFrames; ++frame) {
      FeatureMap expected =
          oracle::ConvDrawGenerate(
              OracleOf(parameters_, true),
              ConditionOf(parameters_, states_[frame]),
              // At their means latents have no noise.
              NoiseOf(draws ? noise_[frame] : noise_[frame] * 0))
              .picture;
      for (double& value : expected.values) {
        value = std::clamp(value, 0.0, 1.0);
      }
      oracle::ExpectNear(PatchesOf(decoded.frames["camera"][frame]).values,
                         expected.values, 1e-12);
    }
    EXPECT_TRUE(decoded.deviations["camera"].eq(.2).all().item<bool>());
  }
}

TEST_F(ConvDrawTest, OnlyThePosteriorSeesThePicture) {
  parameters_.ZeroGradients();
  model_->Decode(states_, noise_)
      .frames["camera"]
      .sum()
      .backward();
  for (const Parameter& parameter : parameters_.list()) {
    const bool of_posterior =
        parameter.name.starts_with("d.picture.") ||
        parameter.name.starts_with("d.difference.") ||
        parameter.name.starts_with("d.posterior");
    EXPECT_EQ(parameter.value.grad().abs().max().item<double>() > 0,
              !of_posterior)
        << parameter.name;
  }
}

TEST_F(ConvDrawTest, ForgetGatesOpen) {
  Parameters fresh;
  ASSERT_TRUE(ConvDrawPart()
                  .make(options_, fresh, {"d", kStates, 0, {kCamera}})
                  .ok());
  fresh.Allocate(1, at::kDouble);
  for (const std::string name :
       {"d.gates_condition.bias", "d.posterior_gates_condition.bias"}) {
    const std::vector<double> bias = NumbersOf(fresh, name);
    for (int64_t i = 0; i < 4 * kChannels; ++i) {
      const bool forget = i >= kChannels && i < 2 * kChannels;
      // Else within 1 / sqrt(9 * 3).
      EXPECT_NEAR(bias[i], forget ? 1 : 0, .2) << name << " " << i;
    }
  }
}

// --- The generator alone ---

TEST(ConvGenerator, WithoutLatentsIsTheOracle) {
  const auto model =
      ConvGeneratorModel::Make(Generator(), {"d", kStates, 0, {kCamera}}, 0);
  ASSERT_TRUE(model.ok()) << model.status().message();
  Parameters parameters;
  const ConvGenerator generator(parameters, *model);
  parameters.Allocate(2, at::kDouble);
  const at::Tensor states = RandomLeaf({kFrames, kStates}, 4);
  const at::Tensor pictures =
      generator.Picture(states).view({kFrames, kHeight * kSide,
                                      kWidth * kSide, kColours});
  for (int64_t frame = 0; frame < kFrames; ++frame) {
    const FeatureMap expected =
        oracle::ConvDrawGenerate(OracleOf(parameters, false),
                                 ConditionOf(parameters, states[frame]))
            .picture;
    oracle::ExpectNear(PatchesOf(pictures[frame]).values, expected.values,
                       1e-13);
  }
  ExpectGradientsMatchDifferences(
      [&] { return std::vector<at::Tensor>{generator.Picture(states)}; },
      VariablesOf({{"states", states}}, parameters),
      DifferenceOptions::Kinked());
}

TEST(ConvGenerator, PatchesAndPicturesAreTheSameNumbers) {
  const auto model =
      ConvGeneratorModel::Make(Generator(), {"d", kStates, 0, {kCamera}}, 0);
  Parameters parameters;
  const ConvGenerator generator(parameters, *model);
  const at::Tensor pictures = RandomLeaf(
      {kFrames, kHeight * kSide, kWidth * kSide, kColours}, 5);
  const at::Tensor patches = generator.ToPatches(pictures);
  for (int64_t frame = 0; frame < kFrames; ++frame) {
    oracle::ExpectNear(NumbersIn(patches[frame]),
                       PatchesOf(pictures[frame]).values, 0);
  }
  EXPECT_TRUE(at::equal(generator.ToPicture(patches), pictures));
}

}  // namespace
}  // namespace credo
