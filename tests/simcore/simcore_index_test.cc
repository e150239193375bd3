// That the simulator's loss pairs the right records: T2 with the worked numbers
// of reference M2, and T4, the subsampled loss enumerated in full.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "memory/none.h"
#include "simcore/simcore_task.h"
#include "simcore/simulator.h"
#include "tests/conformance/network_checks.h"
#include "tests/simcore/listener.h"

namespace credo {
namespace {

constexpr Kind F = Kind::kFirst;
constexpr Kind M = Kind::kMid;
constexpr Kind X = Kind::kTruncated;

// One column whose belief is the number that it sees, and whose action is a
// number too.
class SimcoreIndexTest : public testing::Test {
 protected:
  std::unique_ptr<AuxiliaryTask> Make(const std::string& options,
                                      int64_t steps) {
    const MemoryPart none = NoMemory();
    memory_ =
        none.make(*none.info.defaults(), parameters_, {"memory", 1, 1});
    const AgentShape shape{
        .observations = {ObservationSpec::Vector("x", {1}, -100, 100)},
        .encoding = 1,
        .belief = 1,
        .recurrent = 1,
        .memory = memory_.get(),
        .action_inputs = 1,
        // So many starts may be asked for, to see how they are drawn.
        .unroll = std::max(steps, int64_t{100}),
        .batch = 1};
    const AuxiliaryTaskPart part = SimcoreTask({ListenerPart(&heard_)});
    auto task = part.make(*PartOptions(part.info, options), parameters_,
                          "simcore", shape);
    EXPECT_TRUE(task.ok()) << task.status().message();
    parameters_.Allocate(1, at::kDouble);
    return *std::move(task);
  }

  static LearnerBatch Batch(const std::vector<double>& seen,
                            const std::vector<double>& actions,
                            std::vector<Kind> kinds) {
    const auto records = static_cast<int64_t>(seen.size());
    const at::Tensor x =
        torch::tensor(seen, at::kDouble).view({records, 1, 1});
    LearnerBatch batch;
    batch.observations.Add("x", x.to(at::kFloat));
    batch.encoded = x;
    batch.beliefs = x;
    batch.memory = torch::zeros({records, 1, 0}, at::kDouble);
    batch.action_inputs =
        torch::tensor(actions, at::kDouble).view({records, 1, 1});
    batch.kinds = std::move(kinds);
    batch.steps = records - 1;
    batch.columns = 1;
    return batch;
  }

  void Set(const std::string& name, const std::vector<double>& values) {
    torch::NoGradGuard no_grad;
    for (const Parameter& parameter : parameters_.list()) {
      if (parameter.name != "simcore.simulator." + name) continue;
      at::Tensor value = parameter.value;
      value.copy_(torch::tensor(values, at::kDouble).view(value.sizes()));
      return;
    }
    FAIL() << "no parameter " << name;
  }

  // Makes an LSTM of one unit add its action to its cell, which starts as the
  // belief: open gates, everything so small that tanh is the identity.
  static constexpr double kScale = 1e-6;
  void AddActions() {
    Set("start.weight", {0, kScale});
    Set("start.bias", {0, 0});
    Set("lstm.input", {0, 0, kScale, 0});
    Set("lstm.recurrent", {0, 0, 0, 0});
    Set("lstm.bias", {40, 40, 0, 40});
  }

  Parameters parameters_;
  std::unique_ptr<Memory> memory_;
  Heard heard_;
};

TEST_F(SimcoreIndexTest, T2PredictsTheNumbersOfReferenceM2) {
  auto task = Make(
      "{overshoot: 3, size: 1, starts: 40, frames: 0, scheme: pairs}", 5);
  AddActions();
  (void)task->Compute(
      Batch({10, 20, 30, 40, 50, 60}, {0, .1, .2, .3, .4, .5},
            {M, M, M, M, M, M}),
      {});
  const std::map<int, std::vector<double>> expected = {
      {10, {10, 10.1, 10.3, 10.6}},
      {20, {20, 20.2, 20.5, 20.9}},
      {30, {30, 30.3, 30.7, 31.2}},
      {40, {40, 40.4, 40.9}},
      {50, {50, 50.5}}};
  // The frames of a start follow each other, from k = 0 on.
  std::map<int, std::vector<double>> found;
  const int64_t rows = heard_.frames[0].size(0);
  for (int64_t row = 0; row < rows;) {
    const int start =
        static_cast<int>(heard_.frames[0][row].item<double>());
    std::vector<double> predictions;
    for (int k = 0; k < 4 && row < rows; ++k, ++row) {
      if (heard_.frames[0][row].item<double>() != start + 10 * k) break;
      predictions.push_back(heard_.states[0][row][0].item<double>() / kScale);
    }
    found[start] = predictions;
  }
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [start, predictions] : expected) {
    ASSERT_EQ(found[start].size(), predictions.size()) << "from " << start;
    for (size_t k = 0; k < predictions.size(); ++k) {
      EXPECT_NEAR(found[start][k], predictions[k], 1e-6)
          << "from " << start << ", " << k << " ahead";
    }
  }
}

TEST_F(SimcoreIndexTest, T2EqualsARunningSumOfActionsWhereverValid) {
  // T = 6 with a first record at t = 3, as in reference M1. Within an episode
  // each number is the one before it plus the action that led to it.
  const std::vector<Kind> kinds = {M, M, X, F, M, M, M};
  const std::vector<double> actions = {0.5, 0.25, -1, 0, 2, -0.75, 0.125};
  const std::vector<double> seen = {3, 3.25, 2.25, 7, 9, 8.25, 8.375};
  auto task = Make(
      "{overshoot: 3, size: 1, starts: 60, frames: 0, scheme: pairs}", 6);
  AddActions();
  (void)task->Compute(Batch(seen, actions, kinds), {});
  std::set<double> targets;
  for (int64_t row = 0; row < heard_.frames[0].size(0); ++row) {
    const double frame = heard_.frames[0][row].item<double>();
    targets.insert(frame);
    EXPECT_NEAR(heard_.states[0][row][0].item<double>() / kScale, frame, 1e-6);
  }
  EXPECT_EQ(targets, std::set<double>(seen.begin(), seen.end()));
}

// T4. One start per column, so that an update's loss is that of one outcome of
// the sampling; outcomes are equally likely. Enough updates see all of them.
struct Enumeration {
  std::string name;
  std::string options;
  bool whole;   // only starts whose whole overshoot is valid
  bool now;
  size_t outcomes;

