// The delta memory as a whole; its write loops are tested in
// delta_write_test.cc.
#include "memory/delta.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <string>

#include "tests/memory/memory_fixture.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/delta.h"

namespace credo {
namespace {

constexpr int64_t kKey = 4;
constexpr int64_t kWidth = 3;

class DeltaTest : public MemoryFixture {
 protected:
  void Make(const std::string& more = "") {
    MemoryFixture::Make(DeltaMemory(), "{rows: 4, width: 3" + more + "}");
    contents_ = RandomLeaf({kRows, kKey * kWidth}, 3).detach();
  }
};

TEST_F(DeltaTest, WritesByTheRuleOfTheOracle) {
  Make(", keep: 1.5, value_hidden: 5");
  const at::Tensor keys = Linear("m.key", hidden_);
  const at::Tensor values = WrittenValues(true);
  const at::Tensor gates = Linear("m.gates", hidden_);
  const MemoryOutput output = Write();
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (int64_t b = 0; b < kRows; ++b) {
    oracle::Matrix matrix = ToMatrix(contents_[b].view({kKey, kWidth}));
    for (int64_t t = 0; t < kSteps; ++t) {
      const oracle::Vector gate = ToVector(gates[t][b]);
      oracle::DeltaStep(matrix, ToVector(keys[t][b]), ToVector(values[t][b]),
                        sigmoid(gate[0] + 1.5), sigmoid(gate[1]));
      ExpectClose(output.contents[t][b], matrix.values, 1e-14);
      EXPECT_NEAR(output.strength[t][b].item<double>(), sigmoid(gate[1]),
                  1e-15);
    }
  }
}

TEST_F(DeltaTest, ReadsByTheRuleOfTheOracle) {
  Make();
  const at::Tensor queries = RandomLeaf({kRows, 7, kKey}, 4).detach();
  const at::Tensor read = Read(contents_, queries);
  for (int64_t b = 0; b < kRows; ++b) {
    const oracle::Matrix matrix = ToMatrix(contents_[b].view({kKey, kWidth}));
    for (int64_t q = 0; q < 7; ++q) {
      ExpectClose(read[b][q],
                  oracle::DeltaRead(matrix, ToVector(queries[b][q])), 1e-14);
    }
  }
}

TEST_F(DeltaTest, ReadsWithTheKeyOfAFullWriteGiveTheValueBack) {
  Make();
  Value("m.gates.weight").zero_();
  Value("m.gates.bias").fill_(1000);
  const MemoryOutput output = Write();
  const at::Tensor keys = Linear("m.key", hidden_);
  for (int64_t t = 0; t < kSteps; ++t) {
    ExpectClose(
        Read(output.contents[t], keys[t].unsqueeze(1)).squeeze(1),
        WrittenValues(true)[t], 1e-12);
  }
}

TEST_F(DeltaTest, AQueryOfZerosReadsNothingAndHasAGradient) {
  Make();
  at::Tensor queries = torch::zeros({kRows, 1, kKey}, at::kDouble);
  queries.requires_grad_(true);
  const at::Tensor read = memory_->Read(contents_, queries);
  EXPECT_EQ(read.abs().max().item<double>(), 0.0);
  read.sum().backward();
  ExpectFinite(queries.grad());
}

TEST_F(DeltaTest, TellsHowMuchIsUsedAndHowSharpARead) {
  Make();
  contents_.zero_();
  contents_[1][2 * kWidth + 1] = -.5;  // one of four rows
  const at::Tensor queries =
      torch::tensor({0., -3., 0., 0., 2., -2., 2., 2.}, at::kDouble)
          .view({1, 2, kKey})
          .expand({kRows, 2, kKey});
  const ReadStatistics told = memory_->Watch(contents_, queries);
  ExpectClose(told.occupancy, torch::tensor({0.0, .25}), 1e-6);
  ExpectClose(told.entropy[0], torch::tensor({0.0, 1.0}), 1e-9);
}

TEST_F(DeltaTest, TheBeliefShowsAllOfIt) {
  Make();
  EXPECT_EQ(memory_->size(), kKey * kWidth);
  EXPECT_EQ(memory_->shape().shown, kKey * kWidth);
}

}  // namespace
}  // namespace credo
