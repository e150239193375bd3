// Errors of imagined frames, against sums taken frame by frame.

#include "agents/runs/imagination_errors.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/imagination.h"
#include "tests/agents/experiment.h"

namespace credo {
namespace {

constexpr const char* kWorld =
    "world: {kind: city, room: 4, episode: 12}\nactions: scripted\n"
    "agent: {encoder: {kind: mlp, sizes: [6]}, core: {kind: lstm, size: 6, "
    "memory: {kind: slots, slots: 8, width: 5, key: 3}}}\n"
    "learner: {unroll: 8, batch: 2}\n"
    "probes: [{kind: cells, target: map}]\n";

class ImaginationErrorsTest : public testing::Test {
 protected:
  void Make(const std::string& auxiliary) {
    run_ = std::make_unique<LoadedRun>(parts_);
    ThrowUnlessOk(ReadYaml(kWorld + auxiliary, "test.yaml", {},
                           run_->options));
    run_->worlds = MakeWorldFactory(run_->options, parts_);
    run_->spec = (*run_->worlds())->spec();
    auto learner = Learner::Make(run_->options, parts_, run_->spec);
    ThrowUnlessOk(learner.status());
    run_->learner = *std::move(learner);
  }

  Parts parts_ = BuiltInParts();
  std::unique_ptr<LoadedRun> run_;
  const ImaginationErrorOptions options_{.seed = 4, .episodes = 3, .ahead = 5,
                                         .samples = 3, .every = 4};
};

TEST_F(ImaginationErrorsTest, AreThoseOfTheMeanOfSamplesAndOfTheMeanFrame) {
  Make("auxiliary: [{kind: simcore, overshoot: 3, starts: 1, size: 6, decoder: "
       "{kind: conv_draw, steps: 2, channels: 4, latents: 2}}]\n");
  const auto errors = ImaginationErrors(*run_, options_);
  ASSERT_TRUE(errors.ok()) << errors.status().message();
  ASSERT_EQ(errors->size(), 6u);

  const auto groups =
      RecordEpisodes(run_->agent(), run_->worlds, 4, 3, run_->source(),
                     run_->reward_clip());
  ASSERT_TRUE(groups.ok());
  const EpisodeGroup& group = (*groups)[0];
  const Unroll& records = *group.records;
  const Beliefs beliefs = ReadBeliefs(
      run_->agent(), records, run_->agent().InitialState(3),
      run_->reward_clip());
  const at::Tensor frames = records.observations["view"].to(at::kFloat) / 255;
  const at::Tensor mean =
      frames.slice(0, 0, 13).flatten(0, 1).mean(0);  // episodes of 13 records
  const AuxiliaryTask& task = *ImaginingTask(*run_->learner);
  std::map<int64_t, std::vector<double>> imagined, constant, seen;
  for (int64_t b = 0; b < 3; ++b) {
    ASSERT_EQ(group.lengths[b], 13);
    for (const int64_t t : {0, 4, 8, 12}) {
      at::Tensor sum;
      const int64_t steps = std::min<int64_t>(5, 12 - t);
      for (uint64_t seed = 4; seed < 7; ++seed) {
        const at::Tensor one = Imagine(run_->agent(), task, records, beliefs, t,
                                       b, steps, seed)
                                   .frames["view"];
        sum = sum.defined() ? sum + one : one;
      }
      for (int64_t k = 0; k <= steps; ++k) {
        const at::Tensor truth = frames[t + k][b];
        imagined[k].push_back(
            (sum[k] / 3 - truth).square().mean().item<double>());
        constant[k].push_back((mean - truth).square().mean().item<double>());
        const at::Tensor known = records.privileged["map.seen"][t][b];
        const at::Tensor shown = records.privileged["map.visible"][t + k][b];
        if ((known.ge(shown)).all().item<bool>()) {
          seen[k].push_back(imagined[k].back());
        }
      }
    }
  }
  const auto average = [](const std::vector<double>& numbers) {
    double sum = 0;
    for (const double x : numbers) sum += x;
    return numbers.empty() ? 0 : sum / static_cast<double>(numbers.size());
  };
  for (int64_t k = 0; k <= 5; ++k) {
    const OffsetErrors& found = (*errors)[static_cast<size_t>(k)];
    EXPECT_EQ(found.observation, "view");
    EXPECT_EQ(found.offset, k);
    EXPECT_EQ(found.frames, static_cast<int64_t>(imagined[k].size()));
    EXPECT_NEAR(found.imagined, average(imagined[k]), 1e-6) << k;
    EXPECT_NEAR(found.mean_frame, average(constant[k]), 1e-6) << k;
    EXPECT_EQ(found.seen_frames, static_cast<int64_t>(seen[k].size())) << k;
    EXPECT_NEAR(found.seen_imagined, average(seen[k]), 1e-6) << k;
  }
  // All that is shown now is seen now.
  EXPECT_EQ((*errors)[0].seen_frames, 12);
}

TEST_F(ImaginationErrorsTest, OneThatCannotImagineSaysSo) {
  Make("auxiliary: [{kind: simcore, overshoot: 3, starts: 1, decoder: {kind: "
       "cpc}}]\n");
  EXPECT_EQ(ImaginationErrors(*run_, options_).status().code(),
            StatusCode::kFailedPrecondition);
}

// A model that draws has samples that differ; their mean and deviation are
// those of all of them.
TEST_F(ImaginationErrorsTest, SamplesHaveAMeanAndADeviation) {
  Make("auxiliary: [{kind: simcore, overshoot: 3, starts: 1, size: 6, decoder: "
       "{kind: conv_draw, steps: 2, channels: 4, latents: 2}}]\n");
  const auto groups =
      RecordEpisodes(run_->agent(), run_->worlds, 4, 1, run_->source(),
                     run_->reward_clip());
  const Unroll& records = *(*groups)[0].records;
  const Beliefs beliefs = ReadBeliefs(
      run_->agent(), records, run_->agent().InitialState(1),
      run_->reward_clip());
  const AuxiliaryTask& task = *ImaginingTask(*run_->learner);
  const ImaginedFrames imagined = ImagineSamples(
      run_->agent(), task, records, beliefs, 2, 0, 4, 9, 2);
  ASSERT_EQ(imagined.samples.size(), 2u);
  const at::Tensor one = imagined.samples[0]["view"];
  const at::Tensor two = imagined.samples[1]["view"];
  EXPECT_FALSE(at::equal(one, two));
  EXPECT_TRUE(at::allclose(imagined.mean["view"], (one + two) / 2, 0, 1e-6));
  const at::Tensor around =
      Imagine(run_->agent(), task, records, beliefs, 2, 0, 4, 9)
          .deviations["view"];
  EXPECT_TRUE(at::allclose(imagined.deviation["view"].square(),
                           ((one - two) / 2).square() + around.square(), 1e-4,
                           1e-6));
}

}  // namespace
}  // namespace credo
