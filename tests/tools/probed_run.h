// Small trained runs for tests of the commands that read runs.
#ifndef CREDO_TESTS_TOOLS_PROBED_RUN_H_
#define CREDO_TESTS_TOOLS_PROBED_RUN_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "tests/tools/tiny_run.h"

namespace credo {

// credo ARGUMENTS... as its users run it.
inline Ended Credo(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), CREDO_COMMAND);
  return RunToEnd(arguments);
}

// Runs of a few updates, with probes that learn for a few more.
class ProbedRuns {
 public:
  // Trains `run` with more arguments of `credo train`; its folder.
  std::string Train(const std::string& run,
                    const std::vector<std::string>& settings = {}) const {
    std::vector<std::string> more;
    for (const std::string& setting : settings) {
      more.insert(more.end(), {"--set", setting});
    }
    const Ended ended = RunToEnd(runs_.Train(run, more));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return runs_ / run;
  }
  std::string operator/(const std::string& name) const { return runs_ / name; }

 private:
  const TinyRuns runs_{{"learner.frames=400", "learner.evaluate_every=0",
                        "probing.frames=400", "world.view=3"}};
};

inline void FlipBit(const std::string& path, size_t from_end) {
  const Result<std::string> bytes = ReadFile(path);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  std::string changed = *bytes;
  changed[changed.size() - from_end] ^= 4;
  ASSERT_TRUE(ReplaceFile(path, changed).ok());
}

// Wrong input: exit 2, nothing on standard output, `message` on standard error.
inline void ExpectWrongInput(const std::vector<std::string>& arguments,
                             const testing::Matcher<std::string>& message) {
  const Ended ended = Credo(arguments);
  EXPECT_EQ(ended.exit_code, 2) << testing::PrintToString(arguments);
  EXPECT_EQ(ended.out, "") << testing::PrintToString(arguments);
  EXPECT_THAT(ended.err, message) << testing::PrintToString(arguments);
}

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_PROBED_RUN_H_
