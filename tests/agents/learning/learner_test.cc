#include "agents/learning/learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sdk/tensor/precision.h"
#include "tests/agents/experiment.h"
#include "tests/agents/fakes.h"

namespace credo {
namespace {

using testing::IsEmpty;
using testing::Not;

// A small agent with every learned part, in a world with something to probe and
// something to find.
std::string Small(const std::string& more) {
  return "world: {kind: grid, room: 3, task: goal, episode: 5}\n"
         "agent:\n"
         "  encoder: {kind: mlp, sizes: [12]}\n"
         "  core: {kind: lstm, size: 10, memory: {kind: addressed, slots: 4, "
         "width: 5, value_hidden: 6}}\n"
         "  head_hidden: [9]\n"
         "learner: {unroll: 8, batch: 6, actor_group: 3}\n" +
         more;
}

constexpr const char* kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, size: 8}]\n";
constexpr const char* kWeightlessSimcore =
    "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, size: 8, "
    "weight: 0}]\n";
constexpr const char* kScripted = "actions: scripted\n";
constexpr const char* kProbes =
    "probes: [{kind: cells, target: map}, {kind: class, target: pose.cell}]\n";

// ---- What each loss reaches: Adam leaves a weight without gradient alone, bit
// for bit.

struct Step {
  Weights before;
  Weights after;
  Weights probes_before;
  Weights probes_after;

  std::vector<std::string> Left(const std::string& prefix) const {
    return Alike(before, after, prefix);
  }
  std::vector<std::string> Moved(const std::string& prefix) const {
    return Unlike(before, after, prefix);
  }
};

Step OneUpdate(const std::string& more) {
  Experiment experiment(Small(more));
  Learner& learner = experiment.learner();
  Step step;
  step.before = CopyOf(learner.parameters());
  if (learner.probes()) {
    step.probes_before = CopyOf(learner.probes()->parameters());
  }
  experiment.ActAndLearn();
  EXPECT_EQ(learner.skipped(), 0);
  step.after = CopyOf(learner.parameters());
  if (learner.probes()) {
    step.probes_after = CopyOf(learner.probes()->parameters());
  }
  return step;
}

TEST(GradientRouting, TheSimulatorsLossReachesEncoderCoreAndMemory) {
  const Step step = OneUpdate(std::string(kScripted) + kSimcore);
  EXPECT_THAT(step.Left("agent.encoder."), IsEmpty());
  EXPECT_THAT(step.Left("agent.core.lstm."), IsEmpty());
  EXPECT_THAT(step.Left("agent.core.memory."), IsEmpty());
  EXPECT_THAT(step.Left("auxiliary."), IsEmpty());
}

TEST(GradientRouting, TheSimulatorsLossReachesNoHead) {
  const Step step = OneUpdate(std::string(kScripted) + kSimcore);
  EXPECT_THAT(step.Moved("agent.policy."), IsEmpty());
  EXPECT_THAT(step.Moved("agent.value."), IsEmpty());
}

TEST(GradientRouting, TheLossOfActingReachesTheWholeAgent) {
  EXPECT_THAT(OneUpdate(kWeightlessSimcore).Left("agent."), IsEmpty());
}

TEST(GradientRouting, TheLossOfActingReachesNoSimulatorAndNoDecoder) {
  const Step step = OneUpdate(kWeightlessSimcore);
  EXPECT_THAT(step.Moved("auxiliary."), IsEmpty());
  ASSERT_THAT(step.Left("auxiliary.0.simcore.decoder."), Not(IsEmpty()));
}

TEST(GradientRouting, ProbesReachNothingOfTheAgent) {
  const Step step = OneUpdate(std::string(kScripted) + kProbes);
  EXPECT_THAT(step.Moved(""), IsEmpty());
  EXPECT_THAT(Alike(step.probes_before, step.probes_after, ""), IsEmpty());
}

TEST(GradientRouting, ProbesOfAnOracleReachTheBeliefAndNoHead) {
  const Step step = OneUpdate(std::string(kScripted) + kProbes +
                              "oracle: true\n");
  EXPECT_THAT(step.Left("agent.encoder."), IsEmpty());
  EXPECT_THAT(step.Left("agent.core."), IsEmpty());
  EXPECT_THAT(step.Moved("agent.policy."), IsEmpty());
  EXPECT_THAT(step.Moved("agent.value."), IsEmpty());
  EXPECT_THAT(Alike(step.probes_before, step.probes_after, ""), IsEmpty());
}

// ---- Probes watch.

