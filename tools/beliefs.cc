// credo beliefs: beliefs and what belongs to them as a file, for one's own
// analysis.

#include "agents/acting/beliefs.h"

#include <torch/types.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/episodes.h"
#include "agents/runs/held_out.h"
#include "agents/runs/loaded_run.h"
#include "sdk/base/tensor_file.h"
#include "sdk/tensor/tensor_io.h"
#include "tools/out_file.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::string run;
  std::string out;
  std::vector<std::string> observations;
  int64_t episodes = 64;
  uint64_t seed = 1;
  bool scripted = false;
};

// Tensors of groups put together: [E, L, ...], zero behind an episode's end.
class Sheets {
 public:
  Sheets(int64_t episodes, int64_t longest)
      : episodes_(episodes), longest_(longest) {}

  // `values` [T+1, B, ...] of a group.
  void Put(const std::string& name, const EpisodeGroup& group,
           const at::Tensor& values) {
    at::Tensor& sheet = Find(name, values);
    for (int64_t b = 0; b < group.size(); ++b) {
      const int64_t length = group.lengths[b];
      sheet[group.first + b].narrow(0, 0, length).copy_(
          values.narrow(0, 0, length).select(1, b));
    }
  }

  void Save(TensorFile& file) const {
    for (const auto& [name, sheet] : sheets_) AddTensor(file, name, sheet);
  }

 private:
  at::Tensor& Find(const std::string& name, const at::Tensor& like) {
    for (auto& [known, sheet] : sheets_) {
      if (known == name) return sheet;
    }
    std::vector<int64_t> shape = {episodes_, longest_};
    shape.insert(shape.end(), like.sizes().begin() + 2, like.sizes().end());
    sheets_.emplace_back(name, torch::zeros(shape, like.scalar_type()));
    return sheets_.back().second;
  }

  int64_t episodes_;
  int64_t longest_;
  std::vector<std::pair<std::string, at::Tensor>> sheets_;
};

// "hidden 0:64, tanh(cell) 64:128, memory 128:1152", as Python slices.
std::string ColumnsText(const BeliefCore& core) {
  std::string text;
  int64_t begin = 0;
  for (const BeliefColumns& columns : core.belief_columns()) {
    const int64_t end = begin + columns.count;
    text += (text.empty() ? "" : ", ") + columns.name + " " +
            std::to_string(begin) + ":" + std::to_string(end);
    begin = end;
  }
  return text;
}

// All that are not privileged when none is named.
Result<std::vector<std::string>> ChosenObservations(
    const Arguments& arguments, const LoadedRun& run) {
  std::vector<std::string> known;
  for (const ObservationSpec& spec : run.agent().observations()) {
    known.push_back(spec.name);
  }
  if (arguments.observations.empty()) return known;
  for (const std::string& name : arguments.observations) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string text;
    for (const std::string& word : known) text += " '" + word + "'";
    return InvalidArgument("--observations: expected some of" + text +
                           ", found '" + name + "'");
  }
  return arguments.observations;
}

Status WriteBeliefs(const Arguments& arguments, const Parts& parts) {
  CREDO_ASSIGN_OR_RETURN(const std::unique_ptr<LoadedRun> run,
                         LoadRun(arguments.run, parts));
  CREDO_ASSIGN_OR_RETURN(const std::vector<std::string> chosen,
                         ChosenObservations(arguments, *run));
  CREDO_ASSIGN_OR_RETURN(
      const std::vector<EpisodeGroup> groups,
      HeldOutEpisodes(
          *run, arguments.seed, arguments.episodes,
          arguments.scripted ? ActionSource::kScripted : run->source()));
  int64_t longest = 0;
  std::vector<int64_t> lengths;
  for (const EpisodeGroup& group : groups) {
    longest = std::max(longest, *std::ranges::max_element(group.lengths));
    lengths.insert(lengths.end(), group.lengths.begin(), group.lengths.end());
  }
  Sheets sheets(arguments.episodes, longest);
  for (const EpisodeGroup& group : groups) {
    const Unroll& records = *group.records;
    const Beliefs beliefs =
        ReadBeliefs(run->agent(), records,
                    run->agent().InitialState(group.size()),
                    run->reward_clip());
    sheets.Put("beliefs", group, beliefs.beliefs);
    sheets.Put("encodings", group, beliefs.encoded);
    sheets.Put("actions", group, records.actions);
    sheets.Put("rewards", group, records.rewards);
    sheets.Put("kinds", group, records.kinds);
    for (const std::string& name : chosen) {
      sheets.Put("observations." + name, group, records.observations[name]);
    }
    for (const auto& [name, values] : records.privileged) {
      sheets.Put("privileged." + name, group, values);
    }
  }
  TensorFile file;
  file.content = "beliefs";
  file.metadata["run"] = run->name;
  file.metadata["seed"] = std::to_string(arguments.seed);
  file.metadata["beliefs.columns"] = ColumnsText(run->agent().core());
  sheets.Save(file);
  AddTensor(file, "lengths", torch::tensor(lengths, torch::kLong));
  return WriteOut(arguments.out, SerializeTensorFile(file));
}

}  // namespace

Subcommand AddBeliefs(CLI::App& app, const Parts& parts) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* beliefs = app.add_subcommand(
      "beliefs", "Beliefs, observations, privileged values and actions of "
                 "held-out episodes as safetensors [episode, step, ...]");
  beliefs->add_option("run", arguments->run, "Folder of the run")->required();
  beliefs->add_option("--out", arguments->out, "File to write")->required();
  beliefs->add_option("--observations", arguments->observations,
                      "Observations to keep; all that the agent sees when none "
                      "is named");
  beliefs->add_option("--episodes", arguments->episodes, "Episodes to live")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  beliefs->add_option("--seed", arguments->seed, "Of the episodes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  beliefs->add_flag("--scripted", arguments->scripted,
                    "The scripted policy acts, whatever the run does");
  return [arguments, &parts] {
    const Status status = WriteBeliefs(*arguments, parts);
    return status.ok() ? kExitDone : Fail(status);
  };
}

}  // namespace credo
