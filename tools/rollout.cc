// credo rollout: pictures of what a run's agent imagines and believes.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "agents/runs/loaded_run.h"
#include "tools/draw_run.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string run;
  std::string out;
  int64_t episodes = 4;
  uint64_t seed = 1;
};

int Rollout(const Arguments& arguments, const Parts& parts) {
  const Result<std::unique_ptr<LoadedRun>> run =
      LoadRun(arguments.run, parts);
  if (!run.ok()) return Fail(run.status());
  const Status drawn =
      DrawRun(**run, arguments.seed, arguments.episodes, arguments.out);
  return drawn.ok() ? kExitDone : Fail(drawn.At(arguments.run));
}

}  // namespace

Subcommand AddRollout(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* rollout = app.add_subcommand(
      "rollout", "Pictures: imagined frames beside true ones, the map forming");
  rollout->add_option("run", arguments->run, "Folder of the run")->required();
  rollout->add_option("--out", arguments->out, "Folder of the pictures")
      ->required();
  rollout->add_option("--episodes", arguments->episodes, "Episodes to draw")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  rollout->add_option("--seed", arguments->seed, "Of the episodes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [arguments, &parts] { return Rollout(*arguments, parts); };
}

}  // namespace credo
