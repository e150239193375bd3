// Imagined frames depend on the belief at their start and on the actions since,
// and on nothing else.

#include "agents/runs/imagination.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <memory>
#include <string>

#include "agents/acting/beliefs.h"
#include "tests/agents/experiment.h"
#include "tests/agents/fakes.h"

namespace credo {
namespace {

constexpr int64_t kStart = 4;   // record at which frames begin
constexpr int64_t kColumn = 1;
constexpr int64_t kAhead = 6;

constexpr const char* kGrid =
    "world: {kind: grid, room: 5, view: 3, colours: 3, episode: 40}\n"
    "actions: scripted\n"
    "agent: {encoder: {kind: mlp, sizes: [12]}, core: {kind: lstm, size: 12, "
    "memory: {kind: addressed, slots: 6, width: 5}}}\n"
    "learner: {unroll: 14, batch: 3}\n";
constexpr const char* kSimcore =
    "auxiliary: [{kind: simcore, overshoot: 5, starts: 2, size: 10}]\n";

class ImaginationTest : public testing::Test {
 protected:
  ImaginationTest() : experiment_(std::string(kGrid) + kSimcore) {
    unroll_ = &experiment_.Act();
    beliefs_ = Read();
  }

  Beliefs Read() const {
    return ReadBeliefs(experiment_.agent(), *unroll_, unroll_->state, 1);
  }
  const AuxiliaryTask& task() {
    return *ImaginingTask(experiment_.learner());
  }
  at::Tensor FramesFrom(const Beliefs& beliefs, int64_t ahead = kAhead) {
    return Imagine(experiment_.agent(), task(), *unroll_, beliefs, kStart,
                   kColumn, ahead)
        .frames["view"];
  }
  // Writes other frames into records first .. last of the imagined column.
  void ChangeFrames(int64_t first, int64_t last) {
    at::Tensor frames = unroll_->observations["view"]
                            .narrow(0, first, last - first + 1)
                            .select(1, kColumn);
    frames.copy_((frames + 1).remainder(3));
  }
  // Another action led to record t of column b.
  void ChangeAction(int64_t t, int64_t b) {
    at::Tensor action = unroll_->actions[t][b];
    action.copy_((action + 1).remainder(4));
  }

  Experiment experiment_;
  const Unroll* unroll_;
  Beliefs beliefs_;
};

TEST_F(ImaginationTest, FramesAreProbabilitiesOfEachTile) {
  const at::Tensor frames = FramesFrom(beliefs_);
  ASSERT_EQ(frames.sizes(), at::IntArrayRef({kAhead + 1, 3, 3, 4}));
  EXPECT_GE(frames.min().item<double>(), 0);
  EXPECT_TRUE(at::allclose(frames.sum(-1), torch::ones({kAhead + 1, 3, 3}),
                           0, 1e-5));
  EXPECT_FALSE(frames.requires_grad());
}

TEST_F(ImaginationTest, FramesDoNotDependOnWhatIsSeenLater) {
  const at::Tensor before = FramesFrom(beliefs_);
  ChangeFrames(kStart + 1, 14);
  EXPECT_TRUE(at::equal(FramesFrom(Read()), before));
}

TEST_F(ImaginationTest, FramesDependOnWhatWasSeen) {
  const at::Tensor before = FramesFrom(beliefs_);
  ChangeFrames(kStart - 2, kStart - 2);
  EXPECT_FALSE(at::equal(FramesFrom(Read()), before));
}

TEST_F(ImaginationTest, AnActionShowsFromTheFrameOnThatItLedTo) {
  const at::Tensor before = FramesFrom(beliefs_);
  ChangeAction(kStart + 3, kColumn);
  const at::Tensor after = FramesFrom(beliefs_);
  EXPECT_TRUE(at::equal(after.narrow(0, 0, 3), before.narrow(0, 0, 3)));
  for (int64_t k = 3; k <= kAhead; ++k) {
    EXPECT_FALSE(at::equal(after[k], before[k])) << k;
  }
}

TEST_F(ImaginationTest, TheLastActionShowsInTheLastFrame) {
  const at::Tensor before = FramesFrom(beliefs_);
  ChangeAction(kStart + kAhead, kColumn);
  EXPECT_FALSE(at::equal(FramesFrom(beliefs_)[kAhead], before[kAhead]));
  const at::Tensor now = FramesFrom(beliefs_);
  ChangeAction(kStart + kAhead + 1, kColumn);
  EXPECT_TRUE(at::equal(FramesFrom(beliefs_), now));
}

// The belief knows it already.
TEST_F(ImaginationTest, TheActionThatLedToTheStartIsNotGivenAgain) {
  const at::Tensor before = FramesFrom(beliefs_);
  ChangeAction(kStart, kColumn);
  EXPECT_TRUE(at::equal(FramesFrom(beliefs_), before));
}

TEST_F(ImaginationTest, OtherCharactersDoNotMatter) {
  const at::Tensor before = FramesFrom(beliefs_);
  for (int64_t t = kStart; t <= kStart + kAhead; ++t) ChangeAction(t, 0);
  EXPECT_TRUE(at::equal(FramesFrom(beliefs_), before));
}

TEST_F(ImaginationTest, FramesDoNotDependOnHowFarItLooks) {
  EXPECT_TRUE(at::allclose(FramesFrom(beliefs_, 2),
                           FramesFrom(beliefs_).narrow(0, 0, 3), 0, 1e-6));
}

// The memory is read as it stood at the start.
TEST_F(ImaginationTest, FramesDependOnTheMemory) {
  const at::Tensor before = FramesFrom(beliefs_);
  Beliefs forgetful = beliefs_;
  forgetful.memory = torch::zeros_like(beliefs_.memory);
  EXPECT_FALSE(at::equal(FramesFrom(forgetful), before));
  // Later contents do not matter.
  Beliefs later = beliefs_;
  later.memory = beliefs_.memory.clone();
  later.memory.narrow(0, kStart + 1, 14 - kStart).zero_();
  EXPECT_TRUE(at::equal(FramesFrom(later), before));
}

// --- Who imagines ---

TEST(ImaginingTaskTest, IsNullWithoutASimulator) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(
      FakeTask("blind", [](const LearnerBatch& batch, const UpdateContext&) {
        return LossTerms{batch.beliefs.sum(), {}};
      }));
  Experiment none(kGrid);
  EXPECT_EQ(ImaginingTask(none.learner()), nullptr);
  Experiment blind(std::string(kGrid) + "auxiliary: [{kind: blind}]\n", parts);
  EXPECT_EQ(ImaginingTask(blind.learner()), nullptr);
}

TEST(ImaginingTaskTest, IsTheFirstThatCan) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(
      FakeTask("blind", [](const LearnerBatch& batch, const UpdateContext&) {
        return LossTerms{batch.beliefs.sum(), {}};
      }));
  Experiment experiment(
      std::string(kGrid) +
          "auxiliary: [{kind: blind}, {kind: simcore, overshoot: 5, starts: "
          "2}, {kind: simcore, overshoot: 1, starts: 2}]\n",
      parts);
  EXPECT_EQ(ImaginingTask(experiment.learner()),
            experiment.learner().tasks()[1].get());
}

}  // namespace
}  // namespace credo
