#include "agents/runs/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <memory>
#include <span>
#include <string>

#include "sdk/base/spec_json.h"
#include "sdk/config/json.h"
#include "tests/agents/experiment.h"

namespace credo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kWorld = "world: {kind: grid, room: 4, colours: 3}\n";
constexpr const char* kAgent =
    "agent: {encoder: {kind: mlp, sizes: [6]}, core: {kind: lstm, size: 6}}\n";
constexpr const char* kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 2, starts: 1, size: 4}]\n";
constexpr const char* kProbes = "probes: [{kind: cells, target: map}]\n";

// Something to save or to load into.
struct Made {
  explicit Made(const std::string& yaml) : experiment(yaml) {
    options = ReadExperiment(yaml, parts);
  }
  std::string Bytes(int64_t frames = 640) {
    return SerializeModel(experiment.spec(), *options, experiment.learner(),
                          frames);
  }
  TensorFile File() {
    const std::string bytes = Bytes();
    auto file = ParseTensorFile(std::as_bytes(std::span(bytes)), "model",
                                "memory");
    ThrowUnlessOk(file.status());
    return *std::move(file);
  }
  Status Load(const TensorFile& file) {
    return LoadModel(file, experiment.spec(), options->agent,
                     experiment.learner());
  }

  const Parts parts = BuiltInParts();
  Experiment experiment;
  std::unique_ptr<ExperimentOptions> options;
};

std::string Whole(const std::string& more = "") {
  return std::string(kWorld) + kAgent + kSimcore + kProbes + more;
}

void ExpectRefused(const Status& status, const std::string& words) {
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(words));
}

TEST(ModelFileTest, BringsAllWeightsBack) {
  Made saved(Whole());
  Made loaded(Whole("seed: 2\n"));
  const Weights agent = CopyOf(saved.experiment.learner().parameters());
  const Weights probes =
      CopyOf(saved.experiment.learner().probes()->parameters());
  ASSERT_NE(Unlike(agent, CopyOf(loaded.experiment.learner().parameters()), "")
                .size(),
            0u);
  const Status status = loaded.Load(saved.File());
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_THAT(
      Unlike(agent, CopyOf(loaded.experiment.learner().parameters()), ""),
      testing::IsEmpty());
  EXPECT_THAT(
      Unlike(probes,
             CopyOf(loaded.experiment.learner().probes()->parameters()), ""),
      testing::IsEmpty());
}

TEST(ModelFileTest, IsAFunctionOfWhatItHolds) {
  Made one(Whole());
  Made two(Whole());
  EXPECT_EQ(one.Bytes(), two.Bytes());
  EXPECT_NE(one.Bytes(641), two.Bytes());
  two.experiment.ActAndLearn();
  EXPECT_NE(one.Bytes(), two.Bytes());
}

TEST(ModelFileTest, NamesItsTensorsByWhatTheyBelongTo) {
  const TensorFile file = Made(Whole()).File();
  int64_t agent = 0;
  for (const NamedTensor& tensor : file.tensors) {
    EXPECT_THAT(tensor.name, AnyOf(StartsWith("agent."),
                                   StartsWith("auxiliary.0.simcore."),
                                   StartsWith("probes."),
                                   StartsWith("golden.")));
    agent += tensor.name.starts_with("agent.");
  }
  EXPECT_GT(agent, 0);
}

TEST(ModelFileTest, SaysWhatItWasTrainedFor) {
  Made made(Whole());
  const TensorFile file = made.File();
  EXPECT_EQ(file.metadata.at("spec"), SpecToJson(made.experiment.spec()));
  EXPECT_EQ(file.metadata.at("agent"), WriteJson(made.options->agent));
  EXPECT_EQ(file.metadata.at("frames"), "640");
}

TEST(ModelFileTest, IsRefusedByAnotherWorldByTheFieldThatDiffers) {
  Made other("world: {kind: grid, room: 4, colours: 4}\n" +
             std::string(kAgent) + kSimcore + kProbes);
  ExpectRefused(other.Load(Made(Whole()).File()), "observation 'view'");
}

TEST(ModelFileTest, IsRefusedByAnotherAgent) {
  Made other(std::string(kWorld) +
             "agent: {encoder: {kind: mlp, sizes: [7]}, core: {kind: lstm, "
             "size: 6}}\n" +
             kSimcore + kProbes);
  ExpectRefused(other.Load(Made(Whole()).File()), "metadata 'agent'");
}

// Written before the option was there.
TEST(ModelFileTest, WithoutALaterOptionMeansItsDefault) {
  Made made(Whole());
  TensorFile file = made.File();
  std::string& agent = file.metadata["agent"];
  const std::string later = ",\"standardise\":0";
  const size_t at = agent.find(later);
  ASSERT_NE(at, std::string::npos);
  agent.erase(at, later.size());
  const Status loaded = made.Load(file);
  EXPECT_TRUE(loaded.ok()) << loaded.message();
}

TEST(ModelFileTest, IsRefusedByASimulatorOfAnotherSizeByTheTensorsName) {
  Made other(std::string(kWorld) + kAgent + kProbes +
             "auxiliary: [{kind: simcore, overshoot: 2, starts: 1, size: "
             "5}]\n");
  ExpectRefused(other.Load(Made(Whole()).File()), "auxiliary.0.simcore.");
}

TEST(ModelFileTest, IsRefusedByProbesThatItDoesNotHold) {
  Made without(std::string(kWorld) + kAgent + kSimcore);
  Made with(Whole());
  const Status status = with.Load(without.File());
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("probes."));
}

TEST(ModelFileTest, MayHoldProbesThatNobodyAsksFor) {
  Made with(Whole());
  Made without(std::string(kWorld) + kAgent + kSimcore);
  const Status status = without.Load(with.File());
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(ModelFileTest, WithoutATensorIsRefusedByItsName) {
  Made made(Whole());
  const TensorFile whole = made.File();
  for (const NamedTensor& missing : whole.tensors) {
    if (missing.name.starts_with("golden.")) continue;  // the runtime's
    TensorFile file = whole;
    std::erase_if(file.tensors, [&](const NamedTensor& tensor) {
      return tensor.name == missing.name;
    });
    const Status status = made.Load(file);
    EXPECT_FALSE(status.ok()) << missing.name;
    EXPECT_THAT(status.message(), HasSubstr(missing.name));
  }
}

TEST(ModelFileTest, WithoutMetadataIsRefusedByTheKey) {
  Made made(Whole());
  for (const std::string key : {"spec", "agent"}) {
    TensorFile file = made.File();
    file.metadata.erase(key);
    ExpectRefused(made.Load(file), "'" + key + "'");
  }
}

TEST(ModelFileTest, WithADamagedSpecIsRefused) {
  Made made(Whole());
  TensorFile file = made.File();
  file.metadata["spec"] = "{}";
  ExpectRefused(made.Load(file), "metadata 'spec'");
}

}  // namespace
}  // namespace credo
