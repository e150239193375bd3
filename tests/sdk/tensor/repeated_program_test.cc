#include "sdk/tensor/repeated_program.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sdk/tensor/device.h"

namespace credo {
namespace {

// The sum of what the host drew, and of the draws' number.
class RepeatedProgramTest : public testing::Test {
 protected:
  using Ran = RepeatedProgram::Ran;

  void Program() {
    OnHost([this] {
      ++steps_;
      draws_.assign(rows_, 10 * number_);
    });
    const at::Tensor drawn =
        IndicesFromHost(sum_, [this] { return draws_; });
    const at::Tensor number =
        FromHost(sum_, [this] { return torch::tensor(number_); });
    sum_.copy_(drawn.sum() + number);
    ++runs_;
  }
  Ran Run() {
    ++number_;
    return program_.Run([this] { Program(); });
  }

  int64_t number_ = 0;
  int64_t rows_ = 3;
  std::vector<int64_t> draws_;
  int steps_ = 0;
  int runs_ = 0;
  const at::Tensor sum_ = torch::zeros({}, torch::kLong);
  RepeatedProgram program_{at::kCPU};
};

TEST_F(RepeatedProgramTest, FindsValuesMadeAnewInTheSamePlaces) {
  for (int64_t number = 1; number <= 4; ++number) {
    EXPECT_NE(Run(), Ran::kNot);
    EXPECT_EQ(sum_.item<int64_t>(), 31 * number);
  }
  EXPECT_EQ(steps_, 4) << "a step of the host runs once each time";
}

TEST_F(RepeatedProgramTest, DoesNotRunWhereAValueHasAnotherShape) {
  EXPECT_NE(Run(), Ran::kNot);
  rows_ = 2;
  EXPECT_EQ(Run(), Ran::kNot);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(sum_.item<int64_t>(), 31);
  rows_ = 3;
  EXPECT_NE(Run(), Ran::kNot);
  EXPECT_EQ(sum_.item<int64_t>(), 93);
}

TEST_F(RepeatedProgramTest, IsRepeatedByAllOrByNone) {
  bool others_can = true;
  RepeatedProgram program(at::kCPU,
                          [&](bool can) { return can && others_can; });
  const auto run = [&] { return program.Run([this] { Program(); }); };
  EXPECT_EQ(run(), Ran::kRecorded);
  EXPECT_EQ(run(), Ran::kRepeated);
  others_can = false;
  EXPECT_EQ(run(), Ran::kNot);
  others_can = true;
  EXPECT_EQ(run(), Ran::kRepeated);
}

TEST_F(RepeatedProgramTest, IsRecordedAnewWhereAnotherShapeStays) {
  EXPECT_EQ(Run(), Ran::kRecorded);
  EXPECT_EQ(Run(), Ran::kRepeated);
  rows_ = 2;
  for (int miss = 0; miss < 8; ++miss) EXPECT_EQ(Run(), Ran::kNot);
  EXPECT_EQ(Run(), Ran::kRecorded);
  EXPECT_EQ(Run(), Ran::kRepeated);
  EXPECT_EQ(sum_.item<int64_t>(), 21 * number_);
}

TEST_F(RepeatedProgramTest, RefusesAValueThatIsNotMadeAnew) {
  const auto program = [] { (void)ToDevice(at::kCPU, torch::ones({1})); };
  EXPECT_EQ(program_.Run(program), Ran::kRecorded);
  EXPECT_THROW(program_.Run(program), c10::Error);
}

TEST_F(RepeatedProgramTest, RefusesAProgramThatAsksForOtherValues) {
  EXPECT_NE(Run(), Ran::kNot);
  EXPECT_THROW(program_.Run([] {}), c10::Error) << "for less";
  EXPECT_THROW(program_.Run([this] {
                 Program();
                 Program();
               }),
               c10::Error)
      << "for more";
  EXPECT_NE(Run(), Ran::kNot);
  EXPECT_EQ(sum_.item<int64_t>(), 31 * number_);
}

TEST_F(RepeatedProgramTest, AProgramThatThrowsIsRecordedAnotherTime) {
  EXPECT_THROW(program_.Run([this] {
                 Program();
                 throw std::runtime_error("no");
               }),
               std::runtime_error);
  EXPECT_NE(Run(), Ran::kNot);
  EXPECT_NE(Run(), Ran::kNot);
  EXPECT_EQ(sum_.item<int64_t>(), 31 * number_);
}

}  // namespace
}  // namespace credo
