#include "agents/learning/memory_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agents/learning/learner.h"
#include "tests/agents/experiment.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

Status Made(const std::string& yaml) {
  const Parts parts = BuiltInParts();
  const auto options = ReadExperiment("world: {kind: grid}\n" + yaml, parts);
  const auto world = MakeWorldFactory(*options, parts)();
  return Learner::Make(*options, parts, (*world)->spec()).status();
}

TEST(MemoryEstimate, NamesTheKeyThatWeighsMost) {
  EXPECT_TRUE(Made("").ok());
  EXPECT_THAT(Made("learner: {unroll: 100000, batch: 65536}\n").message(),
              AllOf(StartsWith("learner.unroll: "), HasSubstr("GiB")));
  EXPECT_THAT(Made("agent: {core: {kind: lstm, show_memory: false, memory: "
                   "{kind: addressed, slots: 4096, width: 512}}}\n"
                   "learner: {unroll: 512, batch: 64}\n")
                  .message(),
              StartsWith("agent.core.memory: "));
  EXPECT_THAT(Made("auxiliary: [{kind: simcore, overshoot: 9000, "
                   "starts: 9000}]\nlearner: {unroll: 9000}\n")
                  .message(),
              StartsWith("auxiliary[0].starts: "));
}

TEST(MemoryEstimate, ASumThatFitsPasses) {
  const std::vector<MemoryShare> shares = {{"a", 10}, {"b, c", 30}};
  EXPECT_TRUE(CheckMemory(shares, 40).ok());
  const Status status = CheckMemory(shares, 39);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), StartsWith("b: "));
  EXPECT_GT(AvailableMemory(), 1 << 26);
}

}  // namespace
}  // namespace credo
