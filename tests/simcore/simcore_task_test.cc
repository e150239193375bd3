// The acceptance tests of the simulator's loss: shapes (T1), masks (T3),
// conditioning (T5), length (T6), and that no frame of the future leaks
// in (T7). T2 and T4 are in simcore_index_test.cc.

#include "simcore/simcore_task.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>

#include "simcore/simulator.h"
#include "tests/conformance/network_checks.h"
#include "tests/simcore/listener.h"

namespace credo {
namespace {

constexpr int64_t kSteps = 6;
constexpr int64_t kColumns = 3;
constexpr int64_t kRecurrent = 8;
constexpr int64_t kActions = 2;
// The only start whose overshoot is the whole unroll is record 0.
constexpr const char* kWholeUnroll =
    "{overshoot: 6, starts: 1, frames: 0, scheme: full_horizon}";

class SimcoreTaskTest : public testing::Test {
 protected:
  SimcoreTaskTest() {
    for (const MemoryPart& part : Memories()) {
      if (part.info.name != "addressed") continue;
      memory_ =
          part.make(*part.info.defaults(), parameters_, {"memory", 4, 4});
    }
    shape_.observations = {ObservationSpec::Vector("x", {1}, -100, 100)};
    shape_.encoding = 4;
    shape_.recurrent = kRecurrent;
    shape_.belief = kRecurrent + memory_->size();
    shape_.memory = memory_.get();
    shape_.action_inputs = kActions;
    shape_.unroll = kSteps;
    shape_.batch = kColumns;
  }

  // `options` is YAML.
  std::unique_ptr<AuxiliaryTask> Make(const std::string& options) {
    const AuxiliaryTaskPart part = SimcoreTask({ListenerPart(&heard_)});
    Result<std::unique_ptr<AuxiliaryTask>> task = part.make(
        *PartOptions(part.info, options), parameters_, "simcore", shape_);
    EXPECT_TRUE(task.ok()) << task.status().message();
    parameters_.Allocate(1);
    return *std::move(task);
  }

  // Frame of record t, column b: 10 t + b, so that a frame says where it is.
  LearnerBatch Batch() const {
    LearnerBatch batch;
    at::Tensor x = torch::zeros({kSteps + 1, kColumns, 1});
    for (int64_t t = 0; t <= kSteps; ++t) {
      for (int64_t b = 0; b < kColumns; ++b) {
        x[t][b][0] = static_cast<float>(10 * t + b);
      }
    }
    batch.observations.Add("x", x);
    torch::manual_seed(3);
    batch.encoded = torch::randn({kSteps + 1, kColumns, 4});
    batch.beliefs = torch::randn({kSteps + 1, kColumns, shape_.belief});
    batch.memory = batch.beliefs.narrow(2, kRecurrent, memory_->size());
    batch.action_inputs = torch::randn({kSteps + 1, kColumns, kActions});
    batch.kinds.assign((kSteps + 1) * kColumns, Kind::kMid);
    batch.steps = kSteps;
    batch.columns = kColumns;
    return batch;
  }

