// What every probe head owes, as tests: for the listed probes and for a host's
// own.
//
//   #include "tests/conformance/probe_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(
//       Mine, ProbeConformance,
//       testing::Values(ProbeCase{"mine", MyProbe(), "{target: map}"}),
//       ProbeCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_PROBE_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_PROBE_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "agents/probes/probe.h"
#include "tests/conformance/network_checks.h"

namespace credo {

// A world with something privileged of each kind.
inline EnvironmentSpec ProbedWorld() {
  EnvironmentSpec spec;
  spec.name = "probed";
  spec.observations = {
      ObservationSpec::Tiles("view", {3, 3}, 4),
      ObservationSpec::Vector("sensor", {2}, -1, 1),
      ObservationSpec::Tiles("map", {2, 3}, 4).Privileged(),
      ObservationSpec::Tiles("map.seen", {2, 3}, 2).Privileged(),
      ObservationSpec::Tiles("map.visible", {2, 3}, 2).Privileged(),
      ObservationSpec::Tiles("cell", {1}, 9).Privileged(),
      ObservationSpec::Vector("place", {3}, -5, 5).Privileged(),
      ObservationSpec::Vector("heading", {2}, -3.1, 3.1).Privileged(),
      ObservationSpec::Picture("above", 4, 4, 3).Privileged()};
  spec.action.fields = {ActionField::Discrete("move", 2)};
  return spec;
}

struct ProbeCase {
  std::string name;  // letters, digits and "_"
  ProbePart part;
  std::string options;  // YAML, the target among them
  EnvironmentSpec spec = ProbedWorld();

  static std::string Name(const testing::TestParamInfo<ProbeCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const ProbeCase& value, std::ostream* out) {
    *out << value.name;
  }
};

class ProbeConformance : public testing::TestWithParam<ProbeCase> {
 protected:
  static constexpr int64_t kRows = 200;

  ProbeConformance() {
    const ProbeCase& c = GetParam();
    auto head = c.part.make(*PartOptions(c.part.info, c.options), c.spec);
    if (!head.ok()) throw std::runtime_error(head.status().message());
    head_ = *std::move(head);
    truth_ = RandomObservation(head_->target(), {kRows}, 1);
    predictions_ = RandomLeaf({kRows, head_->predictions()}, 2);
  }

  double MeanLoss(const at::Tensor& constant) const {
    return head_->Loss(constant.unsqueeze(0).expand({kRows, -1}), truth_)
        .mean()
        .item<double>();
  }

