#include "agents/runs/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "tests/agents/experiment.h"
#include "tests/agents/trainer_run.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

constexpr int64_t kFrames = 576;  // of twelve updates

// `more` is YAML, `learner` further keys of learner. Episodes are not in step
// with unrolls, so that states are carried on.
std::string Yaml(const std::string& more, const std::string& learner = "",
                 int64_t frames = kFrames) {
  return "world: {kind: grid, room: 3, task: goal, episode: 5}\n"
         "agent: {core: {kind: lstm, size: 10, memory: {kind: addressed, "
         "slots: 4, width: 5}}}\n"
         "learner: {frames: " +
         std::to_string(frames) +
         ", unroll: 8, batch: 6, actor_group: 2, log_every: 1" + learner +
         "}\nprobing: {hidden: [16]}\n" + more;
}

struct ShortRun : TrainerRun {
  explicit ShortRun(const std::string& more, const std::string& learner = "",
                    int64_t frames = kFrames)
      : TrainerRun(Yaml(more, learner, frames)) {}

  void ToTheEnd() { ThrowUnlessOk(Until(trainer->updates() + 1)); }
};

struct Configuration {
  std::string name;
  std::string more;
  std::string learner;

  static std::string Name(const testing::TestParamInfo<Configuration>& info) {
    return info.param.name;
  }
  friend void PrintTo(const Configuration& value, std::ostream* out) {
    *out << value.name;
  }
};

const std::string kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, size: 8}]\n";
const std::string kProbes = "probes: [{kind: cells, target: map}]\n";

