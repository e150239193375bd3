// The two forms of the learner's arithmetic: hand-written kernels, and the
// operators that any device has. Here both run on the CPU.
#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "agents/learning/learner.h"
#include "agents/learning/shard_group.h"
#include "sdk/tensor/device.h"
#include "tests/agents/experiment.h"

namespace credo {
namespace {

struct Case {
  std::string name;
  std::string core;
  std::string more;

  friend void PrintTo(const Case& value, std::ostream* out) {
    *out << value.name;
  }
};

std::string Yaml(const Case& test) {
  return "world: {kind: city, room: 3, task: goal, episode: 5, height: 8, "
         "width: 8}\n"
         "agent:\n"
         "  encoder: {kind: mlp, sizes: [12], standardise: 2}\n"
         "  core: " + test.core + "\n"
         "learner: {unroll: 8, batch: 6, actor_group: 3}\n"
         "probes: [{kind: class, target: pose.cell}]\n"
         "probing: {every: 1}\n" +
         test.more;
}

std::string Simcore(const std::string& decoder) {
  return "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, frames: 2, "
         "size: 8, decoder: " +
         decoder + "}]\n";
}

constexpr const char* kLstm = "{kind: lstm, size: 10";

std::vector<Case> Cases() {
  const std::string deterministic = Simcore("{kind: deterministic}");
  const auto with = [](const std::string& memory) {
    return kLstm + (", reads: 1, memory: {kind: " + memory + "}}");
  };
  return {
      {"agent", std::string(kLstm) + "}", ""},
      {"gru", "{kind: gru, size: 10}", deterministic},
      {"deterministic", std::string(kLstm) + "}", deterministic},
      {"latent", std::string(kLstm) + "}", Simcore("{kind: latent}")},
      {"conv_draw", std::string(kLstm) + "}", Simcore("{kind: conv_draw}")},
      {"cpc", std::string(kLstm) + "}", Simcore("{kind: cpc}")},
      {"addressed", with("addressed, slots: 4, width: 5"), deterministic},
      {"slots", with("slots, slots: 4, width: 5, key: 3"), deterministic},
      {"kanerva", with("kanerva, rows: 4, width: 5"), deterministic},
      {"kanerva_dkm",
       with("kanerva, rows: 4, width: 5, address: least_squares"),
       deterministic},
      {"delta", with("delta, rows: 4, width: 5"), deterministic},
  };
}

class OperatorsTest : public testing::TestWithParam<Case> {};

TEST_P(OperatorsTest, LearnWhatKernelsLearn) {
  Experiment kernels(Yaml(GetParam()));
  Experiment operators(Yaml(GetParam()));
  for (int update = 0; update < 3; ++update) {
    const UpdateReport expected = kernels.ActAndLearn();
    operators.Act();
    const OperatorsAlone alone;
    const UpdateReport found = operators.Learn();
    ASSERT_EQ(found.metrics.size(), expected.metrics.size());
    for (size_t i = 0; i < expected.metrics.size(); ++i) {
      const Metric& metric = expected.metrics[i];
      EXPECT_EQ(found.metrics[i].name, metric.name);
      // A gap is a small difference of large errors.
      const double room = metric.name.ends_with(".gap") ? 1e-3 : 1e-5;
      EXPECT_NEAR(found.metrics[i].value, metric.value,
                  1e-4 * std::abs(metric.value) + room)
          << metric.name << " of update " << update;
    }
  }
}

// Fails where a program reads numbers of its device, which a graph cannot.
class NothingRead {
 public:
  NothingRead()
      : handle_(at::addThreadLocalCallback(
            at::RecordFunctionCallback(
                [](const at::RecordFunction& function)
                    -> std::unique_ptr<at::ObserverContext> {
                  const std::string name = function.name();
                  for (const char* reads :
                       {"aten::_local_scalar_dense", "aten::item",
                        "aten::is_nonzero", "aten::nonzero"}) {
                    if (name == reads) ADD_FAILURE() << name;
                  }
                  return nullptr;
                })
                .scopes({at::RecordScope::FUNCTION}))) {}
  ~NothingRead() { at::removeCallback(handle_); }

 private:
  at::CallbackHandle handle_;
};

// The second learner learns, and its actors decide, by recorded programs, of
// which nothing but the values of the host is made anew.
TEST_P(OperatorsTest, ARepeatedProgramLearnsTheSame) {
  Experiment plain(Yaml(GetParam()));
  Experiment repeats(Yaml(GetParam()), BuiltInParts(), /*repeats=*/true);
  const OperatorsAlone alone;
  for (int update = 0; update < 8; ++update) {
    plain.Act();
    repeats.Act();
    EXPECT_TRUE(at::equal(repeats.unroll().actions, plain.unroll().actions));
    EXPECT_TRUE(at::equal(repeats.unroll().log_probabilities,
                          plain.unroll().log_probabilities));
    EXPECT_TRUE(at::equal(repeats.unroll().state, plain.unroll().state));
    // One in between is logged, and run as it is.
    const bool log = update == 5;
    plain.Learn(log);
    repeats.Learn(log);
    EXPECT_TRUE(at::equal(repeats.learner().parameters().values(),
                          plain.learner().parameters().values()))
        << "update " << update;
    EXPECT_TRUE(at::equal(repeats.learner().probes()->parameters().values(),
                          plain.learner().probes()->parameters().values()))
        << "update " << update;
  }
  // The first two standardise what is seen, the next is recorded, one logged.
  EXPECT_EQ(repeats.learner().repeated(), 4);
  EXPECT_EQ(plain.learner().repeated(), 0);
}

// Weights after eight updates of two that share the columns.
std::vector<at::Tensor> WeightsOfTwo(const std::string& yaml, bool repeats) {
  LearnsAlone alone;
  const auto groups = ShardGroup::Make(2, alone);
  std::vector<at::Tensor> weights(2);
  std::vector<std::thread> members;
  for (size_t i = 0; i < groups.size(); ++i) {
    members.emplace_back([&, i] {
      const OperatorsAlone operators;
      Experiment one(yaml, BuiltInParts(), repeats, groups[i].get());
      for (int update = 0; update < 8; ++update) {
        one.Act();
        one.Learn(/*log=*/update == 5);
      }
      EXPECT_EQ(one.learner().repeated(), repeats ? 4 : 0);
      weights[i] = one.learner().parameters().values().clone();
    });
  }
  for (std::thread& member : members) member.join();
  return weights;
}

// Those that learn together call each other in repeated programs, too.
TEST_P(OperatorsTest, RepeatedProgramsOfAGroupLearnTheSame) {
  const std::vector<at::Tensor> plain = WeightsOfTwo(Yaml(GetParam()), false);
  const std::vector<at::Tensor> repeats = WeightsOfTwo(Yaml(GetParam()), true);
  EXPECT_TRUE(at::equal(plain[0], plain[1]));
  EXPECT_TRUE(at::equal(repeats[0], plain[0]));
  EXPECT_TRUE(at::equal(repeats[1], plain[0]));
}

TEST_P(OperatorsTest, ARepeatedProgramReadsNothing) {
  Experiment repeats(Yaml(GetParam()), BuiltInParts(), /*repeats=*/true);
  const OperatorsAlone alone;
  for (int update = 0; update < 3; ++update) {
    repeats.Act();
    repeats.Learn(/*log=*/false);
  }
  const NothingRead guard;
  repeats.Act();
  repeats.Learn(/*log=*/false);
}

INSTANTIATE_TEST_SUITE_P(
    Learner, OperatorsTest, testing::ValuesIn(Cases()),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credo
