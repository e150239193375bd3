// The slots memory as a whole; its write is tested in slots_write_test.cc.
#include "memory/slots.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>

#include "tests/memory/memory_fixture.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/expect_near.h"
#include "tests/oracles/slots.h"

namespace credo {
namespace {

using oracle::kSixDecimals;

class SlotsTest : public MemoryFixture {
 protected:
  void Make(const std::string& yaml) {
    MemoryFixture::Make(SlotsMemory(), yaml);
  }

  // Contents [1, M] of four rows of two numbers, of which the first `written`
  // count.
  static at::Tensor FourRows(double written) {
    return torch::tensor({1., 0., 0., 2., 1., 1., 0., 0., 0., written},
                         at::kDouble)
        .view({1, 10});
  }
};

constexpr char kFourRows[] =
    "{slots: 4, width: 2, key: 2, strength: 1, value_hidden: 0}";

TEST_F(SlotsTest, ReadsByContent) {
  Make(kFourRows);
  const at::Tensor query =
      torch::tensor({2., 1., 0.}, at::kDouble).view({1, 1, 3});
  ExpectClose(Read(FourRows(4), query)[0][0],
              oracle::Vector{.705725, .743717}, kSixDecimals);
  ExpectClose(Read(FourRows(3), query)[0][0], oracle::Vector{.788635, .83109},
              kSixDecimals);
}

TEST_F(SlotsTest, ReadsNothingBeforeAnythingIsWritten) {
  Make(kFourRows);
  at::Tensor contents = FourRows(0).requires_grad_(true);
  at::Tensor query = torch::tensor({2., 1., 0.}, at::kDouble)
                         .view({1, 1, 3})
                         .requires_grad_(true);
  const at::Tensor read = memory_->Read(contents, query);
  ExpectClose(read[0][0], oracle::Vector{0, 0}, 0);
  read.sum().backward();
  ExpectClose(query.grad(), torch::zeros_like(query), 0);
  ExpectClose(contents.grad(), torch::zeros_like(contents), 0);
}

TEST_F(SlotsTest, ARowOfZerosHasAGradient) {
  Make(kFourRows);
  at::Tensor contents = FourRows(4).requires_grad_(true);
  at::Tensor query =
      torch::zeros({1, 1, 3}, at::kDouble).requires_grad_(true);
  memory_->Read(contents, query).sum().backward();
  ExpectFinite(contents.grad());
  ExpectFinite(query.grad());
}

class SlotsKeys : public SlotsTest,
                  public testing::WithParamInterface<int64_t> {};
INSTANTIATE_TEST_SUITE_P(Keys, SlotsKeys, testing::Values(2, 3));

// The first `key` numbers of a row are compared, all of it is returned.
TEST_P(SlotsKeys, WritesAndReadsByTheRulesOfTheOracle) {
  constexpr size_t kSlots = 4;
  constexpr size_t kWidth = 3;
  const int64_t key = GetParam();
  Make("{slots: 4, width: 3, strength: .5, value_hidden: 7, key: " +
       std::to_string(key) + "}");
  const at::Tensor values = WrittenValues(true);
  const at::Tensor contents = Write().contents;
  const at::Tensor queries = RandomLeaf({kRows, kSteps, key + 1}, 4).detach();
  for (int64_t b = 0; b < kRows; ++b) {
    oracle::Slots rows(kSlots, kWidth);
    oracle::Slots keys(kSlots, static_cast<size_t>(key));
    for (int64_t t = 0; t < kSteps; ++t) {
      oracle::SlotWrite(rows, ToVector(values[t][b]));
      oracle::SlotWrite(keys, ToVector(values[t][b].slice(0, 0, key)));
      const oracle::Vector query = ToVector(queries[b][t]);
      const oracle::SlotsRead expected =
          oracle::SlotRead(keys, oracle::Vector(query.begin(), query.end() - 1),
                           query.back() + .5);
      const at::Tensor read = Read(contents[t].narrow(0, b, 1),
                                   queries.narrow(0, b, 1).narrow(1, t, 1));
      ExpectClose(read[0][0], oracle::Product(expected.weights, rows.rows),
                  1e-13);
    }
  }
}

TEST_F(SlotsTest, AWriteIsWhole) {
  Make(kFourRows);
  EXPECT_TRUE(Write().strength.eq(1).all().item<bool>());
}

TEST_F(SlotsTest, TellsHowMuchIsUsedAndHowSharpARead) {
  Make(kFourRows);
  const at::Tensor contents =
      torch::cat({FourRows(1), FourRows(4), FourRows(0)});
  // Strong and like one row; of no direction: like all rows.
  const at::Tensor queries =
      torch::tensor({1., 0., 1000., 0., 0., 0.}, at::kDouble)
          .view({1, 2, 3})
          .expand({3, 2, 3});
  const ReadStatistics told = memory_->Watch(contents, queries);
  ExpectClose(told.occupancy, torch::tensor({.25, 1., 0.}), 1e-6);
  ExpectClose(told.entropy,
              torch::tensor({0., 0., 0., 1., 0., 0.}).view({3, 2}), 1e-9);
}

TEST_F(SlotsTest, TheBeliefShowsTheRows) {
  Make(kFourRows);
  EXPECT_EQ(memory_->size(), 4 * 2 + 2);
  EXPECT_EQ(memory_->shape().shown, 4 * 2);
}

}  // namespace
}  // namespace credo
