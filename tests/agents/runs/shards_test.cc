// What several threads learn together is what one learns alone.
#include "agents/runs/shards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "agents/runs/trainer.h"
#include "tests/agents/experiment.h"
#include "tests/agents/trainer_run.h"

namespace credo {
namespace {

constexpr int64_t kUpdates = 50;

struct Losses {
  std::string name;
  std::string more;
  std::string learner;

  static std::string Name(const testing::TestParamInfo<Losses>& info) {
    return info.param.name;
  }
  friend void PrintTo(const Losses& value, std::ostream* out) {
    *out << value.name;
  }
};

std::string SharedYaml(const Losses& losses, int64_t shards) {
  return "world: {kind: grid, room: 3, task: goal, episode: 5}\n"
         "agent: {encoder: {kind: mlp, sizes: [16], standardise: 4},"
         " core: {kind: lstm, size: 10, memory: {kind: kanerva, rows: 6,"
         " width: 6}}}\n"
         "probing: {hidden: [16], every: 2}\n"
         "learner: {frames: " +
         std::to_string(kUpdates * 8 * 8) +
         ", unroll: 8, batch: 8, actor_group: 1, log_every: 1,"
         " learning_rate: 0.001, evaluate_every: 0, shards: " +
         std::to_string(shards) + losses.learner + "}\n" + losses.more;
}

// A run with `shards` shards, and the metrics of each update.
struct SharedRun : TrainerRun {
  SharedRun(const Losses& losses, int64_t shards)
      : TrainerRun(SharedYaml(losses, shards)) {}

  Status Until(int64_t updates) {
    return TrainerRun::Until(updates, [&](const Progress& progress) {
      std::map<std::string, double>& told = metrics.emplace_back();
      for (const Metric& metric : progress.metrics) {
        told[metric.name] = metric.value;
      }
    });
  }

