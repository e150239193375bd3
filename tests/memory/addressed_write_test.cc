#include "memory/addressed_write.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/support/gradient_check.h"

namespace credo {
namespace {

constexpr int64_t kSteps = 6;
constexpr int64_t kRows = 2;
constexpr int64_t kSlots = 4;

std::vector<at::Tensor> Inputs(int64_t width, at::ScalarType type) {
  return {at::softmax(RandomLeaf({kSteps, kRows, kSlots}, 1, type), -1)
              .detach()
              .requires_grad_(true),
          RandomLeaf({kSteps, kRows, width}, 2, type),
          RandomLeaf({kRows, kSlots, width}, 3, type)};
}

at::Tensor Keep(at::ScalarType type) {
  at::Tensor keep = torch::ones({kSteps, kRows}, type);
  keep[0][0] = 0;
  keep[3][1] = 0;
  return keep;
}

// Widths below, at and above the eight partial sums of the backward kernel.
class AddressedWriteWidths : public testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(Widths, AddressedWriteWidths,
                         testing::Values(1, 8, 11, 32));

TEST_P(AddressedWriteWidths, EqualsPlainSteps) {
  const auto in = Inputs(GetParam(), at::kDouble);
  const at::Tensor keep = Keep(at::kDouble);
  EXPECT_LT(LargestDifference(
                AddressedWrite(in[0], in[1], in[2], keep),
                AddressedWriteReference(in[0], in[1], in[2], keep)),
            1e-14);
}

TEST_P(AddressedWriteWidths, EqualsPlainStepsInSinglePrecision) {
  const auto in = Inputs(GetParam(), at::kFloat);
  const at::Tensor keep = Keep(at::kFloat);
  EXPECT_LT(LargestDifference(
                AddressedWrite(in[0], in[1], in[2], keep),
                AddressedWriteReference(in[0], in[1], in[2], keep)),
            1e-6);
}

TEST_P(AddressedWriteWidths, GradientsEqualPlainAutograd) {
  const at::Tensor keep = Keep(at::kDouble);
  const auto run = [&](auto write) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{write(in[0], in[1], in[2], keep)};
        },
        Inputs(GetParam(), at::kDouble));
  };
  const auto fast = run(AddressedWrite);
  const auto slow = run(AddressedWriteReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12) << "input " << i;
  }
}

TEST(AddressedWrite, AOneHotAddressOverwritesThatSlotAlone) {
  at::Tensor weights = torch::zeros({1, 1, kSlots});
  weights[0][0][2] = 1;
  const at::Tensor value = torch::tensor({5.0f, -7.0f}).view({1, 1, 2});
  const at::Tensor contents = torch::arange(8, torch::kFloat).view({1, 4, 2});
  const at::Tensor after = AddressedWrite(weights, value, contents, {});
  EXPECT_TRUE(at::equal(after[0][0][2], value[0][0]));
  for (const int64_t other : {0, 1, 3}) {
    EXPECT_TRUE(at::equal(after[0][0][other], contents[0][other]));
  }
}

TEST(AddressedWrite, PermutingSlotsPermutesTheContentsAndNothingElse) {
  const auto in = Inputs(3, at::kDouble);
  const at::Tensor order = torch::tensor({2, 0, 3, 1}, torch::kLong);
  const at::Tensor plain = AddressedWrite(in[0], in[1], in[2], {});
  const at::Tensor permuted =
      AddressedWrite(in[0].index_select(2, order), in[1],
                     in[2].index_select(1, order), {});
  EXPECT_EQ(LargestDifference(plain.index_select(2, order), permuted), 0.0);
}

TEST(AddressedWrite, ContentsStayWithinTheValuesWritten) {
  const auto in = Inputs(3, at::kDouble);
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[0].zero_();
  const at::Tensor after = AddressedWrite(in[0], in[1], in[2], keep);
  EXPECT_LE(after.abs().max().item<double>(),
            in[1].abs().max().item<double>());
}

TEST(AddressedWrite, NothingCrossesAReset) {
  auto in = Inputs(3, at::kDouble);
  at::Tensor keep = torch::ones({kSteps, kRows}, torch::kDouble);
  keep[3][1] = 0;
  AddressedWrite(in[0], in[1], in[2], keep)
      .slice(0, 3)
      .select(1, 1)
      .sum()
      .backward();
  EXPECT_EQ(in[1].grad().slice(0, 0, 3).abs().max().item<double>(), 0.0);
  EXPECT_EQ(in[2].grad().abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace credo
