// The command within the test's own process, with parts of the test's own.
#ifndef CREDO_TESTS_TOOLS_CALL_COMMAND_H_
#define CREDO_TESTS_TOOLS_CALL_COMMAND_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agents/learning/parts.h"
#include "tools/run_command.h"

namespace credo {

struct Called {
  int exit_code = 0;
  std::string err;
};

// credo ARGUMENTS...: the exit code.
inline int CallUncaptured(std::vector<std::string> arguments,
                          Parts parts = BuiltInParts()) {
  std::string program = "credo";
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return RunCommand(static_cast<int>(argv.size()), argv.data(),
                    std::move(parts));
}

// The same, and what it says.
inline Called CallCommand(std::vector<std::string> arguments,
                          Parts parts = BuiltInParts()) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Called called;
  called.exit_code = CallUncaptured(std::move(arguments), std::move(parts));
  called.err = testing::internal::GetCapturedStderr();
  testing::internal::GetCapturedStdout();
  return called;
}

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_CALL_COMMAND_H_
