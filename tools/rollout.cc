// credo rollout: pictures of what a run's agent imagines and believes.

#include <absl/strings/numbers.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agents/runs/imagination_errors.h"
#include "agents/runs/loaded_run.h"
#include "sdk/base/file.h"
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
  int64_t errors = 0;
  PathOptions paths;
  std::vector<std::string> then;
  std::vector<std::string> beside;
};

// "1 1 0 0" or "0.5,1 0,1": actions one after another, words by commas.
Result<std::vector<float>> ReadActions(const std::string& text,
                                       const ActionDistribution& actions) {
  std::vector<float> words;
  const std::vector<std::string> steps =
      absl::StrSplit(text, ' ', absl::SkipEmpty());
  for (const std::string& step : steps) {
    const size_t begin = words.size();
    const std::vector<std::string> step_words = absl::StrSplit(step, ',');
    for (const std::string& word : step_words) {
      float value = 0;
      if (!absl::SimpleAtof(word, &value)) {
        return InvalidArgument("--then: expected numbers, found '" + word +
                               "'");
      }
      words.push_back(value);
    }
    const std::span<const float> action = std::span(words).subspan(begin);
    if (static_cast<int64_t>(action.size()) != actions.words()) {
      return InvalidArgument(
          "--then: expected " + std::to_string(actions.words()) +
          " words in each action, found '" + step + "'");
    }
    if (const Status status = actions.Check(action); !status.ok()) {
      return status.At("--then: '" + step + "'");
    }
  }
  if (words.empty()) return InvalidArgument("--then: expected actions");
  return words;
}

// On standard output as a table, in the folder as errors.csv.
Status WriteErrors(const LoadedRun& run, const Arguments& arguments) {
  ImaginationErrorOptions options;
  options.seed = arguments.seed;
  options.episodes = arguments.errors;
  CREDO_ASSIGN_OR_RETURN(const std::vector<OffsetErrors> errors,
                         ImaginationErrors(run, options));
  std::string csv =
      "observation,offset,frames,imagined,mean_frame,seen_frames,"
      "seen_imagined,seen_mean_frame\n";
  std::string table = absl::StrFormat(
      "Mean squared errors of imagined frames and of the mean frame; seen: "
      "where nothing new is shown.\n\n%-12s %6s %10s %10s %14s %14s\n",
      "", "offset", "imagined", "mean frame", "seen: imagined",
      "seen: mean");
  for (const OffsetErrors& e : errors) {
    csv += absl::StrFormat("%s,%d,%d,%.6g,%.6g,%d,", e.observation, e.offset,
                           e.frames, e.imagined, e.mean_frame, e.seen_frames);
    table += absl::StrFormat("%-12s %6d %10.4f %10.4f", e.observation,
                             e.offset, e.imagined, e.mean_frame);
    if (e.seen_frames > 0) {
      csv += absl::StrFormat("%.6g,%.6g", e.seen_imagined, e.seen_mean_frame);
      table += absl::StrFormat(" %14.4f %14.4f", e.seen_imagined,
                               e.seen_mean_frame);
    } else {
      csv += ",";
    }
    csv += "\n";
    table += "\n";
  }
  std::fputs(table.c_str(), stdout);
  return ReplaceFile(arguments.out + "/errors.csv", csv);
}

int Rollout(const Arguments& arguments, const Parts& parts) {
  const Result<std::unique_ptr<LoadedRun>> run =
      LoadRun(arguments.run, parts);
  if (!run.ok()) return Fail(run.status());
  DrawOptions options;
  options.seed = arguments.seed;
  options.episodes = arguments.episodes;
  options.paths = arguments.paths;
  options.belief = options.film = true;
  std::vector<std::unique_ptr<LoadedRun>> beside;
  for (const std::string& path : arguments.beside) {
    Result<std::unique_ptr<LoadedRun>> other = LoadRun(path, parts);
    if (!other.ok()) return Fail(other.status());
    options.beside.push_back(other->get());
    beside.push_back(*std::move(other));
  }
  options.paths->seed = arguments.seed;
  for (const std::string& text : arguments.then) {
    Result<std::vector<float>> actions =
        ReadActions(text, (*run)->agent().distribution());
    if (!actions.ok()) return Fail(actions.status());
    options.paths->then.push_back(*std::move(actions));
  }
  Status drawn = DrawRun(**run, options, arguments.out);
  if (drawn.ok() && arguments.errors > 0) {
    drawn = WriteErrors(**run, arguments);
  }
  return drawn.ok() ? kExitDone : Fail(drawn.At(arguments.run));
}

}  // namespace

Subcommand AddRollout(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* rollout = app.add_subcommand(
      "rollout",
      "Pictures: imagined frames beside true ones, paths not taken, the map "
      "forming");
  rollout->add_option("run", arguments->run, "Folder of the run")->required();
  rollout->add_option("--out", arguments->out, "Folder of the pictures")
      ->required();
  rollout->add_option("--episodes", arguments->episodes, "Episodes to draw")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  rollout->add_option("--seed", arguments->seed, "Of the episodes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  // One value each, so that a run may follow them.
  rollout->add_option("--beside", arguments->beside,
                      "A run of the same world whose beliefs of the same "
                      "episodes are drawn as well")
      ->allow_extra_args(false);
  rollout->add_option("--errors", arguments->errors,
                      "Episodes over which the errors of imagined frames are "
                      "measured: a table, and errors.csv beside the pictures")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  rollout->add_option("--samples", arguments->paths.samples,
                      "Futures drawn of each path")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  rollout->add_option("--others", arguments->paths.others,
                      "Paths not taken, by the actions of other episodes")
      ->check(CLI::Range(0, 63))
      ->capture_default_str();
  rollout->add_option("--then", arguments->then,
                      "A path not taken: actions such as \"1 1 0 0\", an "
                      "index per discrete factor, numbers in [-1, 1] per "
                      "dimension, words of one action by commas")
      ->allow_extra_args(false);
  return [arguments, &parts] { return Rollout(*arguments, parts); };
}

}  // namespace credo
