// An evaluation is what the episodes of the held-out seed come to when each is
// lived on its own.

#include "agents/runs/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agents/runs/trainer.h"
#include "sdk/worlds/record_buffer.h"
#include "tests/agents/experiment.h"
#include "tests/agents/staircase.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::ElementsAre;

constexpr const char* kGoal =
    "world: {kind: grid, room: 3, task: goal, episode: 40, start: random}\n"
    "agent: {encoder: {kind: mlp, sizes: [8]}, core: {kind: lstm, size: 8}}\n";

Evaluation EvaluationOf(const Agent& agent, const EnvironmentFactory& worlds,
                        uint64_t seed, int64_t episodes, ActionSource source,
                        double reward_clip = 0) {
  auto evaluation =
      Evaluate(agent, worlds, seed, episodes, source, reward_clip);
  ThrowUnlessOk(evaluation.status());
  return *evaluation;
}

void ExpectEqual(const Interval& found, const Interval& expected) {
  EXPECT_EQ(found.mean, expected.mean);
  EXPECT_EQ(found.low, expected.low);
  EXPECT_EQ(found.high, expected.high);
}

class EvaluationTest : public testing::Test {
 protected:
  EvaluationTest()
      : experiment_(kGoal),
        worlds_(MakeWorldFactory(experiment_.options(), parts_)) {}

  const Parts parts_ = BuiltInParts();
  Experiment experiment_;
  EnvironmentFactory worlds_;
};

// The return of one episode in one world, with draws by the contract of
// VectorEnvironment.
double LiveByHand(Environment& world, uint64_t seed, uint32_t episode) {
  RecordBuffer buffer(world.spec(), 1);
  RecordWriter writer(world.spec());
  writer.Open(buffer.rows(), 0, /*first=*/true);
  world.Reset(RandomStream(seed, "world").SeedAt(episode, 0), writer);
  ThrowUnlessOk(writer.Close());
  double sum = 0;
  for (uint64_t frame = 0; !IsLast(buffer.kind()); ++frame) {
    Draws draws = RandomStream(seed, "scripted").At(episode, frame);
    float action = 0;
    world.ScriptedAction(draws, std::span(&action, 1));
    writer.Open(buffer.rows(), 0, /*first=*/false);
    world.Step(std::span(&action, 1), writer);
    ThrowUnlessOk(writer.Close());
    sum += buffer.reward();
  }
  return sum;
}

TEST_F(EvaluationTest, OfTheScriptedPolicyIsALoopOverOneWorld) {
  // More than one group of characters.
  auto world = worlds_();
  ThrowUnlessOk(world.status());
  std::vector<double> returns;
  for (uint32_t episode = 0; episode < 70; ++episode) {
    returns.push_back(LiveByHand(**world, HeldOutSeed(5), episode));
  }
  ASSERT_GT(*std::ranges::max_element(returns), 1);
  const Evaluation evaluation = EvaluationOf(
      experiment_.agent(), worlds_, 5, 70, ActionSource::kScripted);
  ExpectEqual(evaluation.episode_return, BootstrapMean(returns, 5));
  EXPECT_EQ(evaluation.length, 40);
  EXPECT_EQ(evaluation.episodes, 70);
  EXPECT_EQ(evaluation.seed, 5u);
  EXPECT_EQ(evaluation.source, ActionSource::kScripted);
  EXPECT_GT(evaluation.frames_per_second, 0);
}

TEST_F(EvaluationTest, LivesTheEpisodesThatTablesRecord) {
  for (const ActionSource source :
       {ActionSource::kPolicy, ActionSource::kGreedy}) {
    auto groups = RecordEpisodes(experiment_.agent(), worlds_, 5, 70, source,
                                 1);
    ThrowUnlessOk(groups.status());
    std::vector<double> returns;
    for (const EpisodeGroup& group : *groups) {
      for (int64_t b = 0; b < group.size(); ++b) {
        returns.push_back(group.Return(b));
      }
    }
    ExpectEqual(EvaluationOf(experiment_.agent(), worlds_, 5, 70, source, 1)
                    .episode_return,
                BootstrapMean(returns, 5));
  }
}

TEST_F(EvaluationTest, OtherSeedsLiveOtherEpisodes) {
  const auto mean = [&](uint64_t seed) {
    return EvaluationOf(experiment_.agent(), worlds_, seed, 50,
                        ActionSource::kPolicy)
        .episode_return.mean;
  };
  EXPECT_EQ(mean(1), mean(1));
  EXPECT_NE(mean(1), mean(2));
}

