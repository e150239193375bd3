// No privileged value reaches an agent: by the structure of what it is given,
// by the bits of its weights, and by what can be read off its beliefs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agents/acting/beliefs.h"
#include "sdk/worlds/blank.h"
#include "tests/agents/experiment.h"
#include "tests/agents/fakes.h"

namespace credo {
namespace {

using testing::Contains;
using testing::Not;

// What is done with the secret of `blank`, which is privileged.
enum class Secret {
  kKept,    // as the world makes it: one of four, drawn once per episode
  kFixed,   // always 3
  kShown,   // kept, and shown to the agent in the first tile as well
};

class SecretWorld : public Environment {
 public:
  SecretWorld(std::unique_ptr<Environment> blank, Secret secret)
      : blank_(std::move(blank)),
        secret_(secret),
        privileged_(blank_->spec().IndexOf("secret")),
        tiles_(blank_->spec().IndexOf("tiles")) {}

  const EnvironmentSpec& spec() const override { return blank_->spec(); }
  void Reset(uint64_t seed, RecordWriter& out) override {
    blank_->Reset(seed, out);
    Change(out);
  }
  void Step(std::span<const float> action, RecordWriter& out) override {
    blank_->Step(action, out);
    Change(out);
  }

 private:
  void Change(RecordWriter& out) const {
    if (secret_ == Secret::kFixed) out.Bytes(privileged_)[0] = 3;
    if (secret_ == Secret::kShown) {
      out.Bytes(tiles_)[0] = out.Bytes(privileged_)[0];
    }
  }

  std::unique_ptr<Environment> blank_;
  Secret secret_;
  int privileged_;
  int tiles_;
};

Parts PartsWith(Secret secret) {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo("secret"),
       [secret](const Options&) -> Result<std::unique_ptr<Environment>> {
         BlankOptions options;
         options.picture = {};
         options.tiles = 4;
         options.vector = 2;
         options.episode = 5;
         CREDO_ASSIGN_OR_RETURN(std::unique_ptr<Environment> blank,
                                Blank::Make(options));
         return std::unique_ptr<Environment>(
             std::make_unique<SecretWorld>(std::move(blank), secret));
       }});
  return parts;
}

constexpr const char* kWorld =
    "world: {kind: secret}\n"
    "agent: {encoder: {kind: mlp, sizes: [24]}, core: {kind: lstm, size: 24, "
    "memory: {kind: addressed, slots: 4, width: 8}}}\n"
    "learner: {frames: 76800, unroll: 16, batch: 24, warmup: 5, "
    "learning_rate: 0.01}\n";
constexpr const char* kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 3, starts: 2, size: 16}]\n";
constexpr const char* kProbe = "probes: [{kind: class, target: secret}]\n";

