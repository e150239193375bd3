#include "sdk/tensor/lstm_cell.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <vector>

#include "tests/oracles/lstm_cell.h"
#include "tests/support/gradient_check.h"

namespace credo {
namespace {

// Two cells of a grid beside each other, in three frames.
constexpr int64_t kUnits = 5;
at::Tensor Gates() { return RandomLeaf({3, 1, 2, 4 * kUnits}, 1); }
at::Tensor Cell() { return RandomLeaf({3, 1, 2, kUnits}, 2); }

TEST(LstmCell, IsTheFormulaTermByTerm) {
  const at::Tensor gates = Gates().detach();
  const at::Tensor cell = Cell().detach();
  const LstmCellOutput output = LstmCell(gates, cell);
  const at::Tensor rows = gates.view({-1, 4, kUnits});
  const at::Tensor before = cell.view({-1, kUnits});
  for (int64_t row = 0; row < rows.size(0); ++row) {
    for (int64_t unit = 0; unit < kUnits; ++unit) {
      const auto gate = [&](int64_t which) {
        return rows[row][which][unit].item<double>();
      };
      const oracle::LstmState expected =
          oracle::LstmCell(gate(0), gate(1), gate(2), gate(3),
                           before[row][unit].item<double>());
      EXPECT_NEAR(
          output.hidden.view({-1, kUnits})[row][unit].item<double>(),
          expected.h, 1e-14);
      EXPECT_NEAR(output.cell.view({-1, kUnits})[row][unit].item<double>(),
                  expected.c, 1e-14);
    }
  }
}

TEST(LstmCell, GradientsAreThoseOfPlainAutograd) {
  const auto of = [](auto step) {
    return GradientsOf(
        [step](const std::vector<at::Tensor>& in) {
          const LstmCellOutput output = step(in[0], in[1]);
          return std::vector<at::Tensor>{output.hidden, output.cell};
        },
        {Gates(), Cell()});
  };
  const auto expected = of(LstmCellReference);
  const auto found = of(LstmCell);
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(LargestDifference(found[i], expected[i]), 1e-13);
  }
}

// A loss may look at one of both alone.
TEST(LstmCell, GradientsOfOneOutputAlone) {
  for (const bool of_hidden : {true, false}) {
    const auto of = [of_hidden](auto step) {
      return GradientsOf(
          [step, of_hidden](const std::vector<at::Tensor>& in) {
            const LstmCellOutput output = step(in[0], in[1]);
            return std::vector<at::Tensor>{of_hidden ? output.hidden
                                                     : output.cell};
          },
          {Gates(), Cell()});
    };
    const auto expected = of(LstmCellReference);
    const auto found = of(LstmCell);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(LargestDifference(found[i], expected[i]), 1e-13);
    }
  }
}

TEST(LstmCell, LeavesItsInputsAlone) {
  const at::Tensor gates = Gates();
  const at::Tensor cell = Cell();
  LstmCell(gates, cell).hidden.sum().backward();
  EXPECT_TRUE(at::equal(gates, Gates()));
  EXPECT_TRUE(at::equal(cell, Cell()));
}

TEST(LstmCell, SinglePrecisionAgreesWithDouble) {
  const LstmCellOutput exact = LstmCell(Gates(), Cell());
  const LstmCellOutput found =
      LstmCell(Gates().to(at::kFloat), Cell().to(at::kFloat));
  EXPECT_LT(LargestDifference(found.hidden.to(at::kDouble), exact.hidden),
            1e-5);
  EXPECT_LT(LargestDifference(found.cell.to(at::kDouble), exact.cell), 1e-5);
}

}  // namespace
}  // namespace credo
