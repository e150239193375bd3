#include "memory/slots_write.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/conformance/network_checks.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/slots.h"

namespace credo {
namespace {

constexpr int64_t kSteps = 8;
constexpr int64_t kBatch = 3;
constexpr int64_t kSlots = 3;
constexpr int64_t kWidth = 2;
constexpr int64_t kNumbers = kSlots * kWidth;

at::Tensor Zeros(int64_t batch = kBatch) {
  return torch::zeros({batch, kNumbers + kSlotsCounts}, at::kDouble);
}

// Row by row: nothing was written, two rows were, all were and the second is
// the oldest.
at::Tensor Contents() {
  at::Tensor contents = RandomLeaf({kBatch, kNumbers + kSlotsCounts}, 1)
                            .detach();
  contents[0].zero_();
  contents.narrow(1, kNumbers, 2)
      .copy_(torch::tensor({0., 0., 2., 2., 1., 3.}).view({kBatch, 2}));
  return contents;
}

at::Tensor Values() { return RandomLeaf({kSteps, kBatch, kWidth}, 2); }

at::Tensor Keep() {
  at::Tensor keep = torch::ones({kSteps, kBatch}, at::kDouble);
  keep[0][2] = 0;
  keep[4][1] = 0;
  return keep;
}

TEST(SlotsWrite, EqualsTheOracle) {
  const at::Tensor values = Values();
  const at::Tensor after = SlotsWrite(values, Zeros(), {});
  for (int64_t b = 0; b < kBatch; ++b) {
    oracle::Slots slots(kSlots, kWidth);
    for (int64_t t = 0; t < kSteps; ++t) {
      oracle::SlotWrite(slots, ToVector(values[t][b]));
      ExpectClose(after[t][b].slice(0, 0, kNumbers), slots.rows.values, 0);
      ExpectClose(after[t][b].slice(0, kNumbers),
                  oracle::Vector{(t + 1) % kSlots * 1.0,
                                 std::min(t + 1, kSlots) * 1.0},
                  0);
    }
  }
}

TEST(SlotsWrite, EqualsPlainSteps) {
  ExpectClose(SlotsWrite(Values(), Contents(), Keep()),
              SlotsWriteReference(Values(), Contents(), Keep()), 0);
  const auto single = [](const at::Tensor& x) { return x.to(at::kFloat); };
  ExpectClose(
      SlotsWrite(single(Values()), single(Contents()), single(Keep())),
      SlotsWriteReference(single(Values()), single(Contents()),
                          single(Keep())),
      0);
}

TEST(SlotsWrite, GradientsEqualPlainAutograd) {
  const auto run = [](auto write) {
    return GradientsOf(
        [&](const std::vector<at::Tensor>& in) {
          return std::vector<at::Tensor>{write(in[0], in[1], Keep())};
        },
        {Values(), Contents()});
  };
  const auto fast = run(SlotsWrite);
  const auto slow = run(SlotsWriteReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    ExpectClose(fast[i], slow[i], 1e-14);
  }
}

TEST(SlotsWrite, ARowThatIsOverwrittenHasNoGradientAnyMore) {
  const at::Tensor values = Values();
  const at::Tensor after = SlotsWrite(values, Zeros(), {});
  after[kSteps - 1].sum().backward();
  const at::Tensor gradient = values.grad();
  EXPECT_EQ(gradient.slice(0, 0, kSteps - kSlots).abs().max().item<double>(),
            0.0);
  EXPECT_TRUE(gradient.slice(0, kSteps - kSlots).eq(1).all().item<bool>());
}

TEST(SlotsWrite, CountsThatAreNearlyWholeAreTakenForWhole) {
  at::Tensor near = Contents();
  near.narrow(1, kNumbers, 2)
      .add_(torch::tensor({.3, -.3, -.4, .2, .1, -.1}).view({kBatch, 2}));
  ExpectEqualBits(SlotsWrite(Values(), near, {}),
                  SlotsWrite(Values(), Contents(), {}));
}

TEST(SlotsWrite, NoCountPointsOutsideTheRows) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double wrong : {std::nan(""), kInfinity, -kInfinity, -1.0, 1e300,
                             3.0, 2.6}) {
    at::Tensor contents = Contents();
    contents.narrow(1, kNumbers, 2).fill_(wrong);
    const at::Tensor after = SlotsWrite(Values(), contents, {});
    ExpectEqualBits(after, SlotsWriteReference(Values(), contents, {}));
    const at::Tensor counts = after.narrow(2, kNumbers, 2);
    EXPECT_TRUE((counts.ge(0) & counts.le(kSlots)).all().item<bool>());
  }
}

TEST(SlotsWrite, AHundredThousandInSinglePrecision) {
  constexpr int64_t kChunk = 1000;
  at::Tensor contents = Zeros(1).to(at::kFloat);
  at::Tensor values;
  for (int64_t n = 0; n < 100; ++n) {
    values = RandomLeaf({kChunk, 1, kWidth}, n, at::kFloat).detach();
    contents = SlotsWrite(values, contents, {})[kChunk - 1];
  }
  // 100000 is 1 more than a multiple of 3: the last value is in row 0.
  ExpectClose(contents[0].slice(0, kNumbers), oracle::Vector{1, 3}, 0);
  for (int64_t n = 0; n < kSlots; ++n) {
    const int64_t written = n == 0 ? kChunk - 1 : kChunk - 4 + n;
    ExpectEqualBits(contents[0].slice(0, n * kWidth, (n + 1) * kWidth),
                    values[written][0]);
  }
}

}  // namespace
}  // namespace credo
