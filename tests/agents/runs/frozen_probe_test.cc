// Probes from scratch: what they read of a frozen agent, and that they read the
// same frames whatever the agent is.

#include "agents/runs/frozen_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <atomic>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/agents/probes/cards.h"

namespace credo {
namespace {

class FrozenProbeTest : public testing::Test {
 protected:
  FrozenProbeTest() { at::set_num_threads(1); }

  std::unique_ptr<LoadedRun> Notebooks(const std::string& more = "") const {
    return MakeCardsRun("notebook",
                        std::string(kNotebookAgent) +
                            "actions: scripted\n"
                            "probes: [{kind: cells, target: map}]\n" + more,
                        parts_);
  }
  std::unique_ptr<LoadedRun> Learned(const std::string& more = "") const {
    return MakeCardsRun("learned",
                        std::string(kLearnedAgent) +
                            "probes: [{kind: cells, target: map}]\n" + more,
                        parts_);
  }
  static FrozenAgent Frozen(const LoadedRun& run,
                            ProbeInput input = ProbeInput::kBelief) {
    return {&run.agent(), input, run.reward_clip()};
  }
  static std::unique_ptr<ScriptedStream> Stream(const LoadedRun& run,
                                                uint64_t seed) {
    auto stream = ScriptedStream::Make(run.agent(), run.worlds,
                                       run.options.learner, seed);
    ThrowUnlessOk(stream.status());
    return *std::move(stream);
  }
  static const Unroll& Next(ScriptedStream& stream) {
    const Result<const Unroll*> unroll = stream.Next();
    ThrowUnlessOk(unroll.status());
    return **unroll;
  }
  Result<std::unique_ptr<ProbeNet>> Train(const LoadedRun& run, uint64_t seed,
                                          int stop = 0) const {
    const std::atomic<int> stopped{stop};
    auto heads = MakeProbeHeads(run.options.probes, parts_.probes, run.spec);
    ThrowUnlessOk(heads.status());
    CREDO_ASSIGN_OR_RETURN(
        FrozenProbe probe,
        TrainFrozenProbe(Frozen(run), ProbeReader::kFlat, run.worlds,
                         run.options.learner, run.options.probing,
                         *std::move(heads), seed, stopped));
    return std::move(probe.net);
  }

