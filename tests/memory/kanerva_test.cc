// The Kanerva memory as a whole; its write loops are tested in
// kanerva_write_test.cc.
#include "memory/kanerva.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <string>

#include "tests/memory/memory_fixture.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/kanerva.h"

namespace credo {
namespace {

constexpr int64_t kCodes = 4;  // K
constexpr int64_t kWidth = 3;  // C
constexpr double kNoise = .3;
constexpr double kForgetting = .05;
constexpr double kRidge = .7;
constexpr double kSharpness = 1.5;

at::Tensor Normalised(const at::Tensor& x) {
  const at::Tensor centred = x - x.mean(-1, true);
  return centred / (centred.square().mean(-1, true) + 1e-5).sqrt();
}

// With each way to address.
class KanervaTest : public MemoryFixture,
                    public testing::WithParamInterface<const char*> {
 protected:
  void Make(const std::string& more = "") {
    MemoryFixture::Make(
        KanervaMemory(),
        std::string("{rows: 4, width: 3, noise: .3, forgetting: .05, ") +
            "ridge: .7, sharpness: 1.5, value_hidden: 5, address: " +
            GetParam() + more + "}");
    torch::NoGradGuard no_grad;
    // That of softmax starts with zeros, which would show little.
    Value("m.prior").copy_(RandomLeaf({kCodes, kWidth}, 3));
  }
  bool solve() const { return GetParam() == std::string("least_squares"); }

  at::Tensor Softmax(const at::Tensor& logits) const {
    return at::softmax(kSharpness * logits, -1);
  }

  // R and U of one character.
  struct State {
    oracle::Matrix R;
    oracle::Matrix U = oracle::Identity(kCodes);
  };
  State Fresh() const { return {ToMatrix(Value("m.prior"))}; }

  // The write of step `t` for character `b`.
  oracle::KanervaWritten WriteByOracle(State& state, int64_t t,
                                       int64_t b) const {
    const oracle::Vector code =
        ToVector(Normalised(WrittenValues(true)[t][b]));
    const oracle::Vector address =
        solve() ? oracle::RidgeAddress(state.R, code, kRidge)
                : ToVector(Softmax(Linear("m.address", hidden_[t][b])));
    oracle::AddProcessNoise(state.U, kForgetting, 1);
    return oracle::KanervaWrite(state.R, state.U, address, code, kNoise);
  }

  // [R, K, C] of contents.
  at::Tensor Mean(const at::Tensor& contents) const {
    return contents.narrow(1, 0, kCodes * kWidth)
               .reshape({-1, kCodes, kWidth}) +
           Value("m.prior");
  }
};
INSTANTIATE_TEST_SUITE_P(Addresses, KanervaTest,
                         testing::Values("softmax", "least_squares"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

TEST_P(KanervaTest, WritesByTheRuleOfTheOracle) {
  Make(", kl_weight: .25");
  const MemoryOutput output = Write();
  double kl = 0;
  for (int64_t b = 0; b < kRows; ++b) {
    State state = Fresh();
    for (int64_t t = 0; t < kSteps; ++t) {
      const oracle::KanervaWritten written = WriteByOracle(state, t, b);
      kl += written.kl;
      const at::Tensor row = output.contents[t].narrow(0, b, 1);
      ExpectClose(Mean(row)[0], state.R, 1e-12);
      ExpectClose(row[0].slice(0, kCodes * kWidth).view({kCodes, kCodes}),
                  oracle::Sum(state.U, oracle::Identity(kCodes), -1), 1e-12);
      EXPECT_NEAR(output.strength[t][b].item<double>(),
                  1 - kNoise / written.sigma_z, 1e-12);
    }
  }
  ASSERT_EQ(output.losses.size(), 1u);
  EXPECT_EQ(output.losses[0].name, "kl");
  EXPECT_NEAR(output.losses[0].value.item<double>(),
              .25 * kl / (kSteps * kRows), 1e-12);
}

TEST_P(KanervaTest, HasNoLossUnlessAskedFor) {
  Make();
  EXPECT_TRUE(Write().losses.empty());
}

TEST_P(KanervaTest, ReadsByTheRuleOfTheOracle) {
  Make();
  const at::Tensor contents = Write().contents[kSteps - 1];
  const at::Tensor queries =
      RandomLeaf({kRows, 3, solve() ? kWidth : kCodes}, 4).detach();
  const at::Tensor read = Read(contents, queries);
  for (int64_t b = 0; b < kRows; ++b) {
    const oracle::Matrix R = ToMatrix(Mean(contents)[b]);
    for (int64_t q = 0; q < 3; ++q) {
      const at::Tensor query = queries[b][q];
      ExpectClose(read[b][q],
                  solve() ? oracle::RidgeRead(R, ToVector(Normalised(query)),
                                              kRidge)
                          : oracle::KanervaRead(R, ToVector(Softmax(query))),
                  1e-12);
    }
  }
}

TEST_P(KanervaTest, BeforeAnEpisodeItReadsThePrior) {
  Make();
  const at::Tensor queries =
      RandomLeaf({kRows, 1, solve() ? kWidth : kCodes}, 4).detach();
  const oracle::Matrix prior = ToMatrix(Value("m.prior"));
  const at::Tensor query = queries[0][0];
  ExpectClose(
      Read(contents_, queries)[0][0],
      solve() ? oracle::RidgeRead(prior, ToVector(Normalised(query)), kRidge)
              : oracle::KanervaRead(prior, ToVector(Softmax(query))),
      1e-12);
}

TEST_P(KanervaTest, ThePriorStartsWhereItCanBeLearned) {
  MemoryFixture::Make(KanervaMemory(),
                      std::string("{address: ") + GetParam() + "}");
  const double square =
      Value("m.prior").square().mean().item<double>();
  EXPECT_NEAR(square, solve() ? 1 : 0, .1);
}

TEST_P(KanervaTest, TellsHowMuchIsKnown) {
  Make();
  const at::Tensor queries =
      torch::zeros({kRows, 1, solve() ? kWidth : kCodes}, at::kDouble);
  const ReadStatistics fresh = memory_->Watch(contents_, queries);
  ExpectClose(fresh.occupancy, torch::zeros({kRows}), 0);
  if (!solve()) ExpectClose(fresh.entropy, torch::ones({kRows, 1}), 1e-9);

  const at::Tensor contents = Write().contents[kSteps - 1];
  const ReadStatistics told = memory_->Watch(contents, queries);
  for (int64_t b = 0; b < kRows; ++b) {
    State state = Fresh();
    for (int64_t t = 0; t < kSteps; ++t) WriteByOracle(state, t, b);
    EXPECT_NEAR(told.occupancy[b].item<double>(),
                1 - oracle::Trace(state.U) / kCodes, 1e-12);
  }
}

TEST_P(KanervaTest, TheBeliefShowsTheMean) {
  Make();
  EXPECT_EQ(memory_->size(), kCodes * (kWidth + kCodes));
  EXPECT_EQ(memory_->shape().shown, kCodes * kWidth);
}

}  // namespace
}  // namespace credo
