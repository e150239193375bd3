// The command `credo` as one call: the whole `main` of a user's own trainer.
//
//   int main(int argc, char** argv) {
//     credo::Parts parts = credo::BuiltInParts();
//     parts.worlds.push_back(MyWorld());
//     return credo::RunCommand(argc, argv, std::move(parts));
//   }
#ifndef CREDO_TOOLS_RUN_COMMAND_H_
#define CREDO_TOOLS_RUN_COMMAND_H_

#include "agents/learning/parts.h"

namespace credo {

// Exit codes of the command.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitWrongInput = 2;
inline constexpr int kExitInterrupted = 130;  // SIGINT
inline constexpr int kExitTerminated = 143;   // SIGTERM
inline constexpr int kExitHungUp = 129;       // SIGHUP

// Reads the command line, runs the subcommand, returns the exit code. Prints
// results to standard output and errors to standard error.
int RunCommand(int argc, char** argv, Parts parts);

}  // namespace credo

#endif  // CREDO_TOOLS_RUN_COMMAND_H_
