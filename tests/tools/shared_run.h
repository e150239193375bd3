// A run of several ranks, and the processes that they are.
#ifndef CREDO_TESTS_TOOLS_SHARED_RUN_H_
#define CREDO_TESTS_TOOLS_SHARED_RUN_H_

#include <sys/types.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/tools/tiny_run.h"

namespace credo {

// A batch that two, three and four ranks can share.
inline const std::vector<std::string> kShared = {"learner.batch=12",
                                                 "learner.actor_group=1"};
inline constexpr int64_t kSharedUpdates = 134;  // of as many frames

// Seconds in which a rank that is silent is given up.
inline constexpr int kRankTimeout = 3;

inline std::vector<std::string> Ranks(int count) {
  return {"--ranks", std::to_string(count), "--rank-timeout",
          std::to_string(kRankTimeout)};
}

// The same, going on with what is in the folder.
inline std::vector<std::string> RanksAgain(int count) {
  std::vector<std::string> arguments = Ranks(count);
  arguments.push_back("--resume");
  return arguments;
}

// The processes that a command started, in the order of their ranks.
inline std::vector<pid_t> ProcessesOf(const Command& command) {
  const std::string process = std::to_string(command.process());
  std::ifstream list("/proc/" + process + "/task/" + process + "/children");
  std::vector<pid_t> processes;
  for (pid_t one = 0; list >> one;) processes.push_back(one);
  return processes;
}

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_SHARED_RUN_H_
