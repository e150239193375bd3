#include "simcore/cpc.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sdk/model/frame_models.h"
#include "tests/conformance/network_checks.h"
#include "tests/oracles/expect_near.h"
#include "tests/oracles/info_nce.h"
#include "tests/simcore/parameter_values.h"

namespace credo {
namespace {

using oracle::ExpectNear;
using oracle::kSixDecimals;
using oracle::Matrix;
using oracle::Vector;

// A model without hidden layers whose state, frame and comparison have as many
// numbers: scores are q A' B z, with A of the state and B of the target.
class CpcTest : public testing::Test {
 protected:
  void Make(int64_t size, const std::string& options,
            const Vector& of_state, const Vector& of_target) {
    const FrameModelPart part = CpcPart();
    auto made = part.make(
        *PartOptions(part.info, "{hidden: [], size: " + std::to_string(size) +
                                    ", " + options + "}"),
        parameters_,
        {"d", size, size,
         {ObservationSpec::Vector("x", {size}, -INFINITY, INFINITY)}});
    ASSERT_TRUE(made.ok()) << made.status().message();
    model_ = *std::move(made);
    parameters_.Allocate(1, at::kDouble);
    SetValue(parameters_, "d.state.0.weight", of_state);
    SetValue(parameters_, "d.state.0.bias", Vector(size, 0));
    SetValue(parameters_, "d.target.weight", of_target);
    SetValue(parameters_, "d.target.bias", Vector(size, 0));
  }

  // Candidates are records of column 0 in their order.
  static FrameTargets Targets(const Matrix& candidates,
                              const std::vector<int64_t>& places) {
    const at::Tensor frames =
        torch::tensor(candidates.values, torch::kDouble)
            .view({static_cast<int64_t>(candidates.rows),
                   static_cast<int64_t>(candidates.cols)});
    FrameTargets targets;
    targets.candidates.observations.Add("x", frames);
    targets.candidates.encodings = frames;
    std::vector<FrameId> ids;
    for (int64_t t = 0; t < frames.size(0); ++t) ids.push_back({0, t, 0});
    targets.candidates.ids = FrameIds(ids);
    targets.places = torch::tensor(places, torch::kLong);
    targets.ids = targets.candidates.ids.index_select(0, targets.places);
    targets.observations.Add("x", frames.index_select(0, targets.places));
    targets.encodings = targets.observations["x"];
    targets.weights = torch::full({targets.places.size(0)},
                                  1.0 / static_cast<double>(places.size()),
                                  torch::kDouble);
    return targets;
  }