std::vector<std::string> Names(const NamedTensors& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

TEST(NoLeak, TheAgentIsGivenNoPrivilegedObservation) {
  Experiment experiment(kWorld, PartsWith(Secret::kKept));
  ASSERT_GE(experiment.spec().IndexOf("secret"), 0);
  for (const auto& observations :
       {experiment.agent().observations(),
        experiment.agent().shape(16, 24).observations}) {
    for (const ObservationSpec& spec : observations) {
      EXPECT_FALSE(spec.privileged) << spec.name;
    }
  }
  const Unroll& unroll = experiment.Act();
  EXPECT_THAT(Names(unroll.observations), Not(Contains("secret")));
  EXPECT_THAT(Names(unroll.privileged), Contains("secret"));
}

TEST(NoLeak, ABatchHoldsNoPrivilegedObservation) {
  Parts parts = PartsWith(Secret::kKept);
  std::vector<std::string> names;
  parts.tasks.push_back(FakeTask(
      "listener", [&names](const LearnerBatch& batch, const UpdateContext&) {
        names = Names(batch.observations);
        return LossTerms{batch.beliefs.new_zeros({}), {}};
      }));
  Experiment experiment(
      kWorld + std::string("auxiliary: [{kind: listener}]\n") + kProbe,
      std::move(parts));
  experiment.ActAndLearn();
  EXPECT_THAT(names, testing::ElementsAre("tiles", "vector"));
}

TEST(NoLeak, ASimulatorCannotBeAskedToPredictIt) {
  EXPECT_THROW(Experiment(kWorld + std::string("auxiliary: [{kind: simcore, "
                                               "observations: [secret]}]\n"),
                          PartsWith(Secret::kKept)),
               std::runtime_error);
}

// What a case changes: where the actions come from, the core.
struct WeightsCase {
  std::string actions;
  std::string core;
};

std::string WithCore(std::string yaml, const std::string& core) {
  const std::string kind = "kind: lstm";
  return yaml.replace(yaml.find(kind), kind.size(), "kind: " + core);
}

// The same run in two worlds that differ in what is privileged alone.
class AgentWeights : public testing::TestWithParam<WeightsCase> {
 protected:
  static at::Tensor After(Secret secret, const std::string& more) {
    const auto& [actions, core] = GetParam();
    Experiment experiment(WithCore(kWorld, core) + "actions: " + actions +
                              "\n" + kSimcore + more,
                          PartsWith(secret));
    for (int n = 0; n < 4; ++n) experiment.ActAndLearn();
    return experiment.learner().parameters().values().clone();
  }
};
INSTANTIATE_TEST_SUITE_P(Actions, AgentWeights,
                         testing::Values(WeightsCase{"policy", "lstm"},
                                         WeightsCase{"scripted", "lstm"},
                                         WeightsCase{"policy", "gru"},
                                         WeightsCase{"scripted", "gru"}),
                         [](const auto& info) {
                           return info.param.actions + "_" + info.param.core;
                         });

TEST_P(AgentWeights, DoNotDependOnTheSecret) {
  EXPECT_TRUE(at::equal(After(Secret::kKept, kProbe),
                        After(Secret::kFixed, kProbe)));
}

TEST_P(AgentWeights, DependOnWhatIsShown) {
  EXPECT_FALSE(at::equal(After(Secret::kKept, kProbe),
                         After(Secret::kShown, kProbe)));
}

// How often the secret of fresh episodes is read off the beliefs of an agent
// that was trained, probe and belief alike, for nothing else.
double OracleAccuracy(Secret secret) {
  Experiment experiment(
      kWorld + std::string("actions: scripted\noracle: true\n") + kProbe,
      PartsWith(secret));
  constexpr int kUpdates = 200;
  for (int n = 0; n < kUpdates; ++n) experiment.ActAndLearn();
  const ProbeNet& probes = *experiment.learner().probes();
  const Agent& agent = experiment.agent();
  at::Tensor state =
      torch::zeros({24, agent.core().layout().floats()});
  std::vector<at::Tensor> scores;
  for (int n = 0; n < 10; ++n) {
    const Unroll& unroll = experiment.Act();
    const Beliefs beliefs = ReadBeliefs(agent, unroll, state, 0);
    state = beliefs.state;
    const at::Tensor predictions =
        probes.Predict(beliefs.beliefs.flatten(0, 1))[0];
    scores.push_back(probes.heads()[0]->Score(
        predictions, unroll.privileged["secret"].flatten(0, 1)));
  }
  return torch::cat(scores).mean().item<double>();
}

// 24 characters live through some 27 episodes each, so that the standard error
// of a guess is below sqrt(3 / 16 / 640) = 0.017.
TEST(NoLeak, ASecretIsGuessedAtChance) {
  EXPECT_NEAR(OracleAccuracy(Secret::kKept), 0.25, 4 * 0.017);
}

// That the test above can fail.
TEST(NoLeak, ASecretThatIsShownIsFound) {
  EXPECT_GT(OracleAccuracy(Secret::kShown), 0.95);
}

}  // namespace
}  // namespace credo