  std::vector<std::map<std::string, double>> metrics;
};

bool IsOfTheMachine(const std::string& name) {
  return name.starts_with("time.") || name == "frames_per_second";
}

class ShardsTest : public testing::TestWithParam<Losses> {};

const std::string kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, size: 8, scheme: "
    "pairs, decoder: ";

INSTANTIATE_TEST_SUITE_P(
    Losses, ShardsTest,
    testing::Values(
        Losses{"policy", "probes: [{kind: cells, target: map}]\n", ""},
        Losses{"policy_without_lag", "", ", lag: 0"},
        Losses{"deterministic", kSimcore + "{kind: deterministic}}]\n", ""},
        Losses{"latent", "actions: scripted\n" + kSimcore +
                             "{kind: latent, hidden: [16], latents: 4}}]\n",
               ""},
        Losses{"cpc_of_frames",
               "actions: scripted\n" + kSimcore + "{kind: cpc}}]\n", ""},
        Losses{"cpc_of_encodings",
               kSimcore + "{kind: cpc, target: encoding}}]\n", ""},
        Losses{"oracle",
               "actions: scripted\noracle: true\n"
               "probes: [{kind: cells, target: map}]\n",
               ""}),
    Losses::Name);

TEST_P(ShardsTest, LearnWhatOneLearns) {
  SharedRun alone(GetParam(), 1);
  ASSERT_TRUE(alone.Until(kUpdates).ok());
  for (const int64_t shards : {2, 4, 8}) {
    SharedRun run(GetParam(), shards);
    ASSERT_TRUE(run.Until(kUpdates).ok());
    ASSERT_EQ(run.metrics.size(), alone.metrics.size());
    for (size_t update = 0; update < run.metrics.size(); ++update) {
      for (const auto& [name, value] : alone.metrics[update]) {
        if (!name.starts_with("loss.") && name != "gradient.norm" &&
            !name.ends_with(".multiplier") && !name.ends_with(".constraint")) {
          continue;
        }
        ASSERT_TRUE(run.metrics[update].contains(name)) << name;
        EXPECT_NEAR(run.metrics[update].at(name), value,
                    1e-5 * std::max(1.0, std::abs(value)))
            << name << " of update " << update << " with " << shards;
      }
    }
  }
}

TEST_P(ShardsTest, EndInTheSameBytesTwice) {
  SharedRun one(GetParam(), 2);
  SharedRun two(GetParam(), 2);
  ASSERT_TRUE(one.Until(kUpdates).ok());
  ASSERT_TRUE(two.Until(kUpdates).ok());
  EXPECT_EQ(one.trainer->Checkpoint(), two.trainer->Checkpoint());
  for (size_t update = 0; update < one.metrics.size(); ++update) {
    for (const auto& [name, value] : one.metrics[update]) {
      if (IsOfTheMachine(name)) continue;
      EXPECT_EQ(two.metrics[update].at(name), value) << name;
    }
  }
}

TEST_P(ShardsTest, StayEqualToTheBit) {
  SharedRun run(GetParam(), 2);
  ASSERT_TRUE(run.Until(7).code() == StatusCode::kCancelled);
  const auto learned = [&](int64_t i) {
    TensorFile file;
    file.content = "test";
    run.trainer->shards()[i].learner().Save("", file);
    return SerializeTensorFile(file);
  };
  EXPECT_EQ(learned(0), learned(1));
}

TEST_P(ShardsTest, GoOnWithTheSameOrAnotherNumber) {
  SharedRun whole(GetParam(), 2);
  ASSERT_TRUE(whole.Until(kUpdates).ok());
  SharedRun first(GetParam(), 2);
  ASSERT_EQ(first.Until(20).code(), StatusCode::kCancelled);
  const std::string checkpoint = first.trainer->Checkpoint();
  SharedRun same(GetParam(), 2);
  ASSERT_TRUE(same.Restore(checkpoint).ok());
  ASSERT_TRUE(same.Until(kUpdates).ok());
  EXPECT_EQ(same.trainer->Checkpoint(), whole.trainer->Checkpoint());
  SharedRun alone(GetParam(), 1);
  const Status restored = alone.Restore(checkpoint);
  ASSERT_TRUE(restored.ok()) << restored.message();
  EXPECT_EQ(alone.trainer->Checkpoint(), checkpoint);
  ASSERT_TRUE(alone.Until(kUpdates).ok());
  for (const auto& [name, value] : whole.metrics.back()) {
    if (!name.starts_with("loss.")) continue;
    EXPECT_NEAR(alone.metrics.back().at(name), value,
                1e-5 * std::max(1.0, std::abs(value)))
        << name;
  }
}

TEST(ShardGroupTest, SumsInTheOrderOfMembersAndGathers) {
  LearnsAlone outer;
  const auto members = ShardGroup::Make(3, outer);
  std::vector<at::Tensor> numbers, gathered(3);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) numbers.push_back(torch::full({7}, i + 0.25));
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      gathered[i] = members[i]->Gather(torch::full({2}, i, torch::kByte));
      members[i]->Sum(numbers[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(at::equal(numbers[i], torch::full({7}, 3.75)));
    EXPECT_TRUE(at::equal(
        gathered[i],
        torch::tensor({0, 0, 1, 1, 2, 2}, torch::kByte).view({3, 2})));
    EXPECT_EQ(members[i]->member(), i);
    EXPECT_EQ(members[i]->size(), 3);
  }
}

TEST(ShardGroupTest, WhoWaitsForOneThatLeftIsTold) {
  LearnsAlone outer;
  const auto members = ShardGroup::Make(2, outer);
  std::thread leaver([&] { members[1]->Leave("the other threw"); });
  EXPECT_THROW(members[0]->Sum(torch::zeros({1})), std::runtime_error);
  leaver.join();
  EXPECT_THROW(members[0]->Sum(torch::zeros({1})), std::runtime_error);
  members[0]->Rejoin();
  std::thread other([&] { members[1]->Sum(torch::ones({1})); });
  const at::Tensor sum = torch::ones({1});
  members[0]->Sum(sum);
  other.join();
  EXPECT_EQ(sum.item<float>(), 2);
}

TEST(ShardOptionsTest, OptionsThatDoNotDivideAreNamed) {
  const Parts parts = BuiltInParts();
  const auto problem = [&](const std::string& learner) -> std::string {
    try {
      (void)ReadExperiment("world: {kind: grid}\nlearner: {" + learner + "}\n",
                           parts);
      return "";
    } catch (const std::exception& error) {
      return error.what();
    }
  };
  EXPECT_EQ(problem("batch: 16, shards: 2"), "");
  EXPECT_THAT(problem("batch: 16, shards: 3"),
              testing::HasSubstr("learner.shards"));
  EXPECT_THAT(problem("batch: 24, actor_group: 8, shards: 2"),
              testing::HasSubstr("learner.shards"));
  // Another number could not go on with its groups.
  EXPECT_THAT(problem("batch: 16, actor_group: 8, shards: 4"),
              testing::HasSubstr("learner.shards"));
}

}  // namespace
}  // namespace credo