TEST_F(EvaluationTest, DependsOnTheAgent) {
  const auto mean = [&](ActionSource source) {
    return EvaluationOf(experiment_.agent(), worlds_, 1, 50, source)
        .episode_return.mean;
  };
  const double policy = mean(ActionSource::kPolicy);
  const double scripted = mean(ActionSource::kScripted);
  torch::NoGradGuard no_grad;
  experiment_.learner().parameters().values().mul_(-3);
  EXPECT_NE(mean(ActionSource::kPolicy), policy);
  EXPECT_EQ(mean(ActionSource::kScripted), scripted);
}

// --- A world whose episodes are known ---

TEST(StaircaseEvaluation, CountsEveryRewardOfEveryEpisodeUnclipped) {
  Experiment experiment(kStaircaseRun, PartsWithStaircase());
  const RandomStream seeds(HeldOutSeed(9), "world");
  std::vector<double> returns;
  double decisions = 0;
  for (uint32_t episode = 0; episode < 100; ++episode) {
    const auto n =
        static_cast<double>(Staircase::Decisions(seeds.SeedAt(episode, 0)));
    returns.push_back(n * (n + 1) / 2);
    decisions += n;
  }
  const Evaluation evaluation =
      EvaluationOf(experiment.agent(), StaircaseFactory(), 9, 100,
                   ActionSource::kPolicy, /*reward_clip=*/1);
  ExpectEqual(evaluation.episode_return, BootstrapMean(returns, 9));
  EXPECT_DOUBLE_EQ(evaluation.length, decisions / 100);
}

TEST(StaircaseEvaluation, RefusesEpisodesThatAreTooLong) {
  Experiment experiment(kStaircaseRun, PartsWithStaircase());
  const RandomStream seeds(HeldOutSeed(9), "world");
  int64_t records = 0;
  for (uint32_t episode = 0; episode < 20; ++episode) {
    records =
        std::max(records, Staircase::Decisions(seeds.SeedAt(episode, 0)) + 1);
  }
  const auto evaluate = [&](int64_t longest) {
    return Evaluate(experiment.agent(), StaircaseFactory(), 9, 20,
                    ActionSource::kPolicy, 0, longest)
        .status();
  };
  EXPECT_TRUE(evaluate(records).ok());
  EXPECT_EQ(evaluate(records - 1).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(evaluate(records - 1).message(),
            EpisodeTooLong(records - 1).message());
}

TEST(StaircaseEvaluation, EndsInAWorldWithoutEnd) {
  Experiment experiment(kStaircaseRun, PartsWithStaircase());
  class Endless : public Staircase {
    void Step(std::span<const float>, RecordWriter& out) override {
      out.Floats(0)[0] = 0;
    }
  };
  const EnvironmentFactory endless =
      []() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Endless>());
  };
  EXPECT_EQ(Evaluate(experiment.agent(), endless, 9, 3, ActionSource::kPolicy,
                     0, 500)
                .status()
                .code(),
            StatusCode::kFailedPrecondition);
}

TEST(StaircaseEvaluation, EndsWhenItIsStopped) {
  Experiment experiment(kStaircaseRun, PartsWithStaircase());
  const std::atomic<int> stop{2};
  EXPECT_EQ(Evaluate(experiment.agent(), StaircaseFactory(), 9, 3,
                     ActionSource::kPolicy, 0, kLongestEpisode, &stop)
                .status()
                .code(),
            StatusCode::kCancelled);
}

// --- As JSON ---

TEST(EvaluationJson, HoldsTheNumbersOfTheStruct) {
  Evaluation evaluation{.episodes = 12,
                        .seed = 34,
                        .source = ActionSource::kGreedy,
                        .episode_return = {1.25, -0.5, 3.0000000000000004},
                        .length = 7.5,
                        .frames_per_second = 1e5};
  const std::string text = EvaluationToJson(evaluation);
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  const auto json = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  EXPECT_THAT(keys, ElementsAre("episodes", "seed", "actions", "return",
                                "return_low", "return_high", "length",
                                "frames_per_second"));
  EXPECT_EQ(json["episodes"], 12);
  EXPECT_EQ(json["seed"], 34);
  EXPECT_EQ(json["actions"], "greedy");
  EXPECT_EQ(json["return"].get<double>(), 1.25);
  EXPECT_EQ(json["return_low"].get<double>(), -0.5);
  EXPECT_EQ(json["return_high"].get<double>(), 3.0000000000000004);
  EXPECT_EQ(json["length"].get<double>(), 7.5);
  EXPECT_EQ(json["frames_per_second"].get<double>(), 1e5);
}

