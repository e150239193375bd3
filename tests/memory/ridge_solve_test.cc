#include "memory/ridge_solve.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <vector>

#include "memory/ridge_kernels.h"
#include "tests/conformance/network_checks.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/kanerva.h"

namespace credo {
namespace {

constexpr int64_t kBatch = 2;
constexpr int64_t kQueries = 3;
constexpr int64_t kWidth = 9;
constexpr double kRidge = .7;

// Rows below, at and above the partial sums of the kernels, and more rows than
// the matrix has columns.
class RidgeSolveRowCounts : public testing::TestWithParam<int64_t> {
 protected:
  std::vector<at::Tensor> Inputs(at::ScalarType type = at::kDouble) const {
    return {RandomLeaf({kBatch, GetParam(), kWidth}, 1, type),
            RandomLeaf({kBatch, kQueries, GetParam()}, 2, type)};
  }
};
INSTANTIATE_TEST_SUITE_P(Rows, RidgeSolveRowCounts,
                         testing::Values(1, 8, 11, 32));

TEST_P(RidgeSolveRowCounts, FindsTheAddressOfTheOracle) {
  const at::Tensor matrices = Inputs()[0];
  const at::Tensor codes = RandomLeaf({kBatch, kQueries, kWidth}, 3);
  const at::Tensor found =
      RidgeSolve(matrices, codes.bmm(matrices.transpose(1, 2)), kRidge);
  for (int64_t b = 0; b < kBatch; ++b) {
    for (int64_t q = 0; q < kQueries; ++q) {
      ExpectClose(found[b][q],
                  oracle::RidgeAddress(ToMatrix(matrices[b]),
                                       ToVector(codes[b][q]), kRidge),
                  1e-12);
    }
  }
}

TEST_P(RidgeSolveRowCounts, EqualsPlainAlgebra) {
  const auto in = Inputs();
  ExpectClose(RidgeSolve(in[0], in[1], kRidge),
              RidgeSolveReference(in[0], in[1], kRidge), 1e-12);
  const auto single = Inputs(at::kFloat);
  ExpectClose(RidgeSolve(single[0], single[1], kRidge),
              RidgeSolveReference(single[0], single[1], kRidge), 1e-4);
}

TEST_P(RidgeSolveRowCounts, GradientsEqualPlainAutograd) {
  const auto run = [&](auto solve) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{solve(in[0], in[1], kRidge)};
        },
        Inputs());
  };
  const auto fast = run(RidgeSolve);
  const auto slow = run(RidgeSolveReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    ExpectClose(fast[i], slow[i], 1e-11);
  }
}

TEST(RidgeFactor, RoundOffDoesNotMakeItNoNumber) {
  // Equal rows so long that the ridge is lost beside their squares.
  const std::vector<float> turned(2 * 4, 3e4f);
  std::vector<float> factor(4 * 4);
  RidgeFactor(4, 2, turned.data(), .01f, factor.data());
  std::vector<float> x(4, 1);
  RidgeSolveRows(1, 4, factor.data(), x.data());
  for (const float number : x) EXPECT_TRUE(std::isfinite(number));
}

}  // namespace
}  // namespace credo