  const Parts parts_ = PartsWithCards();
};

// --- What is read ---

TEST_F(FrozenProbeTest, ABeliefHoldsWhatWasSeenAcrossUnrolls) {
  const auto run = Notebooks();
  const auto stream = Stream(*run, 4);
  at::Tensor state = Frozen(*run).InitialState(8);
  // Episodes are of 8 records, unrolls of 5 steps.
  for (int n = 0; n < 7; ++n) {
    const Unroll& unroll = Next(*stream);
    const at::Tensor notes = Frozen(*run).Read(unroll, state).features;
    const at::Tensor known =
        notes.narrow(2, 0, kCards * kCardValues)
            .reshape({6, 8, kCards, kCardValues});
    EXPECT_TRUE(at::equal(known.sum(-1).to(at::kByte),
                          unroll.privileged["map.seen"]))
        << "unroll " << n;
    const at::Tensor right = known.gather(
        -1, unroll.privileged["map"].to(at::kLong).unsqueeze(-1));
    EXPECT_TRUE(at::equal(right.squeeze(-1).to(at::kByte),
                          unroll.privileged["map.seen"]))
        << "unroll " << n;
    EXPECT_TRUE(at::equal(notes.narrow(2, kCards * kCardValues, 1) - 1,
                          unroll.privileged["record"]))
        << "unroll " << n;
  }
}

TEST_F(FrozenProbeTest, AnEncodingIsOfThePresentRecordAlone) {
  const auto run = Learned();
  const auto stream = Stream(*run, 4);
  const FrozenAgent frozen = Frozen(*run, ProbeInput::kEncoding);
  Next(*stream);
  const Unroll& unroll = Next(*stream);
  at::Tensor state = torch::ones_like(frozen.InitialState(8));
  const at::Tensor before = state.clone();
  const at::Tensor encodings = frozen.Read(unroll, state).features;
  EXPECT_TRUE(at::equal(state, before));
  ASSERT_EQ(encodings.sizes(),
            at::IntArrayRef({6, 8, run->agent().encoder().size()}));
  // Records that show the same have the same encoding, whatever came before.
  const at::Tensor shown = unroll.observations["card"] * kCardValues +
                           unroll.observations["value"];
  const at::Tensor flat = shown.flatten();
  const at::Tensor rows = encodings.flatten(0, 1);
  int64_t alike = 0;
  for (int64_t i = 0; i < flat.size(0); ++i) {
    for (int64_t j = 0; j < i; ++j) {
      if (flat[i].item<int64_t>() != flat[j].item<int64_t>()) continue;
      ++alike;
      EXPECT_TRUE(at::allclose(rows[i], rows[j], 0, 1e-6));
    }
  }
  EXPECT_GT(alike, 20);
}

TEST_F(FrozenProbeTest, WidthsAreThoseOfTheLayerThatIsRead) {
  const auto run = Learned();
  EXPECT_EQ(Frozen(*run).shape().features, run->agent().core().belief_size());
  EXPECT_EQ(Frozen(*run, ProbeInput::kEncoding).shape().features, 8);
}

TEST_F(FrozenProbeTest, ReadingBringsNoGradient) {
  const auto run = Learned();
  const auto stream = Stream(*run, 4);
  for (const ProbeInput input : {ProbeInput::kBelief, ProbeInput::kEncoding}) {
    const FrozenAgent frozen = Frozen(*run, input);
    at::Tensor state = frozen.InitialState(8);
    EXPECT_FALSE(frozen.Read(Next(*stream), state).features.requires_grad());
    EXPECT_FALSE(state.requires_grad());
  }
}

TEST_F(FrozenProbeTest, ABeliefSeesRewardsAsItWasTrainedTo) {
  // Rewards are 1: a clip of a quarter makes other beliefs.
  const auto run = Learned();
  const auto stream = Stream(*run, 4);
  const Unroll& unroll = Next(*stream);
  ASSERT_GT(unroll.rewards.sum().item<double>(), 0);
  const auto read = [&](double clip) {
    const FrozenAgent frozen{&run->agent(), ProbeInput::kBelief, clip};
    at::Tensor state = frozen.InitialState(8);
    return frozen.Read(unroll, state).features;
  };
  EXPECT_TRUE(at::equal(read(0), read(1)));
  EXPECT_FALSE(at::equal(read(0.25), read(1)));
}

// --- The stream ---

TEST_F(FrozenProbeTest, UnrollsFollowEachOther) {
  const auto run = Notebooks();
  const auto stream = Stream(*run, 4);
  at::Tensor last = Next(*stream).privileged["record"][5].clone();
  for (int n = 1; n < 4; ++n) {
    const Unroll& unroll = Next(*stream);
    EXPECT_TRUE(at::equal(unroll.privileged["record"][0], last));
    last = unroll.privileged["record"][5].clone();
  }
}

TEST_F(FrozenProbeTest, TheStreamIsTheSameForEveryAgent) {
  const auto notebooks = Notebooks();
  const auto learned = Learned("actions: policy\n");
  const auto one = Stream(*notebooks, 4);
  const auto two = Stream(*learned, 4);
  for (int n = 0; n < 3; ++n) {
    const Unroll& left = Next(*one);
    const Unroll& right = Next(*two);
    for (const auto& [name, tensor] : left.observations) {
      EXPECT_TRUE(at::equal(tensor, right.observations[name])) << name;
    }
    for (const auto& [name, tensor] : left.privileged) {
      EXPECT_TRUE(at::equal(tensor, right.privileged[name])) << name;
    }
    EXPECT_TRUE(at::equal(left.actions, right.actions));
    EXPECT_TRUE(at::equal(left.rewards, right.rewards));
    EXPECT_TRUE(at::equal(left.kinds, right.kinds));
  }
}

TEST_F(FrozenProbeTest, OtherSeedsGiveOtherStreams) {
  const auto run = Notebooks();
  const auto one = Stream(*run, 4);
  const auto two = Stream(*run, 5);
  EXPECT_FALSE(at::equal(Next(*one).privileged["map"],
                         Next(*two).privileged["map"]));
}

// --- The training ---

TEST_F(FrozenProbeTest, TrainingIsAFunctionOfItsArguments) {
  const auto run = Learned("probing: {hidden: [8], frames: 400}\n");
  const auto values = [&](uint64_t seed) {
    auto probes = Train(*run, seed);
    ThrowUnlessOk(probes.status());
    return (*probes)->parameters().values().clone();
  };
  const at::Tensor first = values(4);
  EXPECT_TRUE(at::equal(values(4), first));
  EXPECT_FALSE(at::equal(values(5), first));
}

TEST_F(FrozenProbeTest, TrainingLeavesTheAgentAlone) {
  const auto run = Learned("probing: {hidden: [8], frames: 400}\n");
  const at::Tensor before = run->learner->parameters().values().clone();
  ASSERT_TRUE(Train(*run, 4).ok());
  EXPECT_TRUE(at::equal(run->learner->parameters().values(), before));
  EXPECT_EQ(run->learner->parameters().gradients().abs().sum().item<double>(),
            0);
}

TEST_F(FrozenProbeTest, TrainingEndsWhenItIsStopped) {
  const auto run = Learned();
  EXPECT_EQ(Train(*run, 4, /*stop=*/15).status().code(),
            StatusCode::kCancelled);
}

// The frames of one unroll are steps times columns: 40.
TEST_F(FrozenProbeTest, TrainingReadsAsManyFramesAsAskedFor) {
  const std::vector<std::pair<int64_t, int64_t>> asked = {
      {1, 40}, {40, 40}, {41, 80}, {400, 400}};
  for (const auto& [frames, read] : asked) {
    const auto run =
        Learned("probing: {frames: " + std::to_string(frames) + "}\n");
    // The records of 8 characters, of which the first ones are no frames.
    std::atomic<int64_t> records{0};
    class Counted : public Cards {
     public:
      explicit Counted(std::atomic<int64_t>* records) : records_(records) {}
      void Reset(uint64_t seed, RecordWriter& out) override {
        ++*records_;
        Cards::Reset(seed, out);
      }
      void Step(std::span<const float> action, RecordWriter& out) override {
        ++*records_;
        Cards::Step(action, out);
      }

     private:
      std::atomic<int64_t>* records_;
    };
    run->worlds = [&]() -> Result<std::unique_ptr<Environment>> {
      return std::unique_ptr<Environment>(std::make_unique<Counted>(&records));
    };
    ASSERT_TRUE(Train(*run, 4).ok());
    EXPECT_EQ(records - 8, read) << frames;
  }
}

TEST_F(FrozenProbeTest, AWorldThatFailsIsNamed) {
  const auto run = Learned();
  class Torn : public Cards {
    void Step(std::span<const float>, RecordWriter&) override {
      throw std::runtime_error("a card is torn");
    }
  };
  run->worlds = []() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Torn>());
  };
  const Status status = Train(*run, 4).status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), testing::HasSubstr("world 'cards', character"));
  EXPECT_THAT(status.message(), testing::HasSubstr("a card is torn"));
}

}  // namespace
}  // namespace credo
