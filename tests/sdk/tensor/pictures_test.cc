#include "sdk/tensor/pictures.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/support/gradient_check.h"

namespace credo {
namespace {

// More numbers than a register holds, and some left over.
constexpr int64_t kRows = 3;
constexpr int64_t kNumbers = 37;

at::Tensor Bytes() {
  return torch::arange(kRows * kNumbers, torch::kLong)
      .mul(7)
      .remainder(256)
      .to(at::kByte)
      .view({kRows, kNumbers});
}

TEST(Pictures, IntensitiesAre255ths) {
  const at::Tensor bytes = torch::arange(256, torch::kLong).to(at::kByte);
  // To the last bit but one: a product is quicker than a division.
  EXPECT_TRUE(at::allclose(Intensities(bytes), bytes.to(at::kFloat) / 255.0f,
                           /*rtol=*/1.2e-7, /*atol=*/0));
  EXPECT_EQ(Intensities(bytes)[255].item<float>(), 1.0f);
}

TEST(Pictures, StandardisedIntensitiesFollowTheirFormula) {
  const at::Tensor mean = RandomLeaf({kNumbers}, 1, at::kFloat).detach();
  const at::Tensor inverse = RandomLeaf({kNumbers}, 2, at::kFloat).detach();
  const at::Tensor bytes = Bytes();
  EXPECT_LT(LargestDifference(
                StandardisedIntensities(bytes, mean, inverse),
                (bytes.to(at::kFloat) / 255.0f - mean) * inverse),
            1e-6);
}

TEST(Pictures, SquaredErrorsAndTheirGradientsFollowTheirFormula) {
  // Rows of a wider tensor, as those of one of two observations are.
  const auto error = [](at::ScalarType type) {
    return GradientsOf(
        [type](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{PictureSquaredError(
              in[0].to(type).narrow(1, 2, kNumbers), Bytes())};
        },
        {RandomLeaf({kRows, kNumbers + 5}, 3, at::kFloat)});
  };
  EXPECT_LT(LargestDifference(error(at::kFloat)[0], error(at::kDouble)[0]),
            1e-5);
  const at::Tensor predicted = RandomLeaf({kRows, kNumbers}, 4, at::kFloat);
  EXPECT_LT(LargestDifference(
                PictureSquaredError(predicted, Bytes()),
                (predicted - Bytes().to(at::kFloat) / 255.0f).square().sum(1)),
            1e-4);
}

}  // namespace
}  // namespace credo
