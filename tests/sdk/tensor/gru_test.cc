#include "sdk/tensor/gru.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "tests/sdk/tensor/recurrent_rows.h"
#include "tests/support/gradient_check.h"

namespace credo {
namespace {

std::vector<at::Tensor> Inputs(at::ScalarType type) {
  return {RandomLeaf({kSteps, kRows, 3 * kUnits}, 1, type),
          RandomLeaf({3 * kUnits, kUnits}, 2, type),
          RandomLeaf({kUnits}, 3, type), RandomLeaf({kRows, kUnits}, 4, type)};
}

TEST(GruSequence, IsTheFormulaOfOneCell) {
  const at::Tensor projected =
      torch::tensor({.2, -.3, .5}, torch::kDouble).view({1, 1, 3});
  const at::Tensor recurrent =
      torch::tensor({.7, -.4, .6}, torch::kDouble).view({3, 1});
  const at::Tensor bias = torch::tensor({.1}, torch::kDouble);
  const at::Tensor hidden = torch::full({1, 1}, .4, torch::kDouble);
  const double r = 1 / (1 + std::exp(-(.2 + .7 * .4)));
  const double z = 1 / (1 + std::exp(-(-.3 - .4 * .4)));
  const double n = std::tanh(.5 + r * (.6 * .4 + .1));
  const at::Tensor out = GruSequence(projected, recurrent, bias, hidden, {});
  EXPECT_NEAR(out.item<double>(), (1 - z) * n + z * .4, 1e-12);
}

TEST(GruSequence, EqualsPlainStepsInDoublePrecision) {
  const auto in = Inputs(at::kDouble);
  const at::Tensor keep = KeepMask(at::kDouble);
  EXPECT_LT(LargestDifference(
                GruSequence(in[0], in[1], in[2], in[3], keep),
                GruSequenceReference(in[0], in[1], in[2], in[3], keep)),
            1e-14);
}

TEST(GruSequence, EqualsPlainStepsInSinglePrecision) {
  const auto in = Inputs(at::kFloat);
  const at::Tensor keep = KeepMask(at::kFloat);
  EXPECT_LT(LargestDifference(
                GruSequence(in[0], in[1], in[2], in[3], keep),
                GruSequenceReference(in[0], in[1], in[2], in[3], keep)),
            4e-6);
}

TEST(GruSequence, SinglePrecisionAgreesWithDouble) {
  const auto in = Inputs(at::kFloat);
  const auto wide = [&in](size_t i) { return in[i].to(at::kDouble); };
  const at::Tensor single =
      GruSequence(in[0], in[1], in[2], in[3], KeepMask(at::kFloat));
  const at::Tensor exact = GruSequence(wide(0), wide(1), wide(2), wide(3),
                                       KeepMask(at::kDouble));
  EXPECT_LT(LargestDifference(single.to(at::kDouble), exact), 4e-6);
}

TEST(GruSequence, EqualsTorchsOwnGruWithoutResets) {
  const auto in = Inputs(at::kDouble);
  // Identity input weights turn torch's input into pre-activations.
  const at::Tensor identity = torch::eye(3 * kUnits, torch::kDouble);
  const at::Tensor zeros = torch::zeros({3 * kUnits}, torch::kDouble);
  const at::Tensor bias = at::cat(
      {torch::zeros({2 * kUnits}, torch::kDouble), in[2].detach()});
  const auto [out, h] =
      at::gru(in[0].detach(), in[3].detach().unsqueeze(0),
              {identity, in[1].detach(), zeros, bias}, /*has_biases=*/true,
              /*num_layers=*/1, /*dropout=*/0.0, /*train=*/false,
              /*bidirectional=*/false, /*batch_first=*/false);
  EXPECT_LT(
      LargestDifference(GruSequence(in[0], in[1], in[2], in[3], {}), out),
      1e-12);
}

TEST(GruSequence, GradientsEqualPlainAutogradInDoublePrecision) {
  const at::Tensor keep = KeepMask(at::kDouble);
  const auto run = [&](auto sequence) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{
              sequence(in[0], in[1], in[2], in[3], keep)};
        },
        Inputs(at::kDouble));
  };
  const auto fast = run(GruSequence);
  const auto slow = run(GruSequenceReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12) << "input " << i;
  }
}

TEST(GruSequence, GradientsEqualDifferences) {
  const auto in = Inputs(at::kDouble);
  const at::Tensor keep = KeepMask(at::kDouble);
  const at::Tensor weights =
      RandomLeaf({kSteps, kRows, kUnits}, 5).detach();
  const auto mix = [&] {
    return (weights * GruSequence(in[0], in[1], in[2], in[3], keep)).sum();
  };
  mix().backward();
  torch::NoGradGuard no_grad;
  constexpr double kStep = 1e-6;
  for (size_t i = 0; i < in.size(); ++i) {
    at::Tensor values = in[i].view(-1);
    const at::Tensor gradient = in[i].grad().view(-1);
    for (int64_t n = 0; n < values.numel(); ++n) {
      values[n] += kStep;
      const double above = mix().item<double>();
      values[n] -= 2 * kStep;
      const double below = mix().item<double>();
      values[n] += kStep;
      EXPECT_NEAR(gradient[n].item<double>(), (above - below) / (2 * kStep),
                  1e-7)
          << "input " << i << ", entry " << n;
    }
  }
}

TEST(GruSequence, AResetCutsTheRowOffFromItsPast) {
  const auto in = Inputs(at::kDouble);
  torch::NoGradGuard no_grad;
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[3][1] = 0;
  at::Tensor changed = in[0].clone();
  changed[2] += 1.0;
  const at::Tensor before =
      GruSequence(in[0], in[1], in[2], in[3], keep).slice(0, 3);
  const at::Tensor after =
      GruSequence(changed, in[1], in[2], in[3], keep).slice(0, 3);
  EXPECT_EQ(LargestDifference(before.select(1, 1), after.select(1, 1)), 0.0);
  EXPECT_GT(LargestDifference(before.select(1, 0), after.select(1, 0)), 1e-3);
}

TEST(GruSequence, NoGradientCrossesAReset) {
  const auto in = Inputs(at::kDouble);
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[3][1] = 0;
  const at::Tensor out = GruSequence(in[0], in[1], in[2], in[3], keep);
  out.slice(0, 3).select(1, 1).sum().backward();
  EXPECT_EQ(in[0].grad().slice(0, 0, 3).abs().max().item<double>(), 0.0);
  EXPECT_EQ(in[3].grad().abs().max().item<double>(), 0.0);
}

TEST(GruSequence, OneCallEqualsStepByStepCalls) {
  const auto in = Inputs(at::kFloat);
  torch::NoGradGuard no_grad;
  const at::Tensor whole = GruSequence(in[0], in[1], in[2], in[3], {});
  at::Tensor h = in[3];
  for (int64_t t = 0; t < kSteps; ++t) {
    h = GruSequence(in[0].narrow(0, t, 1), in[1], in[2], h, {})[0];
    EXPECT_LT(LargestDifference(h, whole[t]), 1e-6);
  }
}

}  // namespace
}  // namespace credo