class ProbesOnAndOff : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Actions, ProbesOnAndOff,
                         testing::Values("policy", "scripted"),
                         [](const auto& info) { return info.param; });

TEST_P(ProbesOnAndOff, LeaveTheSameWeights) {
  const std::string run = "actions: " + GetParam() + "\n" + kSimcore;
  Experiment without(Small(run));
  Experiment with(Small(run + kProbes));
  for (int n = 0; n < 6; ++n) {
    without.ActAndLearn();
    with.ActAndLearn();
  }
  EXPECT_TRUE(at::equal(with.learner().parameters().values(),
                        without.learner().parameters().values()));
}

TEST(Probes, RestWhenTheyAreSwitchedOff) {
  Experiment experiment(
      Small(std::string(kScripted) + kProbes + "probing: {every: 0}\n"));
  const Parameters& parameters = experiment.learner().probes()->parameters();
  const Weights before = CopyOf(parameters);
  const std::vector<Metric> metrics = experiment.ActAndLearn();
  EXPECT_THAT(Unlike(before, CopyOf(parameters), ""), IsEmpty());
  EXPECT_FALSE(HasMetric(metrics, "loss.probes"));
}

// ---- What encoders learn by looking.

TEST(Encoders, LookAtTheFramesOfTheFirstUpdatesAlone) {
  Experiment experiment(
      "world: {kind: city, room: 3, episode: 12}\nactions: scripted\n"
      "agent: {encoder: {kind: mlp, sizes: [5], standardise: 2}, core: {kind: "
      "lstm, size: 6}}\nlearner: {unroll: 8, batch: 4}\nauxiliary: [{kind: "
      "simcore, overshoot: 2, starts: 1, size: 4}]\n");
  const auto observed = [&](const std::string& name) {
    for (const Parameter& p : experiment.learner().parameters().list()) {
      if (p.name == "agent.encoder.view." + name) return p.value.clone();
    }
    throw std::runtime_error(name);
  };
  EXPECT_EQ(observed("mean").abs().max().item<float>(), 0);
  std::vector<at::Tensor> means;
  std::vector<at::Tensor> frames;
  for (int update = 0; update < 4; ++update) {
    const Unroll& unroll = experiment.Act();
    frames.push_back(
        unroll.observations["view"].flatten(0, 1).flatten(1).to(at::kFloat) /
        255.0);
    experiment.Learn();
    means.push_back(observed("mean"));
  }
  EXPECT_TRUE(at::allclose(means[0], frames[0].mean(0), 0, 1e-5));
  EXPECT_TRUE(
      at::allclose(means[1], at::cat({frames[0], frames[1]}).mean(0), 0, 1e-5));
  EXPECT_TRUE(at::allclose(observed("deviation"),
                           at::cat({frames[0], frames[1]}).std(0, false), 0,
                           1e-4));
  EXPECT_TRUE(at::equal(means[2], means[1]));
  EXPECT_TRUE(at::equal(means[3], means[1]));
}

TEST(Probes, TellHowOftenTheyAreRight) {
  Experiment experiment(Small(std::string(kScripted) + kProbes));
  std::vector<Metric> metrics;
  for (int n = 0; n < 30; ++n) metrics = experiment.ActAndLearn();
  int64_t told = 0;
  for (const Metric& metric : metrics) {
    if (!metric.name.starts_with("probes.")) continue;
    EXPECT_TRUE(metric.name.ends_with(".accuracy") ||
                metric.name.ends_with(".error"))
        << metric.name;
    EXPECT_GE(metric.value, 0) << metric.name;
    EXPECT_LE(metric.value, 1) << metric.name;
    ++told;
  }
  EXPECT_EQ(told, static_cast<int64_t>(
                      experiment.learner().probes()->heads().size()));
}

// ---- Lists of auxiliary tasks.

TEST(AuxiliaryTasks, NoneIsLegal) {
  Experiment experiment(Small("auxiliary: []\n"));
  EXPECT_TRUE(HasMetric(experiment.ActAndLearn(), "loss.rl"));
  EXPECT_EQ(experiment.learner().skipped(), 0);
}

TEST(AuxiliaryTasks, NoneAndNothingToActForLeavesTheAgentAlone) {
  const Step step = OneUpdate(std::string(kScripted) + "auxiliary: []\n");
  EXPECT_THAT(step.Moved(""), IsEmpty());
}