  Parameters parameters_;
  std::unique_ptr<FrameModel> model_;
};

const Vector kIdentity3 = {1, 0, 0, 0, 1, 0, 0, 0, 1};
const Matrix kBasis3 = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

// Numeric reference C1: states are the rows of logits, candidates the basis.
TEST_F(CpcTest, MatchesNumericReferenceC1) {
  Make(3, "duplicate: 0", kIdentity3, kIdentity3);
  const at::Tensor states =
      torch::tensor({2., .5, -1., 0., 1., .5, -.5, 1.5, 1.}, torch::kDouble)
          .view({3, 3})
          .requires_grad_(true);
  const FrameLoss loss =
      model_->Loss(states, Targets(kBasis3, {0, 1, 2}), {});
  ExpectNear(NumbersIn(loss.loss), {.241311, .68027, 1.054957}, kSixDecimals);
  ExpectNear(NumbersIn(loss.nats), NumbersIn(loss.loss), 0);
  ASSERT_EQ(loss.numbers.size(), 1u);
  EXPECT_EQ(loss.numbers[0].name, "accuracy");
  ExpectNear(NumbersIn(loss.numbers[0].value), {1, 1, 0}, 0);
  loss.loss.mean().backward();
  ExpectNear(NumbersIn(states.grad()),
             {-.071468, .05843, .013038, .062108, -.164507, .102399, .025899,
              .191366, -.217264},
             kSixDecimals);
}

// Numeric reference C3: a bilinear score.
TEST_F(CpcTest, MatchesNumericReferenceC3) {
  // q W z with W = [[1, .5], [0, -1]] in place of A'; B is the identity.
  Make(2, "duplicate: 0", {1, 0, .5, -1}, {1, 0, 0, 1});
  const at::Tensor states = torch::tensor({{1., -.5}}, torch::kDouble);
  const FrameLoss loss = model_->Loss(
      states, Targets({{.2, .4}, {1, 0}, {-.3, 2}}, {1}), {});
  EXPECT_NEAR(loss.loss.item<double>(), 1.304019, kSixDecimals);
  EXPECT_EQ(loss.numbers[0].value.item<double>(), 0);
}

TEST_F(CpcTest, TheTemperatureDividesScores) {
  Make(3, "duplicate: 0, temperature: 0.5", kIdentity3, kIdentity3);
  const at::Tensor states = torch::tensor({{1., .25, -.5}}, torch::kDouble);
  EXPECT_NEAR(
      model_->Loss(states, Targets(kBasis3, {0}), {}).loss.item<double>(),
      .241311, kSixDecimals);
}

// Candidates 1 and 3 are nearly candidate 0, and candidate 4 is not quite.
const Matrix kNearlyAlike = {{1, 0, 2},    {1.01, 0, 2}, {3, 1, -1},
                             {1, -.02, 2}, {1.2, 0, 2},  {0, 0, 1}};

TEST_F(CpcTest, NearDuplicatesAreNoNegatives) {
  Make(3, "duplicate: 0.001", kIdentity3, kIdentity3);
  const Vector state = {.3, -.2, .4};
  const Vector scores =
      oracle::BilinearScores(state, oracle::Identity(3), kNearlyAlike);
  const FrameLoss loss =
      model_->Loss(torch::tensor(state, torch::kDouble).unsqueeze(0),
                   Targets(kNearlyAlike, {0}), {});
  EXPECT_NEAR(
      loss.loss.item<double>(),
      oracle::InfoNce(scores, 0, {false, true, false, true, false, false})
          .loss,
      1e-12);
}

TEST_F(CpcTest, NeighboursInTheEpisodeAreNoNegatives) {
  Make(3, "duplicate: 0, neighbours: 2", kIdentity3, kIdentity3);
  const Vector state = {.3, -.2, .4};
  const Vector scores =
      oracle::BilinearScores(state, oracle::Identity(3), kNearlyAlike);
  FrameTargets targets = Targets(kNearlyAlike, {3});
  // Record 2 is of the episode before, record 4 of another column, record 0 is
  // too far away; record 1 comes close as well.
  targets.candidates.ids = FrameIds({{0, 0, 1}, {0, 1, 1}, {0, 2, 0},
                                     {0, 3, 1}, {1, 4, 1}, {0, 5, 1}});
  targets.ids = targets.candidates.ids.narrow(0, 3, 1);
  const FrameLoss loss =
      model_->Loss(torch::tensor(state, torch::kDouble).unsqueeze(0), targets,
                   {});
  EXPECT_NEAR(
      loss.loss.item<double>(),
      oracle::InfoNce(scores, 3, {false, true, false, false, false, true})
          .loss,
      1e-12);
}

TEST_F(CpcTest, AFrameWithoutNegativesCostsNothing) {
  Make(3, "duplicate: 100", kIdentity3, kIdentity3);
  const at::Tensor states =
      torch::tensor({{5., -3., 2.}, {0., 1., 0.}}, torch::kDouble)
          .requires_grad_(true);
  const FrameLoss loss =
      model_->Loss(states, Targets(kNearlyAlike, {2, 5}), {});
  ExpectNear(NumbersIn(loss.loss), {0, 0}, 0);
  loss.loss.sum().backward();
  EXPECT_EQ(states.grad().abs().max().item<double>(), 0);
}

TEST_F(CpcTest, ChanceIsTheLogarithmOfTheCandidates) {
  Make(3, "duplicate: 0", kIdentity3, kIdentity3);
  const FrameLoss loss =
      model_->Loss(torch::zeros({1, 3}, torch::kDouble),
                   Targets(kNearlyAlike, {4}), {});
  EXPECT_NEAR(loss.loss.item<double>(), std::log(6), 1e-12);
}

// Without duplicates to leave out, equal frames are negatives of each other.
TEST_F(CpcTest, EqualFramesCountWhenNoneIsADuplicate) {
  Make(3, "duplicate: 0", kIdentity3, kIdentity3);
  const FrameLoss loss = model_->Loss(
      torch::tensor({{1., 2., 3.}}, torch::kDouble),
      Targets({{.1, .7, .3}, {.1, .7, .3}, {.1, .7, .3}}, {2}), {});
  EXPECT_NEAR(loss.loss.item<double>(), std::log(3), 1e-12);
}

// The encoder learns from both sides: what is told apart moves as well.
TEST_F(CpcTest, TheGradientReachesEncodingsOfFrameAndNegatives) {
  Make(3, "target: encoding, duplicate: 0.001", kIdentity3, kIdentity3);
  FrameTargets targets = Targets(kNearlyAlike, {0});
  at::Tensor encodings = RandomLeaf({6, 3}, 1);
  targets.candidates.encodings = encodings;
  const at::Tensor states =
      torch::tensor({{.3, -.2, .4}}, torch::kDouble);
  model_->Loss(states, targets, {}).loss.sum().backward();
  const at::Tensor sizes = encodings.grad().abs().amax(1);
  // Duplicates are those of the frame, whatever the encoder makes of them.
  for (const int64_t candidate : {0, 2, 4, 5}) {
    EXPECT_GT(sizes[candidate].item<double>(), 0) << candidate;
  }
  for (const int64_t candidate : {1, 3}) {
    EXPECT_EQ(sizes[candidate].item<double>(), 0) << candidate;
  }
}

TEST_F(CpcTest, LearnsToTellFramesApart) {
  Make(3, "duplicate: 0.001", kIdentity3, kIdentity3);
  const FrameTargets targets = Targets(kNearlyAlike, {0, 2, 4, 5});
  const at::Tensor states = RandomLeaf({4, 3}, 2).detach();
  double loss = 0;
  for (int update = 0; update < 400; ++update) {
    parameters_.ZeroGradients();
    const at::Tensor total = model_->Loss(states, targets, {}).loss.mean();
    total.backward();
    loss = total.item<double>();
    torch::NoGradGuard no_grad;
    parameters_.values().sub_(parameters_.gradients());
  }
  EXPECT_LT(loss, .5 * std::log(6));
}

}  // namespace
}  // namespace credo
