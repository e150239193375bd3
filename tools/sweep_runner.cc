#include "tools/sweep_runner.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "sdk/base/folder_lock.h"
#include "sdk/base/last_line.h"
#include "tools/child_process.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr auto kPause = std::chrono::milliseconds(50);

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The last line of a log that says something.
std::string LastSaid(const std::string& path) {
  const Result<std::string> text = ReadFile(path);
  const std::string line = text.ok() ? LastLine(*text) : "";
  return line.empty() ? "nothing was printed" : line;
}

bool IsDone(const SweepFolder& folder, const std::string& variant,
            int64_t seed) {
  return LookAtRun(folder, variant, seed).stage == RunState::Stage::kDone;
}

struct Job {
  const SweepVariant* variant = nullptr;  // null: the probes of the seed
  int64_t seed = 0;
};

struct Running {
  Job job;
  ChildProcess process;
};

class Runner {
 public:
  Runner(const SweepPlan& plan, const SweepFolder& folder, int64_t jobs,
         const SweepListener& tell)
      : plan_(plan), folder_(folder), jobs_(jobs), tell_(tell) {
    for (const int64_t seed : plan.seeds) {
      for (const SweepVariant& variant : plan.variants) {
        if (!IsDone(folder, variant.name, seed)) {
          waiting_.push_back({&variant, seed});
        }
      }
      if (plan.probes) waiting_.push_back({nullptr, seed});
    }
  }

  Result<SweepResult> Run(const std::atomic<int>& stop) {
    while (!waiting_.empty() || !running_.empty()) {
      if (stop.load() != 0) {
        for (const Running& one : running_) one.process.Stop();
        return Cancelled("stopped; the same command goes on from there");
      }
      CREDO_RETURN_IF_ERROR(StartWhatFits());
      CREDO_RETURN_IF_ERROR(TakeEnded());
      std::this_thread::sleep_for(kPause);
    }
    return std::move(result_);
  }

 private:
  // Whether a run of this seed has not ended.
  bool IsTraining(int64_t seed) const {
    const auto trains = [seed](const Job& job) {
      return job.variant != nullptr && job.seed == seed;
    };
    return std::ranges::any_of(waiting_, trains) ||
           std::ranges::any_of(
               running_, [&](const Running& one) { return trains(one.job); });
  }

  Status StartWhatFits() {
    for (auto job = waiting_.begin(); job != waiting_.end() &&
                                      std::ssize(running_) < jobs_;) {
      if (job->variant == nullptr && IsTraining(job->seed)) {
        ++job;
        continue;
      }
      const Job next = *job;
      job = waiting_.erase(job);
      if (next.variant == nullptr &&
          IsProbed(folder_, plan_, next.seed)) {
        continue;
      }
      CREDO_RETURN_IF_ERROR(Start(next));
    }
    return OkStatus();
  }

  Status Start(const Job& job) {
    std::vector<std::string> arguments;
    std::string output;
    if (job.variant == nullptr) {
      arguments = {"probe"};
      for (const SweepVariant& variant : plan_.variants) {
        if (IsDone(folder_, variant.name, job.seed)) {
          arguments.push_back(folder_.run(variant.name, job.seed));
        }
      }
      if (arguments.size() == 1) return OkStatus();  // all of them failed
      // The last job has the machine to itself.
      const int64_t threads =
          waiting_.empty() && running_.empty() ? jobs_ : 1;
      const std::vector<std::string> rest = {
          "--episodes", std::to_string(plan_.episodes), "--threads",
          std::to_string(threads), "--no-oracle", "--json"};
      arguments.insert(arguments.end(), rest.begin(), rest.end());
      output = folder_.probes(job.seed) + ".tmp";
    } else {
      const SweepVariant& variant = *job.variant;
      arguments = {"train", variant.config, "--run",
                   folder_.run(variant.name, job.seed)};
      for (const std::string& setting : variant.settings) {
        arguments.insert(arguments.end(), {"--set", setting});
      }
      arguments.insert(arguments.end(),
                       {"--set", "seed=" + std::to_string(job.seed),
                        "--resume"});
      std::error_code error;
      fs::remove(folder_.failure(variant.name, job.seed), error);
    }
    CREDO_RETURN_IF_ERROR(
        CreateFolders(folder_.seed(job.seed), "the folder of a seed"));
    CREDO_ASSIGN_OR_RETURN(ChildProcess process,
                           ChildProcess::Start(arguments, output, Log(job)));
    tell_(Name(job) + ": begins");
    running_.push_back({job, process});
    return OkStatus();
  }

