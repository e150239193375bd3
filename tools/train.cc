// credo train: a run from a configuration, or the rest of one.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "agents/agent_options.h"
#include "agents/trainer.h"
#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "tools/progress.h"
#include "tools/run_command.h"
#include "tools/signals.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string config;
  std::string run;
  std::vector<std::string> overrides;
  bool resume = false;
};

// The options of the run that lies in the folder must be those of now, but for
// how long it runs.
Status CheckSameRun(const RunFolder& folder, const Parts& parts,
                    ExperimentOptions& options) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(folder.config()));
  ExperimentOptions was(parts);
  CREDO_RETURN_IF_ERROR(ReadYaml(text, folder.config(), {}, was));
  for (const std::string& difference : CompareOptions(was, options)) {
    if (difference.starts_with("learner.frames:")) continue;
    return InvalidArgument(
        folder.path() +
        ": --resume needs the configuration of the run (only learner.frames "
        "may change), found another: " +
        difference);
  }
  return OkStatus();
}

Status PrepareFolder(const RunFolder& folder, const Arguments& arguments,
                     const Parts& parts, ExperimentOptions& options,
                     Trainer& trainer) {
  if (folder.HasCheckpoint()) {
    if (!arguments.resume) {
      return FailedPrecondition(
          folder.path() +
          ": expected a new folder, found a run; --resume goes on with it");
    }
    CREDO_RETURN_IF_ERROR(CheckSameRun(folder, parts, options));
    CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                           folder.ReadCheckpoint());
    Status restored = trainer.Restore(checkpoint);
    if (!restored.ok()) return restored.At(folder.checkpoint());
    CREDO_RETURN_IF_ERROR(folder.CutMetrics(trainer.update()));
  } else {
    CREDO_RETURN_IF_ERROR(folder.Create());
    CREDO_RETURN_IF_ERROR(folder.CutMetrics(0));
  }
  return ReplaceFile(folder.config(), WriteYaml(options));
}

int Train(const Arguments& arguments, const Parts& parts) {
  Result<std::string> text = ReadFile(arguments.config);
  if (!text.ok()) return Fail(text.status());
  ExperimentOptions options(parts);
  if (Status status = ReadYaml(*text, arguments.config, arguments.overrides,
                               options);
      !status.ok()) {
    return Fail(status);
  }
  Result<std::unique_ptr<Trainer>> trainer = Trainer::Make(options, parts);
  if (!trainer.ok()) return Fail(trainer.status().At(arguments.config));
  const RunFolder folder(arguments.run);
  if (Status status =
          PrepareFolder(folder, arguments, parts, options, **trainer);
      !status.ok()) {
    return Fail(status);
  }
  const SignalScope signals;
  Status status;
  {
    ProgressPrinter progress;
    status = (*trainer)->Run(folder, SignalScope::received(),
                             [&](const Progress& p) { progress(p); });
  }
  if (status.code() == StatusCode::kCancelled) {
    std::fprintf(stderr, "credo: %s\n", status.message().c_str());
    return SignalScope::received() == SIGINT ? kExitInterrupted
                                             : kExitTerminated;
  }
  if (!status.ok()) return Fail(status);
  return kExitDone;
}

}  // namespace

Subcommand AddTrain(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* train = app.add_subcommand("train", "Train a run");
  train->add_option("config", arguments->config, "Configuration, YAML")
      ->required();
  train->add_option("--run", arguments->run, "Folder of the run")->required();
  train->add_option("--set", arguments->overrides,
                    "key=value on top of the configuration");
  train->add_flag("--resume", arguments->resume,
                  "Go on from the newest checkpoint in the folder");
  return [arguments, &parts] { return Train(*arguments, parts); };
}

}  // namespace credo
