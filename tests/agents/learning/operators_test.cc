// The two forms of the learner's arithmetic: hand-written kernels, and the
// operators that any device has. Here both run on the CPU.
#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/learning/learner.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/tensor_io.h"
#include "tests/agents/experiment.h"
#include "tests/agents/part_cases.h"
#include "tests/agents/two_members.h"

namespace credo {
namespace {

class OperatorsTest : public testing::TestWithParam<PartCase> {};

TEST_P(OperatorsTest, LearnWhatKernelsLearn) {
  Experiment kernels(Yaml(GetParam()));
  Experiment operators(Yaml(GetParam()));
  for (int update = 0; update < 3; ++update) {
    const std::vector<Metric> expected = kernels.ActAndLearn();
    operators.Act();
    const OperatorsAlone alone;
    const std::vector<Metric> found = operators.Learn();
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      const Metric& metric = expected[i];
      EXPECT_EQ(found[i].name, metric.name);
      // A gap is a small difference of large errors.
      const double room = metric.name.ends_with(".gap") ? 1e-3 : 1e-5;
      EXPECT_NEAR(found[i].value, metric.value,
                  1e-4 * std::abs(metric.value) + room)
          << metric.name << " of update " << update;
    }
  }
}

// The flat gradient of one update, scaled: what Adam's mean has after it.
at::Tensor GradientIn(const std::string& precision, std::string yaml) {
  yaml.replace(yaml.find("unroll: 8"), 0, "precision: " + precision + ", ");
  Experiment one(yaml);
  one.Act();
  one.Learn();
  TensorFile file;
  one.learner().Save("", file);
  at::Tensor mean = torch::zeros_like(one.learner().parameters().values());
  ThrowUnlessOk(LoadTensor(file, "adam.mean", mean));
  return mean.to(at::kDouble);
}

// In doubles and by operators, beside floats and kernels.
TEST_P(OperatorsTest, TheGradientIsThatOfDoubles) {
  const at::Tensor doubles = GradientIn("f64", Yaml(GetParam()));
  const at::Tensor floats = GradientIn("f32", Yaml(GetParam()));
  const double error = (floats - doubles).norm().item<double>() /
                       doubles.norm().item<double>();
  EXPECT_GT(error, 1e-12);
  EXPECT_LT(error, 1e-5);
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
    const bool log = update % 2 == 1;
    EXPECT_TRUE(EqualBits(repeats.Learn(log), plain.Learn(log)));
    EXPECT_TRUE(at::equal(repeats.learner().parameters().values(),
                          plain.learner().parameters().values()))
        << "update " << update;
    EXPECT_TRUE(at::equal(repeats.learner().probes()->parameters().values(),
                          plain.learner().probes()->parameters().values()))
        << "update " << update;
  }
  // The first two standardise what is seen, the next are recorded: one that is
  // not logged and one that is.
  EXPECT_EQ(repeats.learner().repeated(), 4);
  EXPECT_EQ(plain.learner().repeated(), 0);
}

// Those that learn together call each other in repeated programs, too.
TEST_P(OperatorsTest, RepeatedProgramsOfAGroupLearnTheSame) {
  const TwoMembers plain = LearnByTwo(Yaml(GetParam()), false, 8);
  const TwoMembers repeats = LearnByTwo(Yaml(GetParam()), true, 8);
  EXPECT_TRUE(at::equal(repeats.weights, plain.weights));
  EXPECT_TRUE(EqualBits(repeats.metrics, plain.metrics));
  EXPECT_EQ(plain.repeated, 0);
  EXPECT_EQ(repeats.repeated, 4);
}

TEST_P(OperatorsTest, ARepeatedProgramReadsNothing) {
  Experiment repeats(Yaml(GetParam()), BuiltInParts(), /*repeats=*/true);
  const OperatorsAlone alone;
  for (int update = 0; update < 6; ++update) {
    std::optional<NothingRead> guard;
    if (update >= 4) guard.emplace();
    repeats.Act();
    repeats.Learn(/*log=*/update % 2 == 1);
  }
  EXPECT_EQ(repeats.learner().repeated(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Learner, OperatorsTest, testing::ValuesIn(PartCases()),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credo