  std::unique_ptr<ProbeHead> head_;
  at::Tensor truth_;
  at::Tensor predictions_;  // double
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ProbeConformance);

TEST_P(ProbeConformance, ReadsAPrivilegedObservationOfTheWorld) {
  const EnvironmentSpec& spec = GetParam().spec;
  const int index = spec.IndexOf(head_->target().name);
  ASSERT_GE(index, 0);
  EXPECT_EQ(spec.observations[index], head_->target());
  EXPECT_TRUE(head_->target().privileged);
}

TEST_P(ProbeConformance, MasksAreTilesOfTheTargetsShape) {
  const EnvironmentSpec& spec = GetParam().spec;
  for (const std::string& mask : {head_->seen(), head_->visible()}) {
    if (mask.empty()) continue;
    const int index = spec.IndexOf(mask);
    ASSERT_GE(index, 0) << mask;
    EXPECT_TRUE(spec.observations[index].privileged) << mask;
    EXPECT_EQ(spec.observations[index].dtype(), DType::kU8) << mask;
    EXPECT_EQ(spec.observations[index].shape, head_->target().shape) << mask;
  }
}

TEST_P(ProbeConformance, GivesALossPerRowAndAScorePerNumber) {
  const at::Tensor loss = head_->Loss(predictions_, truth_);
  EXPECT_EQ(loss.sizes(), at::IntArrayRef({kRows}));
  ExpectFinite(loss);
  const at::Tensor score = head_->Score(predictions_, truth_);
  EXPECT_EQ(score.sizes(),
            at::IntArrayRef({kRows, head_->target().elements()}));
  ExpectFinite(score);
}

TEST_P(ProbeConformance, AccuraciesAreZeroOrOneAndErrorsNotNegative) {
  const at::Tensor score = head_->Score(predictions_, truth_);
  if (head_->is_accuracy()) {
    EXPECT_TRUE(score.eq(0).logical_or(score.eq(1)).all().item<bool>());
  } else {
    EXPECT_GE(score.min().item<double>(), 0);
  }
}

TEST_P(ProbeConformance, RowsDoNotMeet) {
  const at::Tensor loss = head_->Loss(predictions_, truth_);
  const at::Tensor score = head_->Score(predictions_, truth_);
  for (const int64_t row : {0, 7, 199}) {
    const at::Tensor prediction = predictions_.narrow(0, row, 1);
    const at::Tensor truth = truth_.narrow(0, row, 1);
    ExpectClose(head_->Loss(prediction, truth)[0], loss[row], 1e-12);
    ExpectClose(head_->Score(prediction, truth)[0], score[row], 1e-12);
  }
}

TEST_P(ProbeConformance, NumbersOfTheTargetDoNotMeet) {
  if (head_->target().elements() < 2) GTEST_SKIP() << "there is only one";
  // Other truths for number 0, for number 1, and for both.
  const auto other = [this](bool zero, bool one) {
    at::Tensor truth = truth_.clone();
    const at::Tensor flat = truth.view({kRows, -1});
    if (zero) flat.select(1, 0).copy_(flat.select(1, 0).roll(1));
    if (one) flat.select(1, 1).copy_(flat.select(1, 1).roll(1));
    return truth;
  };
  const auto extra = [&](bool zero, bool one) {
    return head_->Loss(predictions_, other(zero, one)) -
           head_->Loss(predictions_, truth_);
  };
  ExpectClose(extra(true, true), extra(true, false) + extra(false, true),
              1e-9);
  const at::Tensor score = head_->Score(predictions_, truth_);
  const int64_t rest = score.size(1) - 1;
  ExpectEqualBits(
      head_->Score(predictions_, other(true, false)).narrow(1, 1, rest),
      score.narrow(1, 1, rest));
}

TEST_P(ProbeConformance, GradientsAreRight) {
  ExpectGradientsMatchDifferences(
      [&] {
        return std::vector<at::Tensor>{head_->Loss(predictions_, truth_)};
      },
      {{"predictions", predictions_}});
}

TEST_P(ProbeConformance, TheConstantIsTheBestOne) {
  // Lopsided, so that no symmetric guess will do.
  const ObservationSpec& target = head_->target();
  truth_ = target.kind == ObservationKind::kVector
               ? (truth_ + target.high) / 2
               : truth_.clamp_max(target.categories() / 2);
  const at::Tensor constant = head_->Constant(truth_).to(at::kDouble);
  ASSERT_EQ(constant.sizes(), at::IntArrayRef({head_->predictions()}));
  ExpectFinite(constant);
  const double best = MeanLoss(constant);
  for (int64_t seed = 10; seed < 30; ++seed) {
    const at::Tensor near =
        constant + 0.3 * RandomLeaf(constant.sizes(), seed).detach();
    EXPECT_LT(best, MeanLoss(near));
  }
}

TEST_P(ProbeConformance, ALossThatIsLowestScoresBest) {
  // Predictions that each row may choose for itself.
  at::Tensor predictions =
      torch::zeros_like(predictions_).requires_grad_(true);
  for (int step = 0; step < 300; ++step) {
    const at::Tensor gradient = torch::autograd::grad(
        {head_->Loss(predictions, truth_).sum()}, {predictions})[0];
    torch::NoGradGuard no_grad;
    predictions -= 0.5 * gradient;
  }
  const at::Tensor score =
      head_->Score(predictions.detach(), truth_).to(at::kDouble);
  if (head_->is_accuracy()) {
    EXPECT_EQ(score.min().item<double>(), 1);
  } else {
    EXPECT_LT(score.max().item<double>(), 1e-3);
  }
}

// Options that a probe must refuse: `message` opens what it says.
struct ProbeMisfit {
  std::string name;  // letters, digits and "_"
  ProbePart part;
  std::string options;  // YAML
  std::string message;

  static std::string Name(const testing::TestParamInfo<ProbeMisfit>& info) {
    return info.param.name;
  }
  friend void PrintTo(const ProbeMisfit& value, std::ostream* out) {
    *out << value.name;
  }
};

class ProbeRefusal : public testing::TestWithParam<ProbeMisfit> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ProbeRefusal);

TEST_P(ProbeRefusal, SaysWhatDoesNotFit) {
  const ProbeMisfit& misfit = GetParam();
  const auto head = misfit.part.make(
      *PartOptions(misfit.part.info, misfit.options), ProbedWorld());
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(head.status().message().starts_with(misfit.message))
      << head.status().message();
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_PROBE_CONFORMANCE_H_