// The first update of a run begins with the same weights, whatever else is in
// the list: those of each part are drawn by its own name.
TEST(AuxiliaryTasks, TwoAtOnceEachCostWhatTheyCostAlone) {
  const std::string far = "{kind: simcore, overshoot: 5, starts: 2, size: 8}";
  const std::string near =
      "{kind: simcore, overshoot: 1, decoder: {kind: mean_frame}}";
  const auto first = [](const std::string& list) {
    return Experiment(Small("auxiliary: [" + list + "]\n")).ActAndLearn();
  };
  const std::vector<Metric> both = first(far + ", " + near);
  const std::vector<Metric> alone = first(far);
  EXPECT_EQ(MetricOf(both, "loss.auxiliary.0.simcore"),
            MetricOf(alone, "loss.auxiliary.0.simcore"));
  EXPECT_EQ(MetricOf(both, "loss.rl"), MetricOf(alone, "loss.rl"));
  EXPECT_GT(MetricOf(both, "loss.auxiliary.1.simcore"), 0);
  EXPECT_GT(MetricOf(both, "gradient.auxiliary.0.simcore"), 0);
}

// Each of these losses is the sum of the beliefs, weighted.
AuxiliaryTaskPart SumOfBeliefs(const std::string& name, double weight) {
  return FakeTask(name, [weight](const LearnerBatch& batch,
                                 const UpdateContext&) -> LossTerms {
    return {batch.beliefs.sum() * weight, {}};
  });
}

double GradientNorm(const std::string& list) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(SumOfBeliefs("once", 1));
  parts.tasks.push_back(SumOfBeliefs("twice", 2));
  Experiment experiment(
      Small(std::string(kScripted) + "auxiliary: [" + list + "]\n"),
      std::move(parts));
  return MetricOf(experiment.ActAndLearn(), "gradient.norm");
}

TEST(AuxiliaryTasks, GradientsAdd) {
  const double once = GradientNorm("{kind: once}");
  EXPECT_GT(once, 0);
  EXPECT_NEAR(GradientNorm("{kind: once}, {kind: twice}"), 3 * once,
              1e-4 * once);
  EXPECT_NEAR(GradientNorm("{kind: once}, {kind: once}"), 2 * once,
              1e-4 * once);
}

TEST(AuxiliaryTasks, TheGradientNormOfALossIsThatAtTheBelief) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(SumOfBeliefs("twice", 2));
  Experiment experiment(
      Small(std::string(kScripted) + "auxiliary: [{kind: twice}]\n"),
      std::move(parts));
  const std::vector<Metric> metrics = experiment.ActAndLearn();
  // 9 records of 6 characters, 2 * 10 numbers of the LSTM, 4 * 5 of the memory.
  const double numbers = 9 * 6 * (2 * 10 + 4 * 5);
  EXPECT_NEAR(MetricOf(metrics, "gradient.auxiliary.0.twice"),
              2 * std::sqrt(numbers), 1e-3);
}

TEST(AuxiliaryTasks, AMisfitIsNamedByItsPlaceInTheList) {
  const auto make = [](const std::string& more) {
    const Parts parts = BuiltInParts();
    const auto options = ReadExperiment(Small(more), parts);
    auto world = MakeWorldFactory(*options, parts)();
    return Learner::Make(*options, parts, (*world)->spec()).status();
  };
  EXPECT_EQ(make("auxiliary: [{kind: simcore, overshoot: 2}, "
                 "{kind: simcore, overshoot: 9}]\n")
                .message(),
            "auxiliary[1]: overshoot: expected at most learner.unroll (8), "
            "found 9");
  EXPECT_EQ(make("auxiliary: [{kind: simcore, overshoot: 2, starts: 9}]\n")
                .message(),
            "auxiliary[0]: starts: expected at most learner.unroll (8), found "
            "9");
  EXPECT_EQ(make("probes: [{kind: cells, target: map}]\n"
                 "probing: {times: 10}\n")
                .message(),
            "probing: times: expected at most learner.unroll + 1 (9), found "
            "10");
  EXPECT_THAT(make("probes: [{kind: cells, target: view}]\n").message(),
              testing::StartsWith("probes[0]: target: expected a privileged"));
}

// ---- Gradients that are no numbers.

// Spoils the gradient of update `bad`.
Parts WithPoison(int64_t bad, double factor) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(
      FakeTask("poison", [bad, factor](const LearnerBatch& batch,
                                       const UpdateContext& context) {
        return LossTerms{batch.beliefs.sum() *
                             (context.update == bad ? factor : 0.0),
                         {}};
      }));
  return parts;
}

class NotFinite : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(
    Gradients, NotFinite,
    testing::Values(std::numeric_limits<double>::quiet_NaN(),
                    std::numeric_limits<double>::infinity()));

