// What a tolerance that does not fit looks like, on a frame of eight numbers of
// which the state knows something about two: the numbers are normals of
// deviation .3, and around what the state knows the two lie .3 up or down.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "sdk/model/frame_models.h"
#include "sdk/tensor/adam.h"
#include "simcore/geco.h"
#include "simcore/latent.h"
#include "tests/support/gradient_check.h"

namespace credo {
namespace {

constexpr int64_t kFrames = 64;
constexpr int64_t kNumbers = 8;
constexpr int64_t kKnown = 2;
constexpr int kUpdates = 500;

struct Symptoms {
  double early_kl = 0;  // nats, over the first fifth of the updates
  double kl = 0;        // over the last fifth
  // What frames lose under the states of other frames, as a share of what they
  // lose where states alone tell of the two numbers.
  double gap = 0;
  double multiplier = 0;
};

// Quick to move, for a model that learns in a few hundred updates.
GecoOptions Quick() {
  GecoOptions geco;
  geco.rise = 0.1;
  geco.fall = 0.1;
  geco.high = 20;
  geco.average = 0.9;
  geco.warmup = 0;
  return geco;
}

Symptoms Trained(double tolerance, const GecoOptions& geco = Quick()) {
  LatentOptions options;
  options.hidden = {32};
  options.latents = kNumbers;
  options.vector_tolerance = tolerance;
  options.geco = geco;
  Parameters parameters;
  auto made = LatentPart().make(
      options, parameters,
      {"d", kKnown, 0,
       {ObservationSpec::Vector("x", {kNumbers}, -INFINITY, INFINITY)}});
  FrameModel& model = **made;
  parameters.Allocate(1);
  Adam adam(parameters.size(), {}, at::kFloat);
  Symptoms symptoms;
  for (int update = 0; update < kUpdates; ++update) {
    const auto draws = [update](int64_t numbers, int64_t stream) {
      return RandomLeaf({kFrames, numbers}, 10 * update + stream, at::kFloat)
          .detach();
    };
    const at::Tensor states = draws(kKnown, 0).sign();
    const at::Tensor frames =
        .3 * (draws(kNumbers, 1) +
              at::constant_pad_nd(states, {0, kNumbers - kKnown}));
    FrameTargets targets;
    targets.observations.Add("x", frames);
    targets.weights = torch::full({kFrames}, 1.0 / kFrames);
    const at::Tensor noise = draws(model.noise(), 2);
    parameters.ZeroGradients();
    const FrameLoss loss = model.Loss(states, targets, noise);
    (loss.loss * targets.weights).sum().backward();
    if (update < kUpdates / 5) {
      symptoms.early_kl += loss.numbers[0].value.mean().item<double>();
    }
    if (update >= kUpdates - kUpdates / 5) {
      torch::NoGradGuard no_grad;
      const FrameLoss other = model.Loss(states.roll(1, 0), targets, noise);
      symptoms.kl += loss.numbers[0].value.mean().item<double>();
      symptoms.gap += (other.nats - loss.nats).mean().item<double>();
    }
    adam.Update(0.01, parameters.gradients(), parameters.values());
    model.Learned(loss);
  }
  symptoms.early_kl /= kUpdates / 5;
  symptoms.kl /= kUpdates / 5;
  // Half of the others lie .6 away.
  const double apart = kKnown * .5 * .36 / (2 * tolerance * tolerance);
  symptoms.gap /= kUpdates / 5 * apart;
  symptoms.multiplier = model.Progress().Read()[0].value;
  return symptoms;
}

// The mean frame is good enough: latents say nothing, and the multiplier falls
// as low as it may.
TEST(GecoSymptoms, TooLoose) {
  const Symptoms symptoms = Trained(1);
  EXPECT_LT(symptoms.kl, 0.05);
  EXPECT_DOUBLE_EQ(symptoms.multiplier, 0.001);
}

// What the state knows is needed and enough.
TEST(GecoSymptoms, JustRight) {
  const Symptoms symptoms = Trained(0.35);
  EXPECT_LT(symptoms.kl, 0.5);
  EXPECT_GT(symptoms.gap, 0.7);
  EXPECT_LT(symptoms.multiplier, 20);
}

// Latents have to say everything, what the state knows included, and the
// multiplier grows as large as it may.
TEST(GecoSymptoms, TooTight) {
  const Symptoms symptoms = Trained(0.01);
  EXPECT_GT(symptoms.kl, 8);
  EXPECT_LT(symptoms.gap, 0.05);
  EXPECT_DOUBLE_EQ(symptoms.multiplier, 20);
}

// A multiplier that begins high and falls slowly: latents explain everything
// before the states have learned to, and go on doing so.
TEST(GecoSymptoms, BegunTooHigh) {
  GecoOptions geco = Quick();
  geco.initial = geco.high;
  geco.fall = 1e-4;
  const Symptoms symptoms = Trained(0.35, geco);
  const Symptoms calm = Trained(0.35);
  EXPECT_GT(symptoms.early_kl, 2 * calm.early_kl);
  EXPECT_GT(symptoms.kl, 8);
  EXPECT_LT(calm.kl, 0.5);
}

// How far the multiplier goes on rising once the error is within its tolerance.
double RisesAfterwards(double average) {
  GecoOptions options = Quick();
  options.average = average;
  options.initial = 1;
  options.high = 1e4;
  Geco geco(options);
  double within = 0;  // when the constraint first held
  double highest = 0;
  for (int k = 0; k < 1000; ++k) {
    const double constraint = .3 * std::exp(-k / 50.0) - .01;
    geco.Update(torch::tensor(constraint, torch::kDouble));
    if (constraint <= 0 && within == 0) within = geco.multiplier();
    highest = std::max(highest, geco.multiplier());
  }
  return highest / within;
}

TEST(GecoSymptoms, AnAverageThatLagsRunsAway) {
  EXPECT_GT(RisesAfterwards(.99), 1.5);
  EXPECT_LT(RisesAfterwards(.9), 1.05);
}

}  // namespace
}  // namespace credo
