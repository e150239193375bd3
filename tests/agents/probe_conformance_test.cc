#include "tests/conformance/probe_conformance.h"

#include <algorithm>

namespace credo {
namespace {

bool Reads(const ProbePart& part, const std::string& options) {
  return part.make(*PartOptions(part.info, options), ProbedWorld()).ok();
}

std::string CaseName(const ProbePart& part, std::string target) {
  std::replace(target.begin(), target.end(), '.', '_');
  return part.info.name + "_" + target;
}

// Every listed probe on all that it reads.
std::vector<ProbeCase> ListedProbes() {
  std::vector<ProbeCase> cases;
  for (const ProbePart& part : Probes()) {
    for (const ObservationSpec& spec : ProbedWorld().observations) {
      const std::string options = "{target: " + spec.name + "}";
      if (spec.name.find('.') != std::string::npos) continue;  // masks
      if (!Reads(part, options)) continue;
      cases.push_back({CaseName(part, spec.name), part, options});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Listed, ProbeConformance,
                         testing::ValuesIn(ListedProbes()), ProbeCase::Name);

TEST(Probes, EachReadsSomething) {
  for (const ProbePart& part : Probes()) {
    int targets = 0;
    for (const ObservationSpec& spec : ProbedWorld().observations) {
      targets += Reads(part, "{target: " + spec.name + "}");
    }
    EXPECT_GT(targets, 0) << part.info.name;
  }
}

// What no probe may read, whatever its kind, and masks that do not fit.
std::vector<ProbeMisfit> Misfits() {
  std::vector<ProbeMisfit> misfits;
  for (const ProbePart& part : Probes()) {
    for (const std::string target : {"view", "sensor", "nowhere"}) {
      misfits.push_back(
          {CaseName(part, target), part, "{target: " + target + "}",
           "target: expected a privileged observation of world 'probed'"});
    }
    for (const ObservationSpec& spec : ProbedWorld().observations) {
      const std::string target = "target: " + spec.name;
      if (!Reads(part, "{" + target + "}")) continue;
      misfits.push_back({CaseName(part, spec.name) + "_mask_not_there", part,
                         "{" + target + ", seen: nowhere}",
                         "seen: expected a privileged observation"});
      misfits.push_back({CaseName(part, spec.name) + "_mask_of_another_shape",
                         part, "{" + target + ", visible: above}",
                         "visible: expected tiles of the target's shape"});
      break;
    }
  }
  return misfits;
}

INSTANTIATE_TEST_SUITE_P(Listed, ProbeRefusal, testing::ValuesIn(Misfits()),
                         ProbeMisfit::Name);

}  // namespace
}  // namespace credo
