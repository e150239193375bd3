// What heads of probes say of predictions whose answer is known by hand.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <utility>

#include "agents/probes/probe.h"
#include "tests/conformance/network_checks.h"

namespace credo {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

std::unique_ptr<ProbeHead> Head(const std::string& kind,
                                const ObservationSpec& target) {
  EnvironmentSpec spec;
  spec.name = "known";
  spec.observations = {target};
  for (const ProbePart& part : Probes()) {
    if (part.info.name != kind) continue;
    auto head = part.make(
        *PartOptions(part.info, "{target: " + target.name + "}"), spec);
    if (head.ok()) return *std::move(head);
  }
  return nullptr;
}

at::Tensor Direction(double degrees) {
  return torch::tensor({{std::cos(degrees * kDegree),
                         std::sin(degrees * kDegree)}},
                       at::kFloat);
}

TEST(CircularHead, GoesTheShortWayRound) {
  const auto head = Head(
      "circular", ObservationSpec::Vector("angle", {1}, -10, 10).Privileged());
  ASSERT_NE(head, nullptr);
  const at::Tensor ten = torch::tensor({{10 * kDegree}}, at::kFloat);
  for (const double degrees : {350.0, 30.0, -10.0, 390.0}) {
    EXPECT_NEAR(head->Score(Direction(degrees), ten).item<double>(),
                20 * kDegree, 1e-6)
        << degrees;
    // The squared chord of 20 degrees.
    EXPECT_NEAR(head->Loss(Direction(degrees), ten).item<double>(),
                2 - 2 * std::cos(20 * kDegree), 1e-6)
        << degrees;
  }
}

TEST(ClassHead, KnowingNothingCostsTheLogarithmOfTheClasses) {
  for (const auto& [classes, nats] : {std::pair{64, 4.158883},
                                      std::pair{12, 2.484907}}) {
    const auto head = Head(
        "class", ObservationSpec::Tiles("cell", {1}, classes).Privileged());
    ASSERT_NE(head, nullptr);
    EXPECT_NEAR(head->Loss(torch::zeros({1, classes}),
                           torch::full({1, 1}, 3, at::kByte))
                    .item<double>(),
                nats, 1e-6);
  }
}

}  // namespace
}  // namespace credo