  static std::string Name(const testing::TestParamInfo<Enumeration>& info) {
    return info.param.name;
  }
  friend void PrintTo(const Enumeration& value, std::ostream* out) {
    *out << value.name;
  }
};

class SimcoreEnumerationTest
    : public SimcoreIndexTest,
      public testing::WithParamInterface<Enumeration> {};

// T = 4, L = 3: starts 0 and 1 have the whole overshoot; 9 pairs are valid.
INSTANTIATE_TEST_SUITE_P(
    Schemes, SimcoreEnumerationTest,
    testing::Values(
        Enumeration{"whole_all_frames",
                    "scheme: full_horizon, frames: 0, now: false", true, false,
                    2},
        Enumeration{"whole_one_frame",
                    "scheme: full_horizon, frames: 1, now: false", true, false,
                    2 * 3},
        Enumeration{"whole_two_frames",
                    "scheme: full_horizon, frames: 2, now: false", true, false,
                    2 * 3 * 3},
        Enumeration{"whole_with_the_present",
                    "scheme: full_horizon, frames: 1, now: true", true, true,
                    2 * 3},
        Enumeration{"pairs_all_frames",
                    "scheme: pairs, frames: 0, now: false", false, false, 4},
        Enumeration{"pairs_one_frame", "scheme: pairs, frames: 1, now: false",
                    false, false, 9}),
    Enumeration::Name);

TEST_P(SimcoreEnumerationTest, T4TheMeanOverAllChoicesIsTheFullLoss) {
  constexpr int64_t kOvershoot = 3;
  constexpr int64_t kSteps = 4;
  auto task =
      Make("{overshoot: 3, size: 5, starts: 1, " + GetParam().options + "}",
           kSteps);
  const LearnerBatch batch = Batch(
      {1.5, -0.5, 2.25, 4, -3}, {0, 1, -1, 0.5, 2}, {M, M, M, M, M});

  // The loss of every pair, term by term.
  double full = 0;
  double weight = 0;
  for (int64_t t = 0; t <= kSteps - (GetParam().whole ? kOvershoot : 1); ++t) {
    for (int64_t k = GetParam().now ? 0 : 1;
         k <= kOvershoot && t + k <= kSteps; ++k) {
      at::Tensor actions = torch::zeros({k + 1, 1, 1}, at::kDouble);
      for (int64_t i = 1; i <= k; ++i) {
        actions[i] = batch.action_inputs[t + i];
      }
      const at::Tensor state = task->simulator()->Simulate(
          batch.beliefs[t], batch.memory[t], actions)[k][0];
      full += (state[0] - batch.beliefs[t + k][0][0]).abs().item<double>();
      weight += 1;
    }
  }
  full /= weight;

  // What was decoded tells the outcome.
  std::map<std::vector<double>, double> losses;
  for (int64_t update = 0; update < 400; ++update) {
    const double loss =
        task->Compute(batch, {.update = update}).total.item<double>();
    std::vector<double> outcome;
    for (int64_t row = 0; row < heard_.frames.back().size(0); ++row) {
      outcome.push_back(heard_.frames.back()[row].item<double>());
      outcome.push_back(heard_.states.back()[row][0].item<double>());
    }
    losses[outcome] = loss;
  }
  ASSERT_EQ(losses.size(), GetParam().outcomes);
  double mean = 0;
  for (const auto& [outcome, loss] : losses) {
    mean += loss / static_cast<double>(losses.size());
  }
  EXPECT_NEAR(mean, full, 1e-6);
}

}  // namespace
}  // namespace credo
