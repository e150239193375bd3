#include "sdk/tensor/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>
#include <vector>

namespace credo {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Field;
using testing::IsEmpty;

testing::Matcher<Metric> Is(const std::string& name, double value,
                            double weight = 1) {
  return testing::AllOf(Field(&Metric::name, name),
                        Field(&Metric::value, Eq(value)),
                        Field(&Metric::weight, weight));
}

// Adds the sum of the first `count` numbers.
MetricTensors::Reader SumOf(const int& count) {
  return [&count](const double* numbers, std::vector<Metric>& metrics) {
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += numbers[i];
    metrics.push_back({"sum", sum, static_cast<double>(count)});
  };
}

TEST(MetricTensorsTest, AreReadInTheirOrder) {
  const int count = 2;
  MetricTensors part;
  part.Add("half", torch::tensor(0.5f), 8);
  part.Add(torch::tensor({{1, 2}, {4, 8}}), SumOf(count));
  MetricTensors all;
  all.Add("first", torch::tensor({3}));
  all.Add("part.", part);
  all.Add("last", torch::tensor(true));
  const auto expected = ElementsAre(Is("first", 3), Is("part.half", 0.5, 8),
                                    Is("part.sum", 3, 2), Is("last", 1));
  EXPECT_THAT(all.Read(), expected);
  all.Pack();
  EXPECT_THAT(all.Read(), expected);
}

TEST(MetricTensorsTest, AreAsTheyWereWhenTheyWereAdded) {
  const at::Tensor lasts = torch::tensor(2.0, at::kDouble);
  MetricTensors metrics;
  metrics.Add("before", lasts);
  lasts.fill_(7);
  metrics.Add("after", lasts);
  EXPECT_THAT(metrics.Read(), ElementsAre(Is("before", 2), Is("after", 7)));
}

TEST(MetricTensorsTest, ReadersGoByWhatTheHostKnowsThen) {
  int count = 1;
  MetricTensors metrics;
  metrics.Add(torch::tensor({1, 2, 4}), SumOf(count));
  metrics.Pack();
  EXPECT_THAT(metrics.Read(), ElementsAre(Is("sum", 1, 1)));
  count = 3;
  EXPECT_THAT(metrics.Read(), ElementsAre(Is("sum", 7, 3)));
}

TEST(MetricTensorsTest, NoneAreLegal) {
  MetricTensors none;
  EXPECT_TRUE(none.empty());
  EXPECT_THAT(none.Read(), IsEmpty());
  none.Pack();
  EXPECT_THAT(none.Read(), IsEmpty());
}

TEST(MetricTensorsTest, NothingIsAddedOncePacked) {
  MetricTensors packed;
  packed.Pack();
  EXPECT_THROW(packed.Add("late", torch::zeros({})), c10::Error);
  EXPECT_THROW(packed.Pack(), c10::Error);
  EXPECT_THROW(MetricTensors().Add("of it", packed), c10::Error);
}

TEST(MetricTensorsTest, ANumberIsOne) {
  MetricTensors metrics;
  EXPECT_THROW(metrics.Add("two", torch::zeros({2})), c10::Error);
}

}  // namespace
}  // namespace credo
