// credo train: a run from a configuration, or the rest of one.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/learning/rank_group.h"
#include "agents/learning/warnings.h"
#include "agents/runs/trainer.h"
#include "tools/load_experiment.h"
#include "tools/progress.h"
#include "tools/rank_launcher.h"
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
  int64_t ranks = 1;
  double rank_timeout = 60;
};

int TrainRank(const Arguments& arguments, const Parts& parts,
              RankGroup* ranks) {
  ExperimentOptions options(parts);
  Result<std::unique_ptr<Trainer>> trainer = LoadExperiment(
      arguments.config, arguments.overrides, parts, options, ranks);
  if (!trainer.ok()) return FailToLoad(trainer.status());
  if (ranks == nullptr || ranks->member() == 0) {
    for (const std::string& warning : WarningsOf(options)) {
      Warn(InvalidArgument(warning));
    }
  }
  const SignalScope signals;
  Status status;
  {
    ProgressPrinter progress;
    status = RunExperiment(
        options, parts, RunFolder(arguments.run), arguments.beginning,
        SignalScope::received(), [&](const Progress& p) { progress(p); },
        **trainer, ranks);
  }
  return status.ok() ? kExitDone : Fail(status);
}

// The arguments of one rank, which finds its place in its environment.
std::vector<std::string> OfOneRank(const Arguments& arguments) {
  std::vector<std::string> list = {
      "train", arguments.config, "--run", arguments.run, "--rank-timeout",
      std::to_string(arguments.rank_timeout)};
  for (const std::string& one : arguments.overrides) {
    list.insert(list.end(), {"--set", one});
  }
  const Beginning& beginning = arguments.beginning;
  if (beginning.resume) list.push_back("--resume");
  if (beginning.changes) list.push_back("--allow-changes");
  if (beginning.partial) list.push_back("--partial");
  if (!beginning.from.empty()) {
    list.insert(list.end(), {"--from", beginning.from});
  }
  return list;
}

int Train(const Arguments& arguments, const Parts& parts) {
  if (arguments.ranks > 1) {
    const SignalScope signals;
    const Result<int> code =
        LaunchRanks(arguments.ranks, OfOneRank(arguments),
                    arguments.rank_timeout, SignalScope::received());
    return code.ok() ? *code : Fail(code.status());
  }
  Result<RankPlace> place = RankPlaceOf(
      [](const char* name) -> const char* { return std::getenv(name); });
  if (!place.ok()) return Fail(place.status());
  if (place->size == 1) return TrainRank(arguments, parts, nullptr);
  place->timeout = arguments.rank_timeout;
  const Result<std::unique_ptr<RankGroup>> ranks = RankGroup::Join(*place);
  if (!ranks.ok()) return Fail(ranks.status());
  try {
    const int code = TrainRank(arguments, parts, ranks->get());
    if (code != kExitDone) {
      (*ranks)->Leave("with exit code " + std::to_string(code));
    }
    return code;
  } catch (const std::exception& error) {
    (*ranks)->Leave(error.what());
    throw;
  }
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
  train
      ->add_option("--ranks", arguments->ranks,
                   "Processes of this machine that learn together, each from "
                   "its share of learner.batch")
      ->check(CLI::Range(1, 1024));
  train
      ->add_option("--rank-timeout", arguments->rank_timeout,
                   "Seconds that a rank is waited for before it is given up")
      ->check(CLI::Range(1.0, 86400.0));
  return [arguments, &parts] { return Train(*arguments, parts); };
}

}  // namespace credo