TEST_P(NotFinite, StepsAreSkippedAndCounted) {
  Experiment experiment(
      Small("auxiliary: [{kind: simcore, overshoot: 3}, {kind: poison}]\n"),
      WithPoison(1, GetParam()));
  Learner& learner = experiment.learner();
  experiment.ActAndLearn();
  EXPECT_EQ(learner.skipped(), 0);

  const Weights before = CopyOf(learner.parameters());
  experiment.ActAndLearn();
  EXPECT_EQ(learner.skipped(), 1);
  EXPECT_THAT(Unlike(before, CopyOf(learner.parameters()), ""), IsEmpty());

  // The run goes on as if nothing had been.
  const std::vector<Metric> next = experiment.ActAndLearn();
  EXPECT_EQ(learner.skipped(), 1);
  EXPECT_TRUE(std::isfinite(MetricOf(next, "loss.rl")));
  EXPECT_THAT(Alike(before, CopyOf(learner.parameters()), "agent."),
              IsEmpty());
  EXPECT_TRUE(
      learner.parameters().values().isfinite().all().item<bool>());
}

TEST(Learner, AnUpdateIsAFunctionOfSeedAndUnroll) {
  const std::string run = std::string(kSimcore) + kProbes;
  Experiment one(Small(run));
  Experiment other(Small(run));
  for (int n = 0; n < 3; ++n) {
    one.ActAndLearn();
    other.ActAndLearn();
  }
  EXPECT_TRUE(at::equal(one.learner().parameters().values(),
                        other.learner().parameters().values()));
  Experiment reseeded(Small("seed: 2\n" + run));
  reseeded.ActAndLearn();
  EXPECT_FALSE(at::equal(reseeded.learner().parameters().values(),
                         one.learner().parameters().values()));
}

// ---- It learns.

// What layers round moves a whole update's gradient by no more than this.
TEST(Learner, Bf16MovesLossesAndGradientsByTwoPercent) {
  if (!HasBf16()) GTEST_SKIP() << "this processor has no bf16";
  const auto update = [](const std::string& precision) {
    std::string yaml = Small(std::string(kScripted) + kSimcore);
    yaml.replace(yaml.find("unroll: 8"), 0, "precision: " + precision + ", ");
    return Experiment(yaml).ActAndLearn();
  };
  const std::vector<Metric> exact = update("f32");
  const std::vector<Metric> rounded = update("bf16");
  for (const char* name : {"loss.auxiliary.0.simcore",
                           "gradient.auxiliary.0.simcore", "gradient.norm"}) {
    const double expected = MetricOf(exact, name);
    EXPECT_NEAR(MetricOf(rounded, name), expected, 0.02 * expected) << name;
    EXPECT_NE(MetricOf(rounded, name), expected) << name;
  }
}

TEST(Learner, UpdatesLowerTheSimulatorsLossAndOpenTheGap) {
  Experiment experiment(
      "world: {kind: grid, room: 4, episode: 24}\n"
      "actions: scripted\n"
      "agent:\n"
      "  encoder: {kind: mlp, sizes: [32]}\n"
      "  core: {kind: lstm, size: 32, reward_input: false, memory: "
      "{kind: addressed, slots: 16, width: 16}}\n"
      "auxiliary: [{kind: simcore, overshoot: 6, starts: 4, size: 32, "
      "decoder: {kind: deterministic, hidden: [64]}}]\n"
      "learner: {frames: 76800, unroll: 16, batch: 16, warmup: 10, "
      "learning_rate: 0.005}\n");
  constexpr int kUpdates = 300;
  constexpr int kTenth = kUpdates / 10;
  double first_loss = 0;
  double first_gap = 0;
  double last_loss = 0;
  double last_gap = 0;
  for (int n = 0; n < kUpdates; ++n) {
    const std::vector<Metric> metrics = experiment.ActAndLearn();
    const double loss = MetricOf(metrics, "loss.auxiliary.0.simcore") / kTenth;
    const double gap = MetricOf(metrics, "auxiliary.0.simcore.gap") / kTenth;
    if (n < kTenth) {
      first_loss += loss;
      first_gap += gap;
    } else if (n >= kUpdates - kTenth) {
      last_loss += loss;
      last_gap += gap;
    }
  }
  EXPECT_LT(last_loss, 0.8 * first_loss);
  // T5: states of another start explain a frame worse, and ever more so.
  EXPECT_GT(last_gap, 1.0);
  EXPECT_GT(last_gap, 2 * first_gap);
}

}  // namespace
}  // namespace credo