  Status TakeEnded() {
    for (auto one = running_.begin(); one != running_.end();) {
      const std::optional<int> code = one->process.Ended();
      if (!code) {
        ++one;
        continue;
      }
      const Job job = one->job;
      one = running_.erase(one);
      CREDO_RETURN_IF_ERROR(Ended(job, *code));
    }
    return OkStatus();
  }

  Status Ended(const Job& job, int code) {
    if (code == 0) {
      tell_(Name(job) + ": done");
      if (job.variant != nullptr) return OkStatus();
      const std::string path = folder_.probes(job.seed);
      CREDO_ASSIGN_OR_RETURN(const std::string table,
                             ReadFile(path + ".tmp"));
      return ReplaceFile(path, table);
    }
    const std::string why =
        code < 0 ? "ended by signal " + std::to_string(-code)
                 : LastSaid(Log(job));
    tell_(Name(job) + ": FAILED: " + why);
    result_.failures.push_back(Name(job) + ": " + why);
    if (job.variant == nullptr) return OkStatus();
    return ReplaceFile(folder_.failure(job.variant->name, job.seed),
                       why + "\n");
  }

  std::string Log(const Job& job) const {
    return folder_.log(job.variant == nullptr ? "probes" : job.variant->name,
                       job.seed);
  }

  static std::string Name(const Job& job) {
    return "seed_" + std::to_string(job.seed) + "/" +
           (job.variant == nullptr ? "probes" : job.variant->name);
  }

  const SweepPlan& plan_;
  const SweepFolder& folder_;
  const int64_t jobs_;
  const SweepListener& tell_;
  std::list<Job> waiting_;
  std::list<Running> running_;
  SweepResult result_;
};

}  // namespace

RunState LookAtRun(const SweepFolder& folder, const std::string& variant,
                   int64_t seed) {
  const RunFolder run(folder.run(variant, seed));
  RunState state;
  if (Exists(run.model())) {
    state.stage = RunState::Stage::kDone;
    return state;
  }
  const Result<std::string> failure =
      ReadFile(folder.failure(variant, seed));
  if (failure.ok()) {
    state.stage = RunState::Stage::kFailed;
    state.failure = failure->substr(0, failure->find('\n'));
    return state;
  }
  if (!Exists(run.path())) return state;
  state.stage = RunState::Stage::kBegun;
  const Json line = Json::parse(LastLine(run.metrics()), nullptr, false);
  if (line.is_object()) state.frames = line.value("frames", int64_t{0});
  return state;
}

bool IsProbed(const SweepFolder& folder, const SweepPlan& plan, int64_t seed) {
  const Result<std::string> text = ReadFile(folder.probes(seed));
  if (!text.ok()) return false;
  const Json table = Json::parse(*text, nullptr, false);
  if (!table.is_object() || !table.contains("rows")) return false;
  std::set<std::string> there;
  for (const Json& row : table["rows"]) there.insert(row.value("name", ""));
  return std::ranges::all_of(
      plan.variants, [&](const SweepVariant& variant) {
        return there.contains(variant.name) ||
               !IsDone(folder, variant.name, seed);
      });
}

Result<SweepResult> RunSweep(
    const SweepPlan& plan, const SweepFolder& folder, int64_t jobs,
    const std::atomic<int>& stop, const SweepListener& tell) {
  CREDO_RETURN_IF_ERROR(CreateFolders(folder.path(), "the folder"));
  CREDO_ASSIGN_OR_RETURN(
      const FolderLock lock,
      FolderLock::Take(folder.path(),
                       "another sweep is at work in this folder"));
  CREDO_RETURN_IF_ERROR(ReplaceFile(folder.plan(), plan.ToJson()));
  return Runner(plan, folder, jobs, tell).Run(stop);
}

}  // namespace credo
