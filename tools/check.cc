// credo check: whether a world keeps its contract.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/runs/trainer.h"
#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "sdk/worlds/world_check.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string config;
  std::vector<std::string> settings;
  WorldCheckOptions options;
};

int Check(const Arguments& arguments, const Parts& parts) {
  const Result<std::string> text = ReadFile(arguments.config);
  if (!text.ok()) return Fail(text.status());
  ExperimentOptions options(parts);
  if (const Status status =
          ReadYaml(*text, arguments.config, arguments.settings, options);
      !status.ok()) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return kExitWrongInput;
  }
  const WorldCheck check =
      CheckWorld(MakeWorldFactory(options, parts), arguments.options);
  for (const WorldFinding& finding : check.findings) {
    const bool fine = finding.problem.empty();
    std::printf("%-9s %s%s%s\n", finding.check.c_str(),
                fine                ? "ok"
                : finding.warning ? "WARNING"
                                    : "FAILED",
                fine ? "" : ": ", finding.problem.c_str());
  }
  if (check.records_per_second > 0) {
    std::printf("%.0f records/s\n", check.records_per_second);
  }
  return check.ok() ? kExitDone : kExitFailed;
}

}  // namespace

Subcommand AddCheck(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* check = app.add_subcommand(
      "check", "Whether the world of a configuration keeps its contract");
  check->add_option("config", arguments->config, "Configuration, YAML")
      ->required();
  check->add_option("--set", arguments->settings,
                    "key=value on top of the configuration");
  check
      ->add_option("--episodes", arguments->options.episodes,
                   "Episodes that are lived")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  check
      ->add_option("--longest", arguments->options.longest,
                   "Records within which an episode must end")
      ->check(CLI::Range(2, 100000000))
      ->capture_default_str();
  check
      ->add_option("--seed", arguments->options.seed,
                   "Of episodes and actions")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [arguments, &parts] { return Check(*arguments, parts); };
}

}  // namespace credo