  Parameters parameters_;
  std::unique_ptr<Memory> memory_;
  AgentShape shape_;
  Heard heard_;
};

TEST_F(SimcoreTaskTest, T1DecodesAsManyFramesAsPlanned) {
  auto task = Make("{overshoot: 4, starts: 2, frames: 3, now: true}");
  const LossTerms terms = task->Compute(Batch(), {});
  ASSERT_EQ(heard_.states.size(), 1u);
  EXPECT_EQ(heard_.states[0].size(0), kColumns * 2 * (3 + 1));
  EXPECT_EQ(heard_.states[0].size(1), task->simulator()->outputs());
  EXPECT_EQ(terms.total.dim(), 0);
}

TEST_F(SimcoreTaskTest, T1SimulatesAllSteps) {
  auto task = Make("{overshoot: 3}");
  const at::Tensor states = task->simulator()->Simulate(
      torch::randn({5, shape_.belief}), torch::randn({5, memory_->size()}),
      torch::randn({4, 5, kActions}));
  EXPECT_EQ(states.sizes().vec(),
            (std::vector<int64_t>{4, 5, task->simulator()->outputs()}));
}

TEST_F(SimcoreTaskTest, T6FullLengthAgreesWithAHandRolledLoop) {
  auto task = Make(kWholeUnroll);
  const LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  for (int64_t b = 0; b < kColumns; ++b) {
    at::Tensor actions = torch::zeros({kSteps + 1, 1, kActions});
    for (int64_t k = 1; k <= kSteps; ++k) {
      actions[k][0] = batch.action_inputs[k][b];
    }
    const at::Tensor states = task->simulator()->Simulate(
        batch.beliefs[0].narrow(0, b, 1), batch.memory[0].narrow(0, b, 1),
        actions);
    for (int64_t k = 0; k <= kSteps; ++k) {
      const int64_t row = b * (kSteps + 1) + k;
      EXPECT_TRUE(at::allclose(heard_.states[0][row], states[k][0], 1e-5,
                               1e-6));
      EXPECT_EQ(heard_.frames[0][row].item<float>(),
                static_cast<float>(10 * k + b));
    }
  }
}

TEST_F(SimcoreTaskTest, T6AnOvershootOfOneIsTheFirstStepOfALongOne) {
  auto task = Make("{overshoot: 1, starts: 3, frames: 0}");
  const LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  for (int64_t row = 0; row < heard_.frames[0].size(0); row += 2) {
    // Rows alternate: k = 0, k = 1 of one start; the frame names the record.
    const int64_t frame =
        static_cast<int64_t>(heard_.frames[0][row].item<float>());
    const int64_t t = frame / 10;
    const int64_t b = frame % 10;
    at::Tensor actions = torch::zeros({2, 1, kActions});
    actions[1][0] = batch.action_inputs[t + 1][b];
    const at::Tensor states = task->simulator()->Simulate(
        batch.beliefs[t].narrow(0, b, 1), batch.memory[t].narrow(0, b, 1),
        actions);
    EXPECT_TRUE(at::allclose(heard_.states[0][row + 1], states[1][0], 1e-5,
                             1e-6));
    EXPECT_EQ(heard_.frames[0][row + 1].item<float>(),
              static_cast<float>(10 * (t + 1) + b));
  }
}

TEST_F(SimcoreTaskTest, T3FramesOfTheNextEpisodeAreNeverTargets) {
  auto task = Make(
      "{overshoot: 3, starts: 4, frames: 0, now: false, scheme: pairs}");
  LearnerBatch batch = Batch();
  for (int64_t b = 0; b < kColumns; ++b) {
    batch.kinds[2 * kColumns + b] = Kind::kTruncated;
    batch.kinds[3 * kColumns + b] = Kind::kFirst;
  }
  (void)task->Compute(batch, {});
  // Without k = 0, a first record is nobody's target.
  for (int64_t row = 0; row < heard_.frames[0].size(0); ++row) {
    const int64_t frame =
        static_cast<int64_t>(heard_.frames[0][row].item<float>());
    EXPECT_NE(frame / 10, 3);
  }
}

TEST_F(SimcoreTaskTest, T7FramesAfterTheStartNeverChangeASimulatedState) {
  auto task = Make("{overshoot: 4, starts: 2, frames: 0}");
  LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  LearnerBatch other = Batch();
  NamedTensors changed;
  changed.Add("x", batch.observations["x"] * -3 + 1);
  other.observations = changed;
  other.encoded = torch::randn_like(other.encoded);
  (void)task->Compute(other, {});
  EXPECT_TRUE(at::equal(heard_.states[0], heard_.states[1]));
}

TEST_F(SimcoreTaskTest, ActionsOfOtherRecordsNeverChangeASimulatedState) {
  auto task = Make(kWholeUnroll);
  LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  // The action that led to the start itself is in the belief already.
  batch.action_inputs[0].fill_(100);
  (void)task->Compute(batch, {});
  EXPECT_TRUE(at::equal(heard_.states[0], heard_.states[1]));
  batch.action_inputs[1].fill_(100);
  (void)task->Compute(batch, {});
  EXPECT_FALSE(at::equal(heard_.states[1], heard_.states[2]));
}

TEST_F(SimcoreTaskTest, SimulationsReadTheMemoryAsItStoodAtTheirStart) {
  auto task = Make(kWholeUnroll);
  LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  batch.memory = batch.memory.clone();
  batch.memory.slice(0, 1).add_(1);
  (void)task->Compute(batch, {});
  EXPECT_TRUE(at::equal(heard_.states[1], heard_.states[0]));
  batch.memory[0].add_(1);
  (void)task->Compute(batch, {});
  const int64_t own = task->simulator()->outputs() - memory_->shape().read;
  EXPECT_TRUE(at::equal(heard_.states[2].narrow(1, 0, own),
                        heard_.states[0].narrow(1, 0, own)));
  EXPECT_TRUE(at::allclose(
      heard_.states[2].narrow(1, own, memory_->shape().read),
      heard_.states[0].narrow(1, own, memory_->shape().read) + 1, 1e-4, 1e-4))
      << "a read is a mean of slots: it moves with them";
}

TEST_F(SimcoreTaskTest, T5TheGapIsZeroWhenStatesDoNotMatter) {
  auto task = Make("{overshoot: 2, starts: 2}");
  LearnerBatch batch = Batch();
  batch.beliefs.zero_();
  batch.memory = torch::zeros_like(batch.memory);
  batch.action_inputs.zero_();
  const LossTerms terms = task->Compute(batch, {.log = true});
  double gap = -1;
  for (const Metric& metric : terms.metrics.Read()) {
    if (metric.name == "gap") gap = metric.value;
  }
  EXPECT_NEAR(gap, 0.0, 1e-5);
}

TEST_F(SimcoreTaskTest, MetricsGiveTheErrorOfEachDistance) {
  auto task = Make("{overshoot: 2, starts: 1, frames: 0}");
  const LossTerms terms = task->Compute(Batch(), {.log = true});
  std::vector<std::string> names;
  for (const Metric& metric : terms.metrics.Read()) {
    names.push_back(metric.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "error.k00", "error.k01", "error.k02", "gap",
                       "memory.read_entropy", "memory.occupancy"}));
}

TEST_F(SimcoreTaskTest, TargetsSayWhichRecordsTheyAre) {
  auto task = Make("{overshoot: 3, starts: 4}");
  LearnerBatch batch = Batch();
  // In column 1 an episode ends; that of record 0 opens there.
  batch.kinds[0 * kColumns + 1] = Kind::kFirst;
  batch.kinds[3 * kColumns + 1] = Kind::kTruncated;
  batch.kinds[4 * kColumns + 1] = Kind::kFirst;
  (void)task->Compute(batch, {});
  const FrameTargets& targets = heard_.targets[0];
  const Candidates& all = targets.candidates;
  const auto ids = all.ids.accessor<int64_t, 2>();
  ASSERT_EQ(ids.size(0), (kSteps + 1) * kColumns);
  EXPECT_EQ(all.encodings.size(0), (kSteps + 1) * kColumns);
  for (int64_t c = 0; c < (kSteps + 1) * kColumns; ++c) {
    const int64_t column = ids[c][0];
    const int64_t time = ids[c][1];
    EXPECT_EQ(column, c % kColumns);
    EXPECT_EQ(time, c / kColumns);
    EXPECT_EQ(ids[c][2], column == 1 && time >= 4 ? 1 : 0);
    EXPECT_EQ(all.observations["x"][c].item<float>(),
              static_cast<float>(10 * time + column));
  }
  for (int64_t row = 0; row < targets.ids.size(0); ++row) {
    const int64_t place = targets.places[row].item<int64_t>();
    EXPECT_TRUE(at::equal(targets.ids[row], all.ids[place]));
    EXPECT_EQ(targets.observations["x"][row].item<float>(),
              all.observations["x"][place].item<float>());
    EXPECT_TRUE(at::equal(targets.encodings[row], all.encodings[place]));
  }
}

TEST_F(SimcoreTaskTest, TheLossIsTheWeightedSumOverFrames) {
  auto task = Make("{overshoot: 3, starts: 2, weight: 0.5}");
  const LossTerms terms = task->Compute(Batch(), {});
  const at::Tensor losses =
      (heard_.states[0].select(1, 0) - heard_.frames[0].select(1, 0)).abs();
  EXPECT_NEAR(terms.total.item<float>(),
              0.5 * (losses * heard_.targets[0].weights).sum().item<float>(),
              1e-4);
}

TEST_F(SimcoreTaskTest, NoiseIsThatOfTheUpdate) {
  auto task = Make("{overshoot: 3, starts: 2}");
  (void)task->Compute(Batch(), {.update = 5, .seed = 2});
  (void)task->Compute(Batch(), {.update = 5, .seed = 2});
  (void)task->Compute(Batch(), {.update = 6, .seed = 2});
  (void)task->Compute(Batch(), {.update = 5, .seed = 3});
  const at::Tensor& first = heard_.noise[0];
  EXPECT_EQ(first.size(0), heard_.states[0].size(0));
  EXPECT_EQ(first.size(1), 2);
  EXPECT_TRUE(at::equal(heard_.noise[1], first));
  const int64_t rows = std::min(first.size(0), heard_.noise[2].size(0));
  EXPECT_TRUE(heard_.noise[2]
                  .narrow(0, 0, rows)
                  .ne(first.narrow(0, 0, rows))
                  .all()
                  .item<bool>());
  EXPECT_NE(heard_.noise[3][0][0].item<float>(), first[0][0].item<float>());
}

TEST_F(SimcoreTaskTest, ALogScoresTheSameFramesUnderTheSameNoise) {
  auto task = Make("{overshoot: 3, starts: 2}");
  (void)task->Compute(Batch(), {.log = true});
  ASSERT_EQ(heard_.states.size(), 2u) << "the gap's states beside the true";
  EXPECT_TRUE(at::equal(heard_.frames[1], heard_.frames[0]));
  EXPECT_TRUE(at::equal(heard_.noise[1], heard_.noise[0]));
  EXPECT_FALSE(at::equal(heard_.states[1], heard_.states[0]));
}

TEST_F(SimcoreTaskTest, TheModelLearnsOncePerUpdate) {
  auto task = Make("{overshoot: 3, starts: 2}");
  task->Learned(torch::tensor(true));
  EXPECT_TRUE(heard_.learned.empty()) << "nothing was computed yet";
  (void)task->Compute(Batch(), {.log = true});
  EXPECT_TRUE(heard_.learned.empty());
  task->Learned(torch::tensor(true));
  task->Learned(torch::tensor(true));
  ASSERT_EQ(heard_.learned.size(), 1u);
  EXPECT_TRUE(at::equal(
      heard_.learned[0],
      (heard_.states[0].select(1, 0) - heard_.frames[0].select(1, 0)).abs()));
}

TEST_F(SimcoreTaskTest, WithoutActionsTheyDoNotMatter) {
  auto task = Make("{overshoot: 6, starts: 1, actions: false}");
  LearnerBatch batch = Batch();
  (void)task->Compute(batch, {});
  batch.action_inputs.fill_(100);
  (void)task->Compute(batch, {});
  EXPECT_TRUE(at::equal(heard_.states[0], heard_.states[1]));
}

TEST_F(SimcoreTaskTest, EachReadAddsItsNumbers) {
  auto task = Make("{overshoot: 3, starts: 2, reads: 3, size: 10}");
  (void)task->Compute(Batch(), {});
  EXPECT_EQ(task->simulator()->outputs(), 10 + 3 * memory_->shape().read);
  EXPECT_EQ(heard_.states[0].size(1), task->simulator()->outputs());
}

TEST_F(SimcoreTaskTest, TheLossReachesTheBelief) {
  auto task = Make("{overshoot: 3, starts: 2}");
  LearnerBatch batch = Batch();
  batch.beliefs.requires_grad_(true);
  task->Compute(batch, {}).total.backward();
  EXPECT_GT(batch.beliefs.grad().abs().sum().item<float>(), 0.0f);
}

TEST_F(SimcoreTaskTest, AnOvershootBeyondTheUnrollIsRefused) {
  const AuxiliaryTaskPart part = SimcoreTask({ListenerPart(&heard_)});
  const auto task = part.make(*PartOptions(part.info, "{overshoot: 7}"),
                              parameters_, "simcore", shape_);
  ASSERT_FALSE(task.ok());
  EXPECT_EQ(task.status().message(),
            "overshoot: expected at most learner.unroll (6), found 7");
}

}  // namespace
}  // namespace credo
