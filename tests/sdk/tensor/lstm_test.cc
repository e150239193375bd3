#include "sdk/tensor/lstm.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/sdk/tensor/recurrent_rows.h"
#include "tests/support/gradient_check.h"

namespace credo {
namespace {

std::vector<at::Tensor> Inputs(at::ScalarType type) {
  return {RandomLeaf({kSteps, kRows, 4 * kUnits}, 1, type),
          RandomLeaf({4 * kUnits, kUnits}, 2, type),
          RandomLeaf({kRows, kUnits}, 3, type),
          RandomLeaf({kRows, kUnits}, 4, type)};
}

TEST(LstmSequence, MatchesTheNumericReferenceOfOneCell) {
  // Pre-activations i = .2, f = -.3, g = .5, o = .1 and c = .4.
  const at::Tensor projected =
      torch::tensor({.2, -.3, .5, .1}, torch::kDouble).view({1, 1, 4});
  const at::Tensor recurrent = torch::zeros({4, 1}, torch::kDouble);
  const at::Tensor hidden = torch::zeros({1, 1}, torch::kDouble);
  const at::Tensor cell = torch::full({1, 1}, .4, torch::kDouble);
  const LstmOutput out =
      LstmSequence(projected, recurrent, hidden, cell, {});
  EXPECT_NEAR(out.cell.item<double>(), 0.42431072, 1e-8);
  EXPECT_NEAR(out.hidden.item<double>(), 0.21028343, 1e-8);
}

TEST(LstmSequence, MatchesTheReferenceWithAForgetBiasOfOne) {
  const at::Tensor projected =
      torch::tensor({.2, .7, .5, .1}, torch::kDouble).view({1, 1, 4});
  const at::Tensor cell = torch::full({1, 1}, .4, torch::kDouble);
  const LstmOutput out =
      LstmSequence(projected, torch::zeros({4, 1}, torch::kDouble),
                   torch::zeros({1, 1}, torch::kDouble), cell, {});
  EXPECT_NEAR(out.cell.item<double>(), 0.52136283, 1e-8);
}

TEST(LstmSequence, EqualsPlainStepsInDoublePrecision) {
  const std::vector<at::Tensor> in = Inputs(at::kDouble);
  const at::Tensor keep = KeepMask(at::kDouble);
  const LstmOutput fast = LstmSequence(in[0], in[1], in[2], in[3], keep);
  const LstmOutput slow =
      LstmSequenceReference(in[0], in[1], in[2], in[3], keep);
  EXPECT_LT(LargestDifference(fast.hidden, slow.hidden), 1e-14);
  EXPECT_LT(LargestDifference(fast.cell, slow.cell), 1e-14);
  EXPECT_LT(LargestDifference(fast.tanh_cell, slow.tanh_cell), 1e-14);
}

TEST(LstmSequence, EqualsPlainStepsInSinglePrecision) {
  const std::vector<at::Tensor> in = Inputs(at::kFloat);
  const at::Tensor keep = KeepMask(at::kFloat);
  const LstmOutput fast = LstmSequence(in[0], in[1], in[2], in[3], keep);
  const LstmOutput slow =
      LstmSequenceReference(in[0], in[1], in[2], in[3], keep);
  EXPECT_LT(LargestDifference(fast.hidden, slow.hidden), 2e-6);
  EXPECT_LT(LargestDifference(fast.cell, slow.cell), 4e-6);
  EXPECT_LT(LargestDifference(fast.tanh_cell, slow.tanh_cell), 2e-6);
}

TEST(LstmSequence, EqualsTorchsOwnLstmWithoutResets) {
  const std::vector<at::Tensor> in = Inputs(at::kDouble);
  // Identity input weights turn torch's input into pre-activations.
  const at::Tensor identity = torch::eye(4 * kUnits, torch::kDouble);
  const auto [out, h, c] =
      at::lstm(in[0].detach(),
               {in[2].detach().unsqueeze(0), in[3].detach().unsqueeze(0)},
               {identity, in[1].detach()}, /*has_biases=*/false,
               /*num_layers=*/1, /*dropout=*/0.0, /*train=*/false,
               /*bidirectional=*/false, /*batch_first=*/false);
  const LstmOutput ours = LstmSequence(in[0], in[1], in[2], in[3], {});
  EXPECT_LT(LargestDifference(ours.hidden, out), 1e-12);
  EXPECT_LT(LargestDifference(ours.cell[kSteps - 1], c[0]), 1e-12);
}

TEST(LstmSequence, GradientsEqualPlainAutogradInDoublePrecision) {
  const at::Tensor keep = KeepMask(at::kDouble);
  const auto run = [&](auto sequence) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          const LstmOutput out = sequence(in[0], in[1], in[2], in[3], keep);
          return std::vector<at::Tensor>{out.hidden, out.cell, out.tanh_cell};
        },
        Inputs(at::kDouble));
  };
  const auto fast = run(LstmSequence);
  const auto slow = run(LstmSequenceReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12) << "input " << i;
  }
}

