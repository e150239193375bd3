#include "sdk/tensor/conv3.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracles/feature_map.h"
#include "tests/support/gradient_check.h"

namespace credo {
namespace {

oracle::Vector Numbers(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().contiguous().view({-1});
  const double* data = flat.const_data_ptr<double>();
  return {data, data + flat.numel()};
}

// Maps on both sides of the size from which another way is taken, on which
// heights and widths cannot be exchanged, and those of one cell.
class Conv3Test
    : public testing::TestWithParam<std::pair<int64_t, int64_t>> {
 protected:
  static constexpr int64_t kFrames = 3;
  static constexpr int64_t kIn = 4;
  static constexpr int64_t kOut = 5;

  Conv3Test()
      : with_bias_(parameters_, {"with", kIn, kOut}),
        without_bias_(parameters_, {"without", kIn, kOut, /*bias=*/false}) {
    parameters_.Allocate(1, at::kDouble);
  }

  at::Tensor Map(int64_t channels = kIn) const {
    return RandomLeaf({kFrames, GetParam().first, GetParam().second, channels},
                      2);
  }
  const at::Tensor& Value(const std::string& name) const {
    for (const Parameter& parameter : parameters_.list()) {
      if (parameter.name == name) return parameter.value;
    }
    throw std::invalid_argument(name);
  }

  Parameters parameters_;
  Conv3 with_bias_;
  Conv3 without_bias_;
};
INSTANTIATE_TEST_SUITE_P(Maps, Conv3Test,
                         testing::Values(std::pair(1, 1), std::pair(1, 4),
                                         std::pair(3, 3), std::pair(2, 5),
                                         std::pair(6, 2), std::pair(5, 7)));

TEST_P(Conv3Test, IsTheConvolutionTermByTerm) {
  const auto [height, width] = GetParam();
  const at::Tensor x = Map();
  for (const bool bias : {true, false}) {
    const at::Tensor y = bias ? with_bias_(x) : without_bias_(x);
    ASSERT_EQ(y.sizes(), at::IntArrayRef({kFrames, height, width, kOut}));
    for (int64_t frame = 0; frame < kFrames; ++frame) {
      const oracle::FeatureMap expected = oracle::Conv3(
          oracle::FeatureMap(height, width, kIn, Numbers(x[frame])),
          Numbers(Value(bias ? "with.weight" : "without.weight")), kOut,
          bias ? Numbers(Value("with.bias")) : oracle::Vector());
      const oracle::Vector found = Numbers(y[frame]);
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i], expected.values[i], 1e-13);
      }
    }
  }
}

TEST_P(Conv3Test, GradientsAreThoseOfPlainAutograd) {
  const at::Tensor x = Map();
  const auto plain = [&](const std::vector<at::Tensor>& in) {
    return std::vector<at::Tensor>{
        at::conv2d(in[0].permute({0, 3, 1, 2}), in[1].permute({0, 3, 1, 2}),
                   in.size() == 3 ? in[2] : at::Tensor(), 1, 1)
            .permute({0, 2, 3, 1})};
  };
  for (const bool bias : {true, false}) {
    const std::string name = bias ? "with" : "without";
    std::vector<at::Tensor> inputs = {x, Value(name + ".weight")};
    if (bias) inputs.push_back(Value(name + ".bias"));
    const std::vector<at::Tensor> expected = GradientsOf(plain, inputs);

    parameters_.ZeroGradients();
    const at::Tensor leaf = x.detach().clone().requires_grad_(true);
    const at::Tensor y = bias ? with_bias_(leaf) : without_bias_(leaf);
    (RandomLeaf(y.sizes(), 1000).detach() * y).sum().backward();
    EXPECT_LT(LargestDifference(leaf.grad(), expected[0]), 1e-12);
    for (size_t i = 1; i < inputs.size(); ++i) {
      EXPECT_LT(LargestDifference(inputs[i].grad(), expected[i]), 1e-12);
    }
  }
}

TEST_P(Conv3Test, MissingChannelsAreZero) {
  const at::Tensor x = Map(kIn - 1);
  const at::Tensor padded = at::constant_pad_nd(x.detach(), {0, 1});
  EXPECT_LT(LargestDifference(with_bias_(x), with_bias_(padded)), 1e-13);
  parameters_.ZeroGradients();
  without_bias_(x).square().sum().backward();
  const at::Tensor gradient = Value("without.weight").grad().clone();
  parameters_.ZeroGradients();
  without_bias_(padded).square().sum().backward();
  EXPECT_LT(LargestDifference(Value("without.weight").grad(), gradient),
            1e-11);
}

TEST_P(Conv3Test, TakesWhatDoesNotLieInARow) {
  const at::Tensor x = Map().detach();
  const at::Tensor turned = x.transpose(1, 2).contiguous().transpose(1, 2);
  EXPECT_LT(LargestDifference(with_bias_(turned), with_bias_(x)), 1e-13);
}

TEST_P(Conv3Test, AMapWithoutGradientIsNoFault) {
  const at::Tensor x = Map().detach();
  parameters_.ZeroGradients();
  with_bias_(x).sum().backward();
  EXPECT_GT(Value("with.weight").grad().abs().max().item<double>(), 0);
}

TEST_P(Conv3Test, SinglePrecisionAgreesWithDouble) {
  Parameters single;
  const Conv3 conv(single, {"with", kIn, kOut});
  single.Allocate(1);
  const at::Tensor x = Map().detach();
  EXPECT_LT(LargestDifference(conv(x.to(at::kFloat)).to(at::kDouble),
                              with_bias_(x)),
            1e-5);
}

TEST(Conv3Start, ShiftsTheBiasOfSomeOutputs) {
  Parameters shifted;
  const Conv3 conv(shifted, {"conv", 2, 6}, 1.5, 2, 4);
  shifted.Allocate(3);
  Parameters plain;
  const Conv3 other(plain, {"conv", 2, 6});
  plain.Allocate(3);
  const at::Tensor zeros = torch::zeros({1, 1, 1, 2});
  const at::Tensor difference = (conv(zeros) - other(zeros)).view({-1});
  EXPECT_LT(LargestDifference(difference,
                              torch::tensor({0.0, 0.0, 1.5, 1.5, 0.0, 0.0})),
            1e-6);
}

}  // namespace
}  // namespace credo
