// credo beliefs: the file holds the held-out episodes, record by record, and
// what the agent believed at each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/loaded_run.h"
#include "sdk/tensor/tensor_io.h"
#include "sdk/worlds/record_buffer.h"
#include "tests/agents/staircase.h"
#include "tests/tools/call_command.h"
#include "tests/tools/probed_run.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

constexpr int64_t kEpisodes = 70;  // more than one group
constexpr int64_t kRecords = 8;

at::Tensor Read(const TensorFile& file, const std::string& name) {
  const NamedTensor* tensor = file.Find(name);
  if (tensor == nullptr) throw std::invalid_argument("no tensor " + name);
  const at::ScalarType type = tensor->type == DType::kF32   ? at::kFloat
                              : tensor->type == DType::kI64 ? at::kLong
                                                            : at::kByte;
  at::Tensor values = torch::zeros(tensor->shape, type);
  const Status status = LoadTensor(file, name, values);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

std::vector<std::string> Names(const TensorFile& file) {
  std::vector<std::string> names;
  for (const NamedTensor& tensor : file.tensors) names.push_back(tensor.name);
  return names;
}

class BeliefsCommand : public testing::Test {
 protected:
  TensorFile Beliefs(const std::vector<std::string>& more = {}) const {
    const std::string out = runs_ / "beliefs.safetensors";
    std::vector<std::string> arguments = {
        "beliefs", run_,         "--out", out, "--episodes",
        std::to_string(kEpisodes)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = Credo(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    auto file = ReadTensorFile(out, "beliefs");
    EXPECT_TRUE(file.ok()) << file.status().message();
    return *std::move(file);
  }
  std::unique_ptr<LoadedRun> Loaded() const {
    auto run = LoadRun(run_, parts_);
    EXPECT_TRUE(run.ok()) << run.status().message();
    return *std::move(run);
  }

  // A run in a world that shows tiles and a vector.
  std::string NoiseRun() const {
    const std::string config = runs_ / "noise.yaml";
    EXPECT_TRUE(ReplaceFile(config,
                            "world: {kind: blank, picture: [], episode: 9}\n"
                            "agent: {encoder: {kind: mlp, sizes: [4]}}\n"
                            "learner: {frames: 64, unroll: 8, batch: 8, "
                            "evaluate_every: 0}\n")
                    .ok());
    const Ended ended = Credo({"train", config, "--run", runs_ / "noise"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return runs_ / "noise";
  }

  const Parts parts_ = BuiltInParts();
  const ProbedRuns runs_;
  const std::string run_ = runs_.Train("run");
};

TEST_F(BeliefsCommand, HoldsEpisodesByRecords) {
  const TensorFile file = Beliefs();
  EXPECT_THAT(Names(file),
              IsSupersetOf({"beliefs", "encodings", "actions", "rewards",
                            "kinds", "lengths", "observations.view",
                            "privileged.map", "privileged.pose.cell"}));
  EXPECT_EQ(file.Find("observations.view")->shape,
            (Shape{kEpisodes, kRecords, 3, 3}));
  EXPECT_EQ(file.Find("privileged.map")->shape,
            (Shape{kEpisodes, kRecords, 3, 3}));
  EXPECT_EQ(file.Find("actions")->shape, (Shape{kEpisodes, kRecords, 1}));
  EXPECT_EQ(file.Find("rewards")->shape, (Shape{kEpisodes, kRecords}));
  EXPECT_TRUE(at::equal(Read(file, "lengths"),
                        torch::full({kEpisodes}, kRecords, at::kLong)));
  EXPECT_EQ(file.metadata.at("run"), "run");
  EXPECT_EQ(file.metadata.at("seed"), "1");
  // What the columns of a belief are: all of them, in order.
  const std::string columns = file.metadata.at("beliefs.columns");
  EXPECT_TRUE(columns.starts_with("hidden 0:")) << columns;
  EXPECT_THAT(columns, HasSubstr(", tanh(cell) "));
  EXPECT_TRUE(columns.ends_with(
      ":" + std::to_string(file.Find("beliefs")->shape.back())))
      << columns;
}

// Each episode, lived again with the actions in the file.
TEST_F(BeliefsCommand, ActionsLeadToTheRecordsBesideThem) {
  const TensorFile file = Beliefs({"--seed", "6"});
  const at::Tensor actions = Read(file, "actions");
  const at::Tensor views = Read(file, "observations.view");
  const at::Tensor maps = Read(file, "privileged.map");
  const at::Tensor rewards = Read(file, "rewards");
  const at::Tensor kinds = Read(file, "kinds");
  const auto run = Loaded();
  auto world = run->worlds();
  ASSERT_TRUE(world.ok());
  RecordBuffer buffer(run->spec, 1);
  RecordWriter writer(run->spec);
  const auto bytes = [](const at::Tensor& tensor) {
    const at::Tensor row = tensor.contiguous();
    const uint8_t* data = row.const_data_ptr<uint8_t>();
    return std::vector<uint8_t>(data, data + row.numel());
  };
  for (int64_t e = 0; e < kEpisodes; ++e) {
    for (int64_t t = 0; t < kRecords; ++t) {
      writer.Open(buffer.rows(), 0, t == 0);
      if (t == 0) {
        (*world)->Reset(RandomStream(HeldOutSeed(6), "world")
                            .SeedAt(static_cast<uint32_t>(e), 0),
                        writer);
      } else {
        const float action = actions[e][t][0].item<float>();
        (*world)->Step(std::span(&action, 1), writer);
      }
      ASSERT_TRUE(writer.Close().ok());
      ASSERT_EQ(bytes(views[e][t]), buffer.Bytes("view")) << e << ", " << t;
      EXPECT_EQ(bytes(maps[e][t]), buffer.Bytes("map"));
      EXPECT_EQ(rewards[e][t].item<float>(), buffer.reward());
      EXPECT_EQ(kinds[e][t].item<int64_t>(),
                static_cast<int64_t>(buffer.kind()));
    }
  }
}

TEST_F(BeliefsCommand, BeliefsAreThoseOfTheAgentAtEachRecord) {
  const TensorFile file = Beliefs();
  const at::Tensor beliefs = Read(file, "beliefs");
  const at::Tensor encodings = Read(file, "encodings");
  const auto run = Loaded();
  auto groups = RecordEpisodes(run->agent(), run->worlds, 1, kEpisodes,
                               ActionSource::kPolicy, run->reward_clip());
  ASSERT_TRUE(groups.ok());
  for (const EpisodeGroup& group : *groups) {
    const credo::Beliefs read = ReadBeliefs(
        run->agent(), *group.records,
        torch::zeros({group.size(), run->agent().core().layout().floats()}),
        run->reward_clip());
    const auto same = [&](const at::Tensor& sheet, const at::Tensor& values) {
      return at::equal(
          sheet.narrow(0, group.first, group.size()),
          values.narrow(0, 0, kRecords).transpose(0, 1));
    };
    EXPECT_TRUE(same(beliefs, read.beliefs));
    EXPECT_TRUE(same(encodings, read.encoded));
  }
  // They change as the episode goes on.
  EXPECT_FALSE(at::equal(beliefs.select(1, 0), beliefs.select(1, 7)));
}

TEST_F(BeliefsCommand, TheScriptedPolicyActsWhenAskedTo) {
  const at::Tensor own = Read(Beliefs(), "actions");
  const at::Tensor scripted = Read(Beliefs({"--scripted"}), "actions");
  EXPECT_FALSE(at::equal(own, scripted));
  const auto run = Loaded();
  auto groups = RecordEpisodes(run->agent(), run->worlds, 1, 1,
                               ActionSource::kScripted, 0);
  ASSERT_TRUE(groups.ok());
  EXPECT_TRUE(at::equal(
      scripted[0], (*groups)[0].records->actions.narrow(0, 0, kRecords)
                       .select(1, 0)));
}

TEST_F(BeliefsCommand, IsAFunctionOfItsArguments) {
  const auto fingerprint = [&](const std::string& seed) {
    Beliefs({"--seed", seed});
    return Fingerprint(runs_ / "beliefs.safetensors");
  };
  EXPECT_EQ(fingerprint("2"), fingerprint("2"));
  EXPECT_NE(fingerprint("2"), fingerprint("3"));
}

// Episodes of unlike lengths: what lies behind an end is zero.
TEST(BeliefsCommandOfAStaircase, LeavesWhatFollowsAnEpisodeEmpty) {
  const TemporaryFolder folder;
  const std::string config = folder / "staircase.yaml";
  ASSERT_TRUE(ReplaceFile(config, std::string(kStaircaseRun) +
                                      "learner: {frames: 64, unroll: 8, "
                                      "batch: 8, evaluate_every: 0}\n")
                  .ok());
  const std::string run = folder / "run";
  const std::string out = folder / "out.safetensors";
  ASSERT_EQ(CallCommand({"train", config, "--run", run}, PartsWithStaircase())
                .exit_code,
            0);
  ASSERT_EQ(CallCommand({"beliefs", run, "--out", out, "--episodes", "5"},
                        PartsWithStaircase())
                .exit_code,
            0);
  const auto file = ReadTensorFile(out, "beliefs");
  ASSERT_TRUE(file.ok()) << file.status().message();
  const at::Tensor lengths = Read(*file, "lengths");
  const at::Tensor kinds = Read(*file, "kinds");
  const at::Tensor beliefs = Read(*file, "beliefs");
  const at::Tensor rewards = Read(*file, "rewards");
  const RandomStream seeds(HeldOutSeed(1), "world");
  EXPECT_EQ(beliefs.size(1), lengths.max().item<int64_t>());
  for (int64_t e = 0; e < 5; ++e) {
    const int64_t length = lengths[e].item<int64_t>();
    EXPECT_EQ(length, 1 + Staircase::Decisions(
                              seeds.SeedAt(static_cast<uint32_t>(e), 0)));
    EXPECT_EQ(kinds[e][0].item<int64_t>(), 0);
    EXPECT_GE(kinds[e][length - 1].item<int64_t>(), 2);
    // Step n brings the reward n.
    EXPECT_EQ(rewards[e][length - 1].item<double>(),
              static_cast<double>(length - 1));
    EXPECT_NE(beliefs[e][length - 1].abs().sum().item<double>(), 0);
    for (const at::Tensor& sheet : {beliefs[e], rewards[e], kinds[e]}) {
      EXPECT_EQ(sheet.narrow(0, length, beliefs.size(1) - length)
                    .abs()
                    .sum()
                    .item<double>(),
                0);
    }
  }
}

TEST_F(BeliefsCommand, KeepsTheObservationsThatAreNamed) {
  const std::string run = NoiseRun();
  const std::string out = runs_ / "noise.safetensors";
  const Ended ended = Credo({"beliefs", run, "--out", out, "--episodes", "5",
                             "--observations", "tiles"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const auto file = ReadTensorFile(out, "beliefs");
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_THAT(Names(*file), AllOf(Contains("observations.tiles"),
                                  Contains("privileged.secret"),
                                  Not(Contains("observations.vector"))));
}

TEST_F(BeliefsCommand, RefusesWrongInput) {
  const std::string out = runs_ / "out.safetensors";
  const std::vector<std::vector<std::string>> wrong = {
      {"beliefs"},
      {"beliefs", run_},
      {"beliefs", "--out", out},
      {"beliefs", run_, "--out", out, "--episodes", "0"},
      {"beliefs", run_, "--out", out, "--episodes", "1000001"},
      {"beliefs", run_, "--out", out, "--seed", "-1"},
      {"beliefs", runs_ / "nothing", "--out", out},
      {"beliefs", run_, "--out", runs_ / "no/folder/out.safetensors"},
      {"beliefs", run_, "--out", run_},
      {"beliefs", run_, "--out", run_ + "/model.safetensors"},
      {"beliefs", run_, "--out", run_ + "/checkpoint.safetensors"},
      {"report", run_, "--out", run_ + "/metrics.jsonl"},
      {"beliefs", run_, "--out", run_ + "/config.yaml/out.safetensors"}};
  for (const std::vector<std::string>& arguments : wrong) {
    ExpectWrongInput(arguments, Not(""));
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(BeliefsCommand, RefusesAnObservationThatTheAgentDoesNotSee) {
  const std::string out = runs_ / "out.safetensors";
  for (const char* name : {"map", "veiw"}) {
    ExpectWrongInput(
        {"beliefs", run_, "--out", out, "--observations", name},
        AllOf(HasSubstr("'view'"), HasSubstr("'" + std::string(name) + "'")));
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(BeliefsCommand, RefusesADamagedModel) {
  FlipBit(run_ + "/model.safetensors", 40);
  ExpectWrongInput({"beliefs", run_, "--out", runs_ / "out.safetensors"},
                   HasSubstr(run_ + "/model.safetensors: "));
}

}  // namespace
}  // namespace credo