TEST(LstmSequence, GradientsEqualWhenOnlyTheCellIsUsed) {
  const auto run = [&](auto sequence) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{
              sequence(in[0], in[1], in[2], in[3], at::Tensor()).cell};
        },
        Inputs(at::kDouble));
  };
  const auto fast = run(LstmSequence);
  const auto slow = run(LstmSequenceReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12) << "input " << i;
  }
}

TEST(LstmSequence, AResetCutsTheRowOffFromItsPast) {
  std::vector<at::Tensor> in = Inputs(at::kDouble);
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[3][1] = 0;
  const at::Tensor before =
      LstmSequence(in[0], in[1], in[2], in[3], keep).hidden.detach().clone();
  at::Tensor changed = in[0].detach().clone();
  changed[2] += 1.0;
  const at::Tensor after =
      LstmSequence(changed, in[1], in[2], in[3], keep).hidden.detach();
  EXPECT_EQ(LargestDifference(before.slice(0, 3).select(1, 1),
                              after.slice(0, 3).select(1, 1)),
            0.0);
  EXPECT_GT(LargestDifference(before.slice(0, 3).select(1, 0),
                              after.slice(0, 3).select(1, 0)),
            1e-3);
}

TEST(LstmSequence, NoGradientCrossesAReset) {
  std::vector<at::Tensor> in = Inputs(at::kDouble);
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[3][1] = 0;
  const LstmOutput out = LstmSequence(in[0], in[1], in[2], in[3], keep);
  out.hidden.slice(0, 3).select(1, 1).sum().backward();
  EXPECT_EQ(in[0].grad().slice(0, 0, 3).abs().max().item<double>(), 0.0);
  EXPECT_EQ(in[2].grad().abs().max().item<double>(), 0.0);
}

// Rows 0, 1, 2 live for 7, 4 and 1 steps.
TEST(LstmOfFewerRows, EqualsWholeSequencesWhereThereAreRows) {
  const std::vector<int64_t> rows = {3, 2, 2, 2, 1, 1, 1};
  std::vector<int64_t> lives;
  for (int64_t t = 0; t < kSteps; ++t) {
    for (int64_t r = 0; r < rows[t]; ++r) lives.push_back(t * kRows + r);
  }
  const at::Tensor index = torch::tensor(lives, torch::kLong);
  const auto packed = GradientsOf(
      [&](const std::vector<at::Tensor>& in) {
        return std::vector<at::Tensor>{
            LstmOfFewerRows(in[0].flatten(0, 1).index_select(0, index), in[1],
                            in[2], in[3], rows)};
      },
      Inputs(at::kDouble));
  const auto whole = GradientsOf(
      [&](const std::vector<at::Tensor>& in) {
        return std::vector<at::Tensor>{
            LstmSequenceReference(in[0], in[1], in[2], in[3], {})
                .hidden.flatten(0, 1)
                .index_select(0, index)};
      },
      Inputs(at::kDouble));
  for (size_t i = 0; i < packed.size(); ++i) {
    EXPECT_LT(LargestDifference(packed[i], whole[i]), 1e-12) << "input " << i;
  }
}

TEST(LstmSequence, OneCallEqualsStepByStepCalls) {
  const std::vector<at::Tensor> in = Inputs(at::kFloat);
  torch::NoGradGuard no_grad;
  const LstmOutput whole = LstmSequence(in[0], in[1], in[2], in[3], {});
  at::Tensor h = in[2];
  at::Tensor c = in[3];
  for (int64_t t = 0; t < kSteps; ++t) {
    const LstmOutput step =
        LstmSequence(in[0].narrow(0, t, 1), in[1], h, c, {});
    h = step.hidden[0];
    c = step.cell[0];
    EXPECT_LT(LargestDifference(h, whole.hidden[t]), 1e-6);
  }
}

TEST(Lstm, ForgetBiasIsAddedToTheForgetGateAlone) {
  Parameters plain;
  Lstm a(plain, {"lstm", 3, 4}, 0.0);
  plain.Allocate(5);
  Parameters shifted;
  Lstm b(shifted, {"lstm", 3, 4}, 1.5);
  shifted.Allocate(5);
  const at::Tensor difference =
      shifted.list()[2].value.detach() - plain.list()[2].value.detach();
  EXPECT_LT(LargestDifference(difference.slice(0, 4, 8),
                              torch::full({4}, 1.5)),
            1e-6);
  EXPECT_EQ(difference.slice(0, 0, 4).abs().max().item<double>(), 0.0);
  EXPECT_EQ(difference.slice(0, 8).abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace credo
