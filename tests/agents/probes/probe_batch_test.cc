// Which records an update of the probes reads, and that each is paired with its
// own truth.

#include "agents/probes/probe_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/network_checks.h"

namespace credo {
namespace {

using testing::ElementsAreArray;

constexpr int64_t kSteps = 6;
constexpr int64_t kColumns = 3;

// Hears which truths it is given; predicts what it reads.
class Listener : public ProbeHead {
 public:
  explicit Listener(std::vector<double>* heard) : heard_(heard) {}
  const ObservationSpec& target() const override { return target_; }
  int64_t predictions() const override { return 1; }
  at::Tensor Loss(const at::Tensor& predictions,
                  const at::Tensor& truth) const override {
    heard_->clear();
    for (int64_t i = 0; i < truth.size(0); ++i) {
      heard_->push_back(truth[i][0].item<double>());
    }
    return (predictions - truth).abs().sum(-1);
  }
  at::Tensor Score(const at::Tensor&, const at::Tensor&) const override {
    return {};
  }
  at::Tensor Constant(const at::Tensor&) const override { return {}; }
  bool is_accuracy() const override { return false; }
  const std::string& seen() const override { return none_; }
  const std::string& visible() const override { return none_; }

 private:
  std::vector<double>* heard_;
  ObservationSpec target_ =
      ObservationSpec::Vector("number", {1}, 0, 1000).Privileged();
  std::string none_;
};

class ProbeBatchTest : public testing::Test {
 protected:
  // The truth of record t of column b, and its feature, is 10 t + b.
  ProbeBatchTest() {
    EnvironmentSpec spec;
    spec.observations = {
        ObservationSpec::Tiles("view", {1}, 2),
        ObservationSpec::Vector("number", {1}, 0, 1000).Privileged()};
    spec.action.fields = {ActionField::Discrete("move", 2)};
    unroll_ = std::make_unique<Unroll>(spec, kSteps, kColumns, 0);
    const at::Tensor number = unroll_->privileged["number"];
    for (int64_t t = 0; t <= kSteps; ++t) {
      for (int64_t b = 0; b < kColumns; ++b) {
        number[t][b][0] = static_cast<double>(10 * t + b);
      }
    }
    features_ = number.clone();
    ProbingOptions options;
    options.hidden = {};
    std::vector<std::unique_ptr<ProbeHead>> heads;
    heads.push_back(std::make_unique<Listener>(&heard_));
    probes_ = std::make_unique<ProbeNet>(
        options, ProbeReader::kFlat, std::move(heads), 1, 1);
    // The prediction is the feature.
    torch::NoGradGuard no_grad;
    for (const Parameter& parameter : probes_->parameters().list()) {
      at::Tensor value = parameter.value;
      value.fill_(parameter.name.ends_with("weight") ? 1 : 0);
    }
  }

  double Loss(int64_t times, int64_t update) const {
    return ProbeBatchLoss(*probes_,
                          DrawProbeBatch(*probes_, *unroll_, features_, times,
                                         stream_, {.update = update}))
        .item<double>();
  }

  const RandomStream stream_{5, "test"};
  std::vector<double> heard_;
  std::unique_ptr<Unroll> unroll_;
  at::Tensor features_;
  std::unique_ptr<ProbeNet> probes_;
};

TEST_F(ProbeBatchTest, ReadsTheDrawnRecordsOfEveryColumn) {
  Loss(/*times=*/4, /*update=*/17);
  std::vector<double> expected;
  for (uint32_t b = 0; b < kColumns; ++b) {
    Draws draws = stream_.At(b, 17);
    for (int i = 0; i < 4; ++i) {
      expected.push_back(10.0 * draws.Below(kSteps + 1) + b);
    }
  }
  EXPECT_THAT(heard_, ElementsAreArray(expected));
}

TEST_F(ProbeBatchTest, PairsEachFeatureWithItsOwnTruth) {
  EXPECT_EQ(Loss(20, 3), 0);
  features_ = features_ + 2;
  EXPECT_EQ(Loss(20, 3), 2);
}

TEST_F(ProbeBatchTest, ReadsAnyRecordAsOften) {
  std::map<double, int> times;
  for (int64_t update = 0; update < 100; ++update) {
    Loss(7, update);
    for (const double truth : heard_) ++times[truth];
  }
  ASSERT_EQ(times.size(), static_cast<size_t>((kSteps + 1) * kColumns));
  // 100 are expected of each; 60 is four standard deviations off.
  for (const auto& [truth, count] : times) EXPECT_GT(count, 60) << truth;
}

}  // namespace
}  // namespace credo
