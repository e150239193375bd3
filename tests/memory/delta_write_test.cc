#include "memory/delta_write.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <vector>

#include "tests/conformance/network_checks.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/delta.h"

namespace credo {
namespace {

constexpr int64_t kSteps = 6;
constexpr int64_t kBatch = 2;
constexpr int64_t kKey = 5;

at::Tensor OfLengthOne(const at::Tensor& x) {
  return x / x.norm(2, -1, true);
}

// Keys, values, both gates, matrix.
std::vector<at::Tensor> Inputs(int64_t width,
                               at::ScalarType type = at::kDouble) {
  const auto leaf = [](const at::Tensor& x) {
    return x.detach().requires_grad_(true);
  };
  return {leaf(OfLengthOne(RandomLeaf({kSteps, kBatch, kKey}, 1, type))),
          RandomLeaf({kSteps, kBatch, width}, 2, type),
          leaf(RandomLeaf({kSteps, kBatch}, 3, type).sigmoid()),
          leaf(RandomLeaf({kSteps, kBatch}, 4, type).sigmoid()),
          RandomLeaf({kBatch, kKey, width}, 5, type)};
}

at::Tensor Keep(at::ScalarType type = at::kDouble) {
  at::Tensor keep = torch::ones({kSteps, kBatch}, type);
  keep[0][0] = 0;
  keep[3][1] = 0;
  return keep;
}

template <typename Function>
at::Tensor Written(Function write, const std::vector<at::Tensor>& in,
               const at::Tensor& keep) {
  return write(in[0], in[1], in[2], in[3], in[4], keep);
}

// Widths below, at and above the eight partial sums of the backward kernel.
class DeltaWriteWidths : public testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(Widths, DeltaWriteWidths,
                         testing::Values(1, 8, 11, 32));

TEST_P(DeltaWriteWidths, EqualsTheOracle) {
  const auto in = Inputs(GetParam());
  const at::Tensor after = Written(DeltaWrite, in, {});
  for (int64_t b = 0; b < kBatch; ++b) {
    oracle::Matrix matrix = ToMatrix(in[4][b]);
    for (int64_t t = 0; t < kSteps; ++t) {
      oracle::DeltaStep(matrix, ToVector(in[0][t][b]), ToVector(in[1][t][b]),
                        in[2][t][b].item<double>(), in[3][t][b].item<double>());
      ExpectClose(after[t][b], matrix, 1e-14);
    }
  }
}

TEST_P(DeltaWriteWidths, EqualsPlainSteps) {
  const auto in = Inputs(GetParam());
  ExpectClose(Written(DeltaWrite, in, Keep()),
              Written(DeltaWriteReference, in, Keep()), 1e-14);
}

TEST_P(DeltaWriteWidths, EqualsPlainStepsInSinglePrecision) {
  const auto in = Inputs(GetParam(), at::kFloat);
  const at::Tensor keep = Keep(at::kFloat);
  ExpectClose(Written(DeltaWrite, in, keep),
              Written(DeltaWriteReference, in, keep), 2e-6);
}

std::vector<at::Tensor> Gradients(bool fast, int64_t width,
                                  at::ScalarType type) {
  return GradientsOf(
      [&](const std::vector<at::Tensor>& in) {
        return std::vector<at::Tensor>{
            fast ? Written(DeltaWrite, in, Keep(type))
                 : Written(DeltaWriteReference, in, Keep(type))};
      },
      Inputs(width, type));
}

TEST_P(DeltaWriteWidths, GradientsEqualPlainAutograd) {
  const auto fast = Gradients(true, GetParam(), at::kDouble);
  const auto slow = Gradients(false, GetParam(), at::kDouble);
  for (size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12) << "input " << i;
  }
}

TEST_P(DeltaWriteWidths, GradientsInSinglePrecisionAgreeWithDouble) {
  const auto single = Gradients(true, GetParam(), at::kFloat);
  const auto slow = Gradients(false, GetParam(), at::kFloat);
  for (size_t i = 0; i < single.size(); ++i) {
    const double scale = 1 + slow[i].abs().max().item<double>();
    EXPECT_LT(LargestDifference(single[i], slow[i]), 1e-5 * scale)
        << "input " << i;
  }
}

TEST(DeltaWrite, GradientsMatchDifferences) {
  const auto in = Inputs(3);
  ExpectGradientsMatchDifferences(
      [&] {
        return std::vector<at::Tensor>{Written(DeltaWrite, in, Keep())};
      },
      {{"keys", in[0]},
       {"values", in[1]},
       {"kept", in[2]},
       {"written", in[3]},
       {"matrix", in[4]}});
}

TEST(DeltaWrite, PiecesEqualTheWhole) {
  const auto in = Inputs(11);
  const at::Tensor keep = Keep();
  const at::Tensor whole = Written(DeltaWrite, in, keep);
  at::Tensor matrix = in[4];
  for (int64_t t = 0; t < kSteps; ++t) {
    const auto one = [t](const at::Tensor& x) { return x.slice(0, t, t + 1); };
    matrix = DeltaWrite(one(in[0]), one(in[1]), one(in[2]), one(in[3]), matrix,
                        one(keep))[0];
    ExpectEqualBits(matrix, whole[t]);
  }
}

TEST(DeltaWrite, OpenGatesKeepTheLastValueUnderEachKey) {
  // Three keys at right angles, the first one written again at last.
  const at::Tensor keys =
      torch::tensor({1., 0., 0., 0., .6, .8, 0., -.8, .6, 1., 0., 0.},
                    at::kDouble)
          .view({4, 1, 3});
  const at::Tensor values = RandomLeaf({4, 1, 2}, 1).detach();
  const at::Tensor open = torch::ones({4, 1}, at::kDouble);
  const at::Tensor after =
      DeltaWrite(keys, values, open, open,
                 RandomLeaf({1, 3, 2}, 2).detach(), {})[3][0];
  for (const int64_t t : {1, 2, 3}) {
    ExpectClose(keys[t][0].matmul(after), values[t][0], 1e-14);
  }
}

TEST(DeltaWrite, AClosedWriteGateOnlyFades) {
  const auto in = Inputs(3);
  const at::Tensor half = torch::full({kSteps, kBatch}, .5, at::kDouble);
  const at::Tensor after = DeltaWrite(
      in[0], in[1], half, torch::zeros_like(half), in[4], {});
  ExpectClose(after[kSteps - 1], in[4] * std::pow(.5, kSteps), 1e-16);
}

TEST(DeltaWrite, NothingCrossesAReset) {
  const auto in = Inputs(3);
  at::Tensor keep = torch::ones({kSteps, kBatch}, at::kDouble);
  keep[3][1] = 0;
  Written(DeltaWrite, in, keep).slice(0, 3).select(1, 1).sum().backward();
  for (const size_t i : {0, 1, 2, 3}) {
    EXPECT_EQ(in[i].grad().slice(0, 0, 3).abs().max().item<double>(), 0.0);
  }
  EXPECT_EQ(in[4].grad().abs().max().item<double>(), 0.0);
}

TEST(DeltaWrite, AHundredThousandInSinglePrecision) {
  constexpr int64_t kChunk = 1000;
  at::Tensor single = torch::zeros({1, 8, 4});
  at::Tensor exact = torch::zeros({1, 8, 4}, at::kDouble);
  for (int64_t n = 0; n < 100; ++n) {
    const at::Tensor keys =
        OfLengthOne(RandomLeaf({kChunk, 1, 8}, 2 * n).detach());
    const at::Tensor values = RandomLeaf({kChunk, 1, 4}, 2 * n + 1).detach();
    const at::Tensor kept = torch::full({kChunk, 1}, .98, at::kDouble);
    const at::Tensor written = torch::full({kChunk, 1}, .5, at::kDouble);
    const auto f32 = [](const at::Tensor& x) { return x.to(at::kFloat); };
    exact = DeltaWrite(keys, values, kept, written, exact, {})[kChunk - 1];
    single = DeltaWrite(f32(keys), f32(values), f32(kept), f32(written),
                        single, {})[kChunk - 1];
  }
  ExpectClose(single, exact, 1e-5);
}

}  // namespace
}  // namespace credo