TEST(EvaluationJson, NamesWhatActed) {
  const auto actions = [](ActionSource source) {
    Evaluation evaluation;
    evaluation.source = source;
    return nlohmann::json::parse(EvaluationToJson(evaluation)).at("actions");
  };
  EXPECT_EQ(actions(ActionSource::kPolicy), "policy");
  EXPECT_EQ(actions(ActionSource::kScripted), "scripted");
}

// --- While a run is trained ---

// The evaluations of a run of ten updates: (update, return). `heard` is called
// after each logged update.
std::map<int64_t, double> EvaluationsOf(
    const std::string& more,
    const std::function<void(const Trainer&, const Progress&)>& heard = {}) {
  const Parts parts = BuiltInParts();
  const auto options = ReadExperiment(
      std::string(kGoal) +
          "learner: {frames: 640, unroll: 8, batch: 8, learning_rate: 0.02, "
          "warmup: 0, evaluate_episodes: 20" +
          more,
      parts);
  auto trainer = Trainer::Make(*options, parts);
  ThrowUnlessOk(trainer.status());
  const TemporaryFolder folder;
  const std::atomic<int> stop{0};
  std::map<int64_t, double> evaluations;
  ThrowUnlessOk((*trainer)->Run(
      RunFolder(folder.path()), stop, [&](const Progress& progress) {
        for (const Metric& metric : progress.metrics) {
          if (metric.name == "eval.return") {
            evaluations[progress.update] = metric.value;
          }
        }
        if (heard) heard(**trainer, progress);
      }));
  return evaluations;
}

std::vector<int64_t> Updates(const std::map<int64_t, double>& evaluations) {
  std::vector<int64_t> updates;
  for (const auto& [update, value] : evaluations) updates.push_back(update);
  return updates;
}

TEST(TrainingEvaluation, ComesAsOftenAsAskedForAndAtTheEnd) {
  EXPECT_THAT(Updates(EvaluationsOf(", evaluate_every: 4}\n")),
              ElementsAre(4, 8, 10));
  EXPECT_THAT(Updates(EvaluationsOf(", evaluate_every: 100}\n")),
              ElementsAre(10));
}

TEST(TrainingEvaluation, IsOfTheAgentAsItIsThenOnHeldOutEpisodes) {
  const Parts parts = BuiltInParts();
  const auto options = ReadExperiment(kGoal, parts);
  const EnvironmentFactory worlds = MakeWorldFactory(*options, parts);
  std::vector<double> expected;
  const std::map<int64_t, double> found = EvaluationsOf(
      ", evaluate_every: 5}\nseed: 6\n",
      [&](const Trainer& trainer, const Progress&) {
        expected.push_back(EvaluationOf(trainer.learner().agent(), worlds, 6,
                                        20, ActionSource::kPolicy, 1)
                               .episode_return.mean);
      });
  ASSERT_EQ(expected.size(), 2u);
  EXPECT_EQ(found.at(5), expected[0]);
  EXPECT_EQ(found.at(10), expected[1]);
  EXPECT_NE(expected[0], expected[1]);
}

TEST(TrainingEvaluation, IsSwitchedOffByZero) {
  EXPECT_THAT(Updates(EvaluationsOf(", evaluate_every: 0}\n")), ElementsAre());
}

TEST(TrainingEvaluation, IsNotThereWhereActionsAreScripted) {
  EXPECT_THAT(
      Updates(EvaluationsOf(", evaluate_every: 1}\nactions: scripted\n")),
      ElementsAre());
}

TEST(TrainingEvaluation, ChangesNoBitOfTheRun) {
  const auto model = [](const std::string& more) {
    std::string bytes;
    EvaluationsOf(more, [&](const Trainer& trainer, const Progress&) {
      bytes = trainer.Model();
    });
    return bytes;
  };
  EXPECT_EQ(model(", evaluate_every: 1}\n"), model(", evaluate_every: 0}\n"));
}

}  // namespace
}  // namespace credo
