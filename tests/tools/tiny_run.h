// A run of a second that has everything a run may have: a memory, a simulator,
// probes, episodes that end within unrolls. For tests of stopping and resuming.
#ifndef CREDO_TESTS_TOOLS_TINY_RUN_H_
#define CREDO_TESTS_TOOLS_TINY_RUN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/file.h"
#include "sdk/base/hash.h"
#include "sdk/base/tensor_file.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {

inline constexpr int64_t kTinyUpdates = 400;
inline constexpr int64_t kTinyFramesPerUpdate = 5 * 4;

inline std::string TinyConfig() {
  return "seed: 3\n"
         "world: {kind: grid, room: 3, view: 1, colours: 2, episode: 7,\n"
         "        task: goal, start: random}\n"
         "agent:\n"
         "  encoder: {kind: mlp, sizes: [8]}\n"
         "  core:\n"
         "    kind: lstm\n"
         "    size: 8\n"
         "    memory: {kind: addressed, slots: 2, width: 4}\n"
         "auxiliary:\n"
         "  - {kind: simcore, overshoot: 3, starts: 1, size: 8,\n"
         "     decoder: {kind: deterministic, hidden: [8]}}\n"
         "learner: {frames: " +
         std::to_string(kTinyUpdates * kTinyFramesPerUpdate) +
         ", unroll: 5, batch: 4, actor_group: 2, warmup: 5, log_every: 1,\n"
         "          checkpoint_every: 10}\n"
         "probes: [{kind: cells, target: map}]\n"
         "probing: {hidden: [8], times: 2}\n";
}

inline std::string Contents(const std::string& path) {
  const Result<std::string> contents = ReadFile(path);
  return contents.ok() ? *contents : "(" + contents.status().message() + ")";
}

// What tells a file's bytes from others, short enough to be shown.
inline std::string Fingerprint(const std::string& path) {
  const Result<std::string> contents = ReadFile(path);
  if (!contents.ok()) return "(" + contents.status().message() + ")";
  return Hash128Hex(contents->data(), contents->size());
}

// A folder with a configuration, where `credo train` makes runs.
class TinyRuns {
 public:
  explicit TinyRuns(std::vector<std::string> overrides = {})
      : overrides_(std::move(overrides)) {
    EXPECT_TRUE(ReplaceFile(config(), TinyConfig()).ok());
  }

  std::string config() const { return folder_ / "tiny.yaml"; }
  std::string operator/(const std::string& run) const { return folder_ / run; }

  std::vector<std::string> Train(
      const std::string& run, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {CREDO_COMMAND, "train", config(),
                                          "--run", folder_ / run};
    for (const std::string& text : overrides_) {
      arguments.insert(arguments.end(), {"--set", text});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  Ended Resume(const std::string& run) const {
    return RunToEnd(Train(run, {"--resume"}));
  }

  // Fingerprint of a run's model.
  std::string Model(const std::string& run) const {
    return Fingerprint(folder_ / run + "/model.safetensors");
  }
  // That of a run that nothing disturbed.
  std::string Undisturbed() const {
    const Ended ended = RunToEnd(Train("undisturbed"));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return Model("undisturbed");
  }

 private:
  TemporaryFolder folder_;
  std::vector<std::string> overrides_;
};

// The updates that the lines of metrics.jsonl tell of; -1 for a line that is no
// JSON.
inline std::vector<int64_t> LoggedUpdates(const std::string& run) {
  std::vector<int64_t> updates;
  const std::string text = Contents(run + "/metrics.jsonl");
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const auto json = nlohmann::json::parse(text.substr(begin, end - begin),
                                            nullptr, false);
    updates.push_back(json.is_discarded() ? -1 : json.value("update", -1));
    begin = end + 1;
  }
  return updates;
}

// A number of each line that has it.
inline std::vector<double> LoggedNumbers(const std::string& run,
                                         const std::string& name) {
  std::vector<double> numbers;
  std::istringstream lines(Contents(run + "/metrics.jsonl"));
  std::string line;
  while (std::getline(lines, line)) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_discarded() && json.contains(name)) {
      numbers.push_back(json[name]);
    }
  }
  return numbers;
}

// 1, 2, .. last.
inline std::vector<int64_t> UpTo(int64_t last) {
  std::vector<int64_t> updates;
  for (int64_t update = 1; update <= last; ++update) updates.push_back(update);
  return updates;
}

// How many lines metrics.jsonl has so far, also while it is being written.
inline int64_t LinesSoFar(const std::string& run) {
  const Result<std::string> text = ReadFile(run + "/metrics.jsonl");
  return text.ok() ? std::count(text->begin(), text->end(), '\n') : 0;
}

// The number of updates that a checkpoint holds; 0 without one. The checkpoint
// must be whole.
inline int64_t CheckpointUpdate(const std::string& path) {
  if (!std::filesystem::exists(path)) return 0;
  const Result<TensorFile> file = ReadTensorFile(path, "checkpoint");
  EXPECT_TRUE(file.ok()) << file.status().message();
  if (!file.ok()) return -1;
  return std::strtoll(file->metadata.at("update").c_str(), nullptr, 10);
}

inline std::string Checkpoint(const std::string& run) {
  return run + "/checkpoint.safetensors";
}

// The fingerprint of every file of a run, by name.
inline std::map<std::string, std::string> AllFiles(const std::string& run) {
  std::map<std::string, std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(run)) {
    if (!entry.is_regular_file()) continue;
    files[entry.path().string()] = Fingerprint(entry.path().string());
  }
  return files;
}

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_TINY_RUN_H_
