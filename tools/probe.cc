// credo probe: the table of what beliefs know.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "agents/runs/loaded_run.h"
#include "agents/runs/probe_table.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/load_experiment.h"
#include "tools/run_command.h"
#include "tools/run_experiment.h"
#include "tools/signals.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::vector<std::string> runs;
  ProbeTableOptions table;
  bool no_oracle = false;
  bool json = false;
};

// The run that shows what a belief of this agent could hold: the same but that
// its probes train it and nothing else does. It lies in the run's own folder
// and is made once.
Result<std::unique_ptr<LoadedRun>> MakeOracle(const LoadedRun& run,
                                              const Parts& parts) {
  const RunFolder folder(run.path + "/oracle");
  const std::vector<std::string> overrides = {
      "actions=scripted", "auxiliary=[]", "oracle=true"};
  ExperimentOptions options(parts);
  CREDO_ASSIGN_OR_RETURN(
      const std::unique_ptr<Trainer> trainer,
      LoadExperiment(RunFolder(run.path).config(), overrides, parts, options));
  std::error_code error;
  if (!std::filesystem::exists(folder.model(), error)) {
    std::fprintf(stderr, "credo: training the oracle in %s\n",
                 folder.path().c_str());
  }
  Beginning beginning;
  beginning.resume = true;
  CREDO_RETURN_IF_ERROR(RunExperiment(options, parts, folder, beginning,
                                      SignalScope::received(), {}, *trainer));
  return LoadRun(folder.path(), parts);
}

Result<ProbeTable> MakeTable(const Arguments& arguments, const Parts& parts) {
  std::vector<std::unique_ptr<LoadedRun>> loaded;
  bool has_oracle = false;
  for (const std::string& path : arguments.runs) {
    CREDO_ASSIGN_OR_RETURN(std::unique_ptr<LoadedRun> run,
                           LoadRun(path, parts));
    has_oracle |= run->options.oracle;
    loaded.push_back(std::move(run));
  }
  std::vector<const LoadedRun*> runs;
  for (const auto& run : loaded) runs.push_back(run.get());
  // Before an oracle is trained for minutes.
  CREDO_RETURN_IF_ERROR(CheckProbedRuns(runs));
  // What a host played cannot be played again for the oracle to learn in.
  const bool can_train = loaded.front()->recorded == nullptr;
  if (!has_oracle && !arguments.no_oracle && can_train) {
    Result<std::unique_ptr<LoadedRun>> oracle = MakeOracle(*loaded[0], parts);
    if (oracle.status().code() == StatusCode::kUnavailable) {
      return Unavailable(oracle.status().message() +
                         "; --no-oracle does without");
    }
    CREDO_RETURN_IF_ERROR(oracle.status());
    loaded.push_back(*std::move(oracle));
    runs.push_back(loaded.back().get());
  }
  return MakeProbeTable(
      runs, parts, arguments.table, SignalScope::received(),
      [](const ProbeRow& row) {
        std::fprintf(stderr, "credo: probed %s\n", row.name.c_str());
      });
}

int Probe(const Arguments& arguments, const Parts& parts) {
  const SignalScope signals;
  const Result<ProbeTable> table = MakeTable(arguments, parts);
  if (!table.ok()) return Fail(table.status());
  const std::string json = ProbeTableToJson(*table);
  // What was found is told in any case.
  for (const std::string& run : arguments.runs) {
    Warn(ReplaceFile(RunFolder(run).probe_table(), json));
  }
  if (arguments.json) {
    std::fputs(json.c_str(), stdout);
    return kExitDone;
  }
  std::printf(
      "Probes trained from scratch on frozen beliefs, %lld frames each; second "
      "half of %lld held-out episodes\nof the scripted policy; mean with its "
      "95 %% interval over episodes.\n\n%s",
      static_cast<long long>(table->probe_frames),
      static_cast<long long>(table->options.episodes),
      ProbeTableToText(*table).c_str());
  return kExitDone;
}

}  // namespace

Subcommand AddProbe(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* probe = app.add_subcommand(
      "probe", "What beliefs know: probes from scratch on frozen agents, with "
               "controls");
  probe->add_option("runs", arguments->runs, "Folders of runs of one world")
      ->required();
  probe->add_option("--episodes", arguments->table.episodes,
                    "Held-out episodes")
      ->check(CLI::Range(200, 1000000))
      ->capture_default_str();
  probe->add_option("--seed", arguments->table.seed,
                    "Of the episodes and the probes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  probe->add_option("--threads", arguments->table.threads,
                    "Rows that are probed at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  probe->add_flag("--no-oracle", arguments->no_oracle,
                  "Without the supervised oracle, which is trained in "
                  "RUN/oracle when no run is one");
  probe->add_flag("--json", arguments->json, "Print JSON");
  return [arguments, &parts] { return Probe(*arguments, parts); };
}

}  // namespace credo
