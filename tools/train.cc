// credo train: a run from a configuration, or the rest of one.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/learning/warnings.h"
#include "agents/runs/trainer.h"
#include "tools/load_experiment.h"
#include "tools/progress.h"
#include "tools/run_command.h"
#include "tools/run_experiment.h"
#include "tools/signals.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string config;
  std::string run;
  std::vector<std::string> overrides;
  Beginning beginning;
};

int Train(const Arguments& arguments, const Parts& parts) {
  ExperimentOptions options(parts);
  Result<std::unique_ptr<Trainer>> trainer = LoadExperiment(
      arguments.config, arguments.overrides, parts, options);
  if (!trainer.ok()) return FailToLoad(trainer.status());
  for (const std::string& warning : WarningsOf(options)) {
    Warn(InvalidArgument(warning));
  }
  const SignalScope signals;
  Status status;
  {
    ProgressPrinter progress;
    status = RunExperiment(
        options, parts, RunFolder(arguments.run), arguments.beginning,
        SignalScope::received(), [&](const Progress& p) { progress(p); },
        **trainer);
  }
  return status.ok() ? kExitDone : Fail(status);
}

}  // namespace

Subcommand AddTrain(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* train = app.add_subcommand("train", "Train a run");
  train->add_option("config", arguments->config, "Configuration, YAML")
      ->required();
  train->add_option("--run", arguments->run, "Folder of the run")->required();
  // One value per --set, so that what follows it is never taken for another.
  train
      ->add_option("--set", arguments->overrides,
                   "key=value on top of the configuration")
      ->allow_extra_args(false);
  train->add_flag("--resume", arguments->beginning.resume,
                  "Go on from the newest checkpoint in the folder");
  train->add_flag("--allow-changes", arguments->beginning.changes,
                  "With --resume: rates, weights and the like of the learner "
                  "may differ from the run's");
  train->add_option("--from", arguments->beginning.from,
                    "Run, or model file, whose weights a new run begins with");
  train->add_flag("--partial", arguments->beginning.partial,
                  "With --from: what does not fit by name and shape begins "
                  "anew, and is listed");
  return [arguments, &parts] { return Train(*arguments, parts); };
}

}  // namespace credo
