#include "agents/learning/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/agents/experiment.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Warnings(const std::string& yaml) {
  const Parts parts = BuiltInParts();
  return WarningsOf(*ReadExperiment("world: {kind: grid}\n" + yaml, parts));
}

TEST(Warnings, AreNoneForWhatCanLearn) {
  EXPECT_THAT(Warnings("actions: policy\n"), IsEmpty());
  EXPECT_THAT(Warnings("actions: scripted\nauxiliary: [{kind: simcore}]\n"),
              IsEmpty());
  EXPECT_THAT(Warnings("actions: scripted\noracle: true\n"
                       "probes: [{kind: cells, target: map}]\n"),
              IsEmpty());
}

TEST(Warnings, NameWhatTeachesNothing) {
  EXPECT_THAT(Warnings("actions: scripted\n"),
              ElementsAre(HasSubstr("auxiliary: ")));
  EXPECT_THAT(
      Warnings("actions: policy\nauxiliary: [{kind: simcore, weight: 0}]\n"),
      ElementsAre(HasSubstr("auxiliary[0].weight: ")));
  EXPECT_THAT(Warnings("learner: {frames: 1000, unroll: 10, batch: 10, "
                       "warmup: 11}\n"),
              ElementsAre(HasSubstr("learner.warmup: ")));
}

}  // namespace
}  // namespace credo
