// credo export: the model file of a run, whole or with weights of 8 bits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "sdk/runtime/network.h"
#include "tests/tools/probed_run.h"

namespace credo {
namespace {

using testing::HasSubstr;

class ExportCommand : public testing::Test {
 protected:
  // Exports with these arguments; what was printed.
  std::string Export(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"export", run_, "--out", out_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = Credo(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }
  Status Load() const {
    const std::string bytes = Contents(out_);
    return runtime::Network::Load(std::as_bytes(std::span(bytes)), out_,
                                  runtime::Allocator::Default(), nullptr)
        .status();
  }

  const ProbedRuns runs_;
  const std::string run_ = runs_.Train("run");
  const std::string out_ = runs_ / "exported.safetensors";
};

TEST_F(ExportCommand, WritesTheRunsModelFile) {
  EXPECT_THAT(Export({}), HasSubstr("float32"));
  EXPECT_EQ(Contents(out_), Contents(run_ + "/model.safetensors"));
}

TEST_F(ExportCommand, WritesWeightsOf8Bits) {
  const std::string told = Export({"--weights", "int8", "--episodes", "10"});
  EXPECT_THAT(told, HasSubstr("% of 70 greedy decisions in 10 held-out"));
  const Status loaded = Load();
  EXPECT_TRUE(loaded.ok()) << loaded.message();
  const auto file = ReadTensorFile(out_, "model");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->metadata.at("frames"), "400");
  EXPECT_EQ(file->Find("agent.core.lstm.input")->type, DType::kI8);
  EXPECT_EQ(file->Find("agent.core.lstm.bias")->type, DType::kF32);
}

TEST_F(ExportCommand, IsAFunctionOfTheRun) {
  Export({"--weights", "int8"});
  const std::string once = Contents(out_);
  Export({"--weights", "int8", "--seed", "9", "--episodes", "3"});
  EXPECT_EQ(Contents(out_), once);
}

TEST_F(ExportCommand, LeavesTheRunItsFloats) {
  const std::string model = run_ + "/model.safetensors";
  const std::string before = Contents(model);
  ExpectWrongInput({"export", run_, "--out", run_ + "/../run/model.safetensors",
                    "--weights", "int8"},
                   HasSubstr("--out"));
  EXPECT_EQ(Contents(model), before);
}

TEST_F(ExportCommand, RefusesWhatIsNotThere) {
  ExpectWrongInput({"export", run_, "--out", out_, "--weights", "int4"},
                   HasSubstr("int4"));
  ExpectWrongInput({"export", run_ + "_no", "--out", out_},
                   HasSubstr(run_ + "_no"));
  ExpectWrongInput({"export", run_}, HasSubstr("--out"));
}

}  // namespace
}  // namespace credo
