// A sweep of seconds: two variants and two seeds of tiny_run.h's run.
#ifndef CREDO_TESTS_TOOLS_TINY_SWEEP_H_
#define CREDO_TESTS_TOOLS_TINY_SWEEP_H_

#include <string>
#include <vector>

#include "tests/tools/tiny_run.h"

namespace credo {

class TinySweep {
 public:
  explicit TinySweep(const std::string& variants =
                         "  twelve: [auxiliary.0.overshoot=3]\n"
                         "  one: [auxiliary.0.overshoot=1]\n") {
    EXPECT_TRUE(ReplaceFile(folder_ / "tiny.yaml", TinyConfig()).ok());
    Write("config: tiny.yaml\n"
          "seeds: [1, 2]\n"
          "settings: [learner.frames=400, probing.frames=400]\n"
          "probe: {episodes: 200}\n"
          "variants:\n" + variants);
  }

  void Write(const std::string& text) const {
    EXPECT_TRUE(ReplaceFile(file(), text).ok());
  }
  std::string file() const { return folder_ / "sweep.yaml"; }
  std::string operator/(const std::string& name) const {
    return folder_ / name;
  }

  std::vector<std::string> Arguments(
      const std::string& out, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {CREDO_COMMAND, "sweep", file(),
                                          "--out", folder_ / out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  Ended Run(const std::string& out,
            const std::vector<std::string>& more = {}) const {
    return RunToEnd(Arguments(out, more));
  }
  // table.csv of a finished sweep.
  std::string Table(const std::string& out) const {
    const Ended ended = RunToEnd({CREDO_COMMAND, "table", folder_ / out});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return Contents(folder_ / out + "/table.csv");
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_TINY_SWEEP_H_
