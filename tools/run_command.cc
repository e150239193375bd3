#include "tools/run_command.h"

#include <CLI/CLI.hpp>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>

#include "sdk/tensor/freed_memory.h"
#include "tools/signals.h"
#include "tools/subcommand.h"

namespace credo {

void Warn(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "credo: warning: %s\n", status.message().c_str());
}

int Fail(const Status& status) {
  std::fprintf(stderr, "credo: %s\n", status.message().c_str());
  switch (status.code()) {
    case StatusCode::kCancelled:
      switch (SignalScope::received()) {
        case SIGINT: return kExitInterrupted;
        case SIGHUP: return kExitHungUp;
        default: return kExitTerminated;
      }
    case StatusCode::kInvalidArgument:
    case StatusCode::kNotFound:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kDataLoss:
      return kExitWrongInput;
    default:
      return kExitFailed;
  }
}

namespace {

// Where a standard stream is closed, the next file that is opened would get its
// number and what is printed.
void OpenStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) < 0) (void)!open("/dev/null", O_RDWR);
  }
}

}  // namespace

int RunCommand(int argc, char** argv, Parts parts) {
  OpenStandardStreams();
  // Who reads what is printed may leave: the run goes on.
  std::signal(SIGPIPE, SIG_IGN);
  KeepFreedMemory();
  CLI::App app("Credo: agents whose belief is shaped by a simulator", "credo");
  app.require_subcommand(1);
  std::map<const CLI::App*, Subcommand> run;
  for (const auto& add : {AddTrain, AddEval, AddProbe, AddRollout, AddReport,
                          AddBeliefs, AddExport, AddSweep, AddTable, AddCheck,
                          AddParts, AddConfig}) {
    const size_t before = app.get_subcommands({}).size();
    Subcommand subcommand = add(app, parts);
    run[app.get_subcommands({})[before]] = std::move(subcommand);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help is a success; every other parse error is wrong input.
    return app.exit(error) == 0 ? kExitDone : kExitWrongInput;
  }
  try {
    return run.at(app.get_subcommands()[0])();
  } catch (const c10::Error& error) {
    return Fail(Internal(error.what_without_backtrace()));
  } catch (const std::exception& error) {
    return Fail(Internal(error.what()));
  }
}

}  // namespace credo
