// credo eval: the return of a run's agent on held-out episodes.

#include "agents/runs/evaluation.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "agents/runs/loaded_run.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string run;
  int64_t episodes = 200;
  uint64_t seed = 1;
  bool greedy = false;
  bool json = false;
};

const char* SourceName(ActionSource source) {
  switch (source) {
    case ActionSource::kPolicy: return "actions sampled from the policy";
    case ActionSource::kGreedy: return "most probable actions";
    case ActionSource::kScripted: return "actions of the scripted policy";
  }
  return "";
}

int Eval(const Arguments& arguments, const Parts& parts) {
  const Result<std::unique_ptr<LoadedRun>> loaded =
      LoadRun(arguments.run, parts);
  if (!loaded.ok()) return Fail(loaded.status());
  const LoadedRun& run = **loaded;
  if (run.recorded != nullptr) {
    return Fail(FailedPrecondition(
        run.path +
        ": expected a world that can be played here, found one that its host "
        "plays: episode.return of metrics.jsonl tells what it came to"));
  }
  const ActionSource source =
      arguments.greedy ? ActionSource::kGreedy : run.source();
  const Result<Evaluation> evaluation =
      Evaluate(run.agent(), run.worlds, arguments.seed, arguments.episodes,
               source, run.reward_clip());
  if (!evaluation.ok()) return Fail(evaluation.status().At(run.path));
  const std::string json = EvaluationToJson(*evaluation);
  // What was found is told in any case.
  Warn(ReplaceFile(RunFolder(run.path).evaluation(), json));
  if (arguments.json) {
    std::fputs(json.c_str(), stdout);
    return kExitDone;
  }
  const Interval& returns = evaluation->episode_return;
  std::printf(
      "%s: return %.3f [%.3f, %.3f] over %lld held-out episodes of seed %llu "
      "(%.1f decisions each, %s, %.0f frames/s)\n",
      run.path.c_str(), returns.mean, returns.low, returns.high,
      static_cast<long long>(evaluation->episodes),
      static_cast<unsigned long long>(evaluation->seed), evaluation->length,
      SourceName(source), evaluation->frames_per_second);
  return kExitDone;
}

}  // namespace

Subcommand AddEval(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* eval = app.add_subcommand(
      "eval", "Return on held-out episodes, with a 95 % interval");
  eval->add_option("run", arguments->run, "Folder of the run")->required();
  eval->add_option("--episodes", arguments->episodes, "Episodes to live")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  eval->add_option("--seed", arguments->seed, "Of the episodes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  eval->add_flag("--greedy", arguments->greedy,
                 "Most probable actions in place of sampled ones");
  eval->add_flag("--json", arguments->json, "Print JSON");
  return [arguments, &parts] { return Eval(*arguments, parts); };
}

}  // namespace credo
