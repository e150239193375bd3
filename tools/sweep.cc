// credo sweep: variants times seeds from one file.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "agents/runs/loaded_run.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "tools/run_command.h"
#include "tools/signals.h"
#include "tools/subcommand.h"
#include "tools/sweep_plan.h"
#include "tools/sweep_runner.h"

namespace credo {
namespace {

struct Arguments {
  std::string file;
  std::string out;
  int64_t jobs = std::max(1u, std::thread::hardware_concurrency());
  bool status = false;
};

const char* Word(RunState::Stage stage) {
  switch (stage) {
    case RunState::Stage::kWaiting: return "waiting";
    case RunState::Stage::kBegun: return "begun";
    case RunState::Stage::kDone: return "done";
    case RunState::Stage::kFailed: return "FAILED";
  }
  return "";
}

// One line per run: what is done, how far the rest is.
int PrintStatus(const SweepPlan& plan, const SweepFolder& folder) {
  int64_t done = 0;
  for (const int64_t seed : plan.seeds) {
    for (const SweepVariant& variant : plan.variants) {
      const RunState state = LookAtRun(folder, variant.name, seed);
      done += state.stage == RunState::Stage::kDone;
      std::printf("%-40s %s", folder.run(variant.name, seed).c_str(),
                  Word(state.stage));
      if (state.stage == RunState::Stage::kBegun) {
        std::printf("  %.3f M frames", static_cast<double>(state.frames) / 1e6);
      }
      std::printf("%s%s\n", state.failure.empty() ? "" : "  ",
                  state.failure.c_str());
    }
    if (!plan.probes) continue;
    std::printf("%-40s %s\n", folder.probes(seed).c_str(),
                IsProbed(folder, plan, seed) ? "done" : "waiting");
  }
  std::printf("%lld of %zu runs are done\n", static_cast<long long>(done),
              plan.seeds.size() * plan.variants.size());
  return kExitDone;
}

// A run that is there was made with these very options, or the table would mix
// what cannot be compared.
Status CheckRunsThere(const SweepPlan& plan, const SweepFolder& folder,
                      const Parts& parts) {
  for (const int64_t seed : plan.seeds) {
    for (const SweepVariant& variant : plan.variants) {
      const RunFolder run(folder.run(variant.name, seed));
      const Result<std::string> was_text = ReadFile(run.config());
      const Result<std::string> text = ReadFile(variant.config);
      if (!was_text.ok() || !text.ok()) continue;
      ExperimentOptions was(parts), is(parts);
      std::vector<std::string> settings = variant.settings;
      settings.push_back("seed=" + std::to_string(seed));
      // What cannot be read is the run's own failure.
      if (!ReadYaml(*was_text, run.config(), {}, was).ok()) continue;
      if (!ReadYaml(*text, variant.config, settings, is).ok()) continue;
      for (const std::string& difference : CompareOptions(was, is)) {
        return FailedPrecondition(
            run.path() + ": expected a run of the sweep's configuration, "
            "found another: " + difference + "; take another --out");
      }
    }
  }
  return OkStatus();
}

int Sweep(const Arguments& arguments, const Parts& parts) {
  const Result<SweepPlan> plan = ReadSweepPlan(arguments.file);
  if (!plan.ok()) {
    if (plan.status().code() != StatusCode::kInvalidArgument) {
      return Fail(plan.status());
    }
    // The message starts with its place, so that editors find it.
    std::fprintf(stderr, "%s\n", plan.status().message().c_str());
    return kExitWrongInput;
  }
  const SweepFolder folder(arguments.out);
  if (arguments.status) return PrintStatus(*plan, folder);
  if (Status status = CheckRunsThere(*plan, folder, parts); !status.ok()) {
    return Fail(status);
  }
  const SignalScope signals;
  const Result<SweepResult> result =
      RunSweep(*plan, folder, arguments.jobs, SignalScope::received(),
               [](const std::string& text) {
                 std::fprintf(stderr, "credo: %s\n", text.c_str());
               });
  if (!result.ok()) return Fail(result.status());
  for (const std::string& failure : result->failures) {
    std::fprintf(stderr, "credo: failed: %s\n", failure.c_str());
  }
  if (!result->failures.empty()) return kExitFailed;
  std::printf("All runs are done; credo table %s shows them.\n",
              folder.path().c_str());
  return kExitDone;
}

}  // namespace

Subcommand AddSweep(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Train variants with several seeds, and probe them; the same "
               "command goes on after any end");
  sweep->add_option("file", arguments->file, "Sweep, YAML")->required();
  sweep->add_option("--out", arguments->out, "Folder of the sweep")
      ->required();
  sweep->add_option("--jobs", arguments->jobs, "Processes at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  sweep->add_flag("--status", arguments->status,
                  "Only tell what is done and how far the rest is");
  return [arguments, &parts] { return Sweep(*arguments, parts); };
}

}  // namespace credo