class TrainerTest : public testing::TestWithParam<Configuration> {
 protected:
  static ShortRun Make(const std::string& learner = "",
                       int64_t frames = kFrames) {
    return ShortRun(GetParam().more, GetParam().learner + learner, frames);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Configurations, TrainerTest,
    testing::Values(
        Configuration{"scripted_simulator",
                      "actions: scripted\n" + kSimcore + kProbes, ""},
        Configuration{"scripted_simulator_without_lag",
                      "actions: scripted\n" + kSimcore, ", lag: 0"},
        Configuration{"policy", kProbes, ""},
        Configuration{"policy_without_lag", "", ", lag: 0"},
        Configuration{"policy_and_simulator", kSimcore + kProbes, ""},
        Configuration{"oracle", "actions: scripted\noracle: true\n" + kProbes,
                      ""}),
    Configuration::Name);

TEST_P(TrainerTest, ThreadsChangeNoBit) {
  ShortRun none = Make(", actor_threads: 0");
  none.ToTheEnd();
  for (const char* threads : {", actor_threads: 1", ", actor_threads: 3"}) {
    ShortRun run = Make(threads);
    run.ToTheEnd();
    EXPECT_EQ(run.trainer->Model(), none.trainer->Model()) << threads;
    EXPECT_EQ(run.trainer->Checkpoint(), none.trainer->Checkpoint())
        << threads;
  }
}

TEST_P(TrainerTest, AResumedRunEndsInTheSameBytes) {
  ShortRun whole = Make();
  whole.ToTheEnd();
  for (const int64_t stop : {0, 1, 5, 11}) {
    ShortRun first = Make();
    ASSERT_EQ(first.Until(stop).code(), StatusCode::kCancelled);
    ASSERT_EQ(first.trainer->update(), stop);
    ShortRun rest = Make();
    const Status restored = rest.Restore(first.trainer->Checkpoint());
    ASSERT_TRUE(restored.ok()) << restored.message();
    EXPECT_EQ(rest.trainer->update(), stop);
    rest.ToTheEnd();
    EXPECT_EQ(rest.trainer->Model(), whole.trainer->Model())
        << "stopped after " << stop << " updates";
    EXPECT_EQ(rest.trainer->Checkpoint(), whole.trainer->Checkpoint())
        << "stopped after " << stop << " updates";
  }
}

TEST_P(TrainerTest, ARunMayBeResumedManyTimes) {
  ShortRun whole = Make();
  whole.ToTheEnd();
  std::string checkpoint = Make().trainer->Checkpoint();
  for (int64_t stop = 3; stop < 12; stop += 3) {
    ShortRun part = Make();
    ThrowUnlessOk(part.Restore(checkpoint));
    ASSERT_EQ(part.Until(stop).code(), StatusCode::kCancelled);
    checkpoint = part.trainer->Checkpoint();
  }
  ShortRun last = Make();
  ThrowUnlessOk(last.Restore(checkpoint));
  last.ToTheEnd();
  EXPECT_EQ(last.trainer->Model(), whole.trainer->Model());
}

// Where the learning rate does not depend on the end.
TEST_P(TrainerTest, AFinishedRunGoesOnWhenItIsGivenMoreFrames) {
  ShortRun whole = Make(", flat: 1", 960);
  whole.ToTheEnd();
  ShortRun first = Make(", flat: 1", kFrames);
  first.ToTheEnd();
  ShortRun more = Make(", flat: 1", 960);
  ThrowUnlessOk(more.Restore(first.trainer->Checkpoint()));
  more.ToTheEnd();
  EXPECT_EQ(more.trainer->Model(), whole.trainer->Model());
}

TEST_P(TrainerTest, ACheckpointReadsBackToItself) {
  ShortRun run = Make();
  ASSERT_EQ(run.Until(4).code(), StatusCode::kCancelled);
  ShortRun copy = Make();
  ThrowUnlessOk(copy.Restore(run.trainer->Checkpoint()));
  EXPECT_EQ(copy.trainer->Checkpoint(), run.trainer->Checkpoint());
}

TEST_P(TrainerTest, LoggingChangesNoBit) {
  ShortRun often = Make();
  often.ToTheEnd();
  ShortRun quiet = Make();
  quiet.options->learner.log_every = 1000;
  quiet.ToTheEnd();
  EXPECT_EQ(quiet.trainer->Model(), often.trainer->Model());
}

TEST(Trainer, LearnsFromAsManyFramesAsAskedFor) {
  ShortRun run("actions: scripted\n");
  EXPECT_EQ(run.trainer->updates(), 12);
  run.ToTheEnd();
  EXPECT_EQ(run.trainer->update(), 12);
  EXPECT_EQ(run.trainer->frames(), 576);
}

TEST(Trainer, APartOfAnUnrollIsAWholeUpdate) {
  EXPECT_EQ(ShortRun("", "", 577).trainer->updates(), 13);
}

TEST(Trainer, OtherSeedsEndInOtherModels) {
  std::set<std::string> models;
  for (const char* seed : {"seed: 1\n", "seed: 2\n", "seed: 3\n"}) {
    ShortRun run(seed + kSimcore);
    run.ToTheEnd();
    models.insert(run.trainer->Model());
  }
  EXPECT_EQ(models.size(), 3u);
}

// The same updates one after the other, without a trainer.

TEST(Trainer, WithoutLagAnUnrollIsActedWithTheWeightsOfNow) {
  ShortRun run(kSimcore, ", lag: 0, learning_rate: 0.02");
  run.ToTheEnd();
  Experiment experiment(Yaml(kSimcore, ", learning_rate: 0.02"));
  for (int64_t n = 0; n < 12; ++n) experiment.ActAndLearn();
  EXPECT_TRUE(at::equal(run.trainer->learner().parameters().values(),
                        experiment.learner().parameters().values()));
}

TEST(Trainer, WithLagAnUnrollIsActedWithTheWeightsOfOneUpdateBefore) {
  ShortRun run(kSimcore, ", lag: 1, learning_rate: 0.02");
  run.ToTheEnd();
  Experiment experiment(Yaml(kSimcore, ", learning_rate: 0.02"));
  const Unroll* current = &experiment.Act();
  for (int64_t n = 0; n < 12; ++n) {
    const Unroll* next = &experiment.Act();
    experiment.learner().Update(*current, {.update = n, .seed = 1});
    current = next;
  }
  EXPECT_TRUE(at::equal(run.trainer->learner().parameters().values(),
                        experiment.learner().parameters().values()));
}

TEST(Trainer, RefusesTheCheckpointOfAnotherAgentByTheTensorsName) {
  ShortRun run("");
  ShortRun other("");
  auto options = ReadExperiment(
      "world: {kind: grid, room: 3, task: goal, episode: 5}\n"
      "agent: {core: {kind: lstm, size: 11}}\n"
      "learner: {unroll: 8, batch: 6}\n",
      other.parts);
  auto trainer = Trainer::Make(*options, other.parts);
  ASSERT_TRUE(trainer.ok());
  const std::string checkpoint = run.trainer->Checkpoint();
  const auto file = ParseTensorFile(std::as_bytes(std::span(checkpoint)),
                                    "checkpoint", "memory");
  ASSERT_TRUE(file.ok());
  const Status status = (*trainer)->Restore(*file);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.message(),
              testing::HasSubstr(
                  "tensor 'learner.parameters.agent.core.lstm.input'"));
}

TEST(Trainer, RefusesACheckpointWithoutATensorByItsName) {
  ShortRun run("");
  const std::string checkpoint = run.trainer->Checkpoint();
  auto file = ParseTensorFile(std::as_bytes(std::span(checkpoint)),
                              "checkpoint", "memory");
  ASSERT_TRUE(file.ok());
  for (const char* name :
       {"progress", "unroll.rewards", "learner.adam.mean", "actors.1.state",
        "acting.agent.value.0.bias"}) {
    TensorFile cut = *file;
    std::erase_if(cut.tensors,
                  [name](const NamedTensor& t) { return t.name == name; });
    ASSERT_EQ(cut.tensors.size() + 1, file->tensors.size()) << name;
    ShortRun fresh("");
    const Status status = fresh.trainer->Restore(cut);
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.message(), testing::HasSubstr(name));
  }
}

}  // namespace
}  // namespace credo
