#include "sdk/tensor/precision.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/support/gradient_check.h"

namespace credo {
namespace {

std::vector<at::Tensor> Gradients(bool bf16) {
  return GradientsOf(
      [bf16](const std::vector<at::Tensor>& in) {
        const Bf16Products products(bf16);
        return std::vector<at::Tensor>{LinearProduct(in[0], in[1], in[2])};
      },
      {RandomLeaf({40, 70}, 1, at::kFloat), RandomLeaf({30, 70}, 2, at::kFloat),
       RandomLeaf({30}, 3, at::kFloat)});
}

TEST(Precision, Bf16ProductsAreWithinAPercent) {
  const auto exact = Gradients(false);
  const auto rounded = Gradients(true);
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_LT((rounded[i] - exact[i]).norm().item<double>(),
              0.01 * exact[i].norm().item<double>())
        << "input " << i;
  }
  EXPECT_GT(LargestDifference(rounded[0], exact[0]), 0);
}

TEST(Precision, EndsWithItsScope) {
  {
    const Bf16Products outer(true);
    {
      const Bf16Products inner(false);
      EXPECT_FALSE(MultipliesInBf16());
    }
    EXPECT_TRUE(MultipliesInBf16());
  }
  EXPECT_FALSE(MultipliesInBf16());
}

}  // namespace
}  // namespace credo
