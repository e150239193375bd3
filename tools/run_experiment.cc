#include "tools/run_experiment.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "agents/runs/initial_weights.h"
#include "agents/runs/loaded_run.h"
#include "agents/runs/run_differences.h"
#include "sdk/base/file.h"
#include "sdk/base/folder_lock.h"
#include "sdk/base/hash.h"
#include "sdk/config/yaml.h"
#include "tools/draw_run.h"
#include "tools/event_writer.h"

namespace credo {
namespace {

// What changes of a run how long it is, what it tells and how it rounds.
constexpr std::string_view kFreeKeys[] = {
    "learner.frames",           "learner.actor_threads",
    "learner.shards",           "learner.device",
    "learner.graphs",           "learner.log_every",
    "learner.evaluate_every",   "learner.evaluate_episodes",
    "learner.checkpoint_every"};
// What may be asked to change: how the learner learns, and no shape.
constexpr std::string_view kLearningKeys[] = {
    "learner.discount",        "learner.lambda",
    "learner.baseline_weight", "learner.entropy_weight",
    "learner.learning_rate",   "learner.warmup",
    "learner.flat",            "learner.final_rate",
    "learner.beta1",           "learner.beta2",
    "learner.epsilon",         "learner.clip"};

// Whether a difference, "KEY: ...", is in one of these keys.
bool IsOf(std::span<const std::string_view> keys,
          const std::string& difference) {
  return std::ranges::find(keys, DifferenceKey(difference)) != keys.end();
}

// The options of the run that lies in the folder must be those of now, but for
// what may change.
Status CheckSameRun(const RunFolder& folder, bool changes, const Parts& parts,
                    ExperimentOptions& options) {
  CREDO_ASSIGN_OR_RETURN(const std::vector<std::string> differences,
                         RunDifferences(folder, parts, options));
  for (const std::string& difference : differences) {
    if (IsOf(kFreeKeys, difference)) continue;
    if (IsOf(kLearningKeys, difference)) {
      if (changes) continue;
      return InvalidArgument(
          folder.path() +
          ": --resume needs the configuration of the run, found another "
          "(--allow-changes takes it): " +
          difference);
    }
    return InvalidArgument(folder.path() +
                           ": --resume needs the configuration of the run, "
                           "found another: " +
                           difference);
  }
  return OkStatus();
}

Status GoOn(const RunFolder& folder, const Beginning& beginning,
            const Parts& parts, ExperimentOptions& options, Trainer& trainer) {
  CREDO_RETURN_IF_ERROR(
      CheckSameRun(folder, beginning.changes, parts, options));
  CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                         folder.ReadCheckpoint());
  CREDO_RETURN_IF_ERROR(trainer.Restore(checkpoint).At(folder.checkpoint()));
  if (trainer.update() > trainer.updates()) {
    return InvalidArgument(
        folder.path() + ": learner.frames: expected at least the " +
        std::to_string(trainer.frames()) + " that are learned, found " +
        std::to_string(options.learner.frames));
  }
  CREDO_RETURN_IF_ERROR(folder.CutMetrics(trainer.update()));
  // A model that is about to be outdone must not be taken for the run's.
  std::error_code error;
  if (trainer.update() < trainer.updates()) {
    std::filesystem::remove(folder.model(), error);
  }
  return OkStatus();
}

Status TakeWeights(const Beginning& beginning, bool tells, Trainer& trainer) {
  if (beginning.from.empty()) return OkStatus();
  CREDO_ASSIGN_OR_RETURN(const TensorFile file,
                         ReadInitialWeights(beginning.from));
  const WeightFit fit = trainer.BeginWith(file, beginning.partial);
  if (!fit.whole() && !beginning.partial) {
    return InvalidArgument(
        beginning.from +
        ": expected weights that fit (--partial takes those that do), found "
        "that these do not: " +
        fit.Unfit());
  }
  if (!tells) return OkStatus();
  std::fprintf(stderr, "credo: %zu weights of %s taken%s%s\n",
               fit.taken.size(), beginning.from.c_str(),
               fit.whole() ? "" : "; not: ", fit.Unfit().c_str());
  return OkStatus();
}

Result<FolderLock> PrepareFolder(const RunFolder& folder,
                                 const Beginning& beginning,
                                 const Parts& parts,
                                 ExperimentOptions& options,
                                 Trainer& trainer) {
  const bool is_new = !folder.HasCheckpoint();
  if (!is_new && !beginning.resume) {
    return FailedPrecondition(
        folder.path() +
        ": expected a new folder, found a run; --resume goes on with it");
  }
  if (is_new) {
    CREDO_RETURN_IF_ERROR(TakeWeights(beginning, /*tells=*/true, trainer));
  }
  CREDO_RETURN_IF_ERROR(folder.Create());
  CREDO_ASSIGN_OR_RETURN(FolderLock lock, folder.Lock());
  if (is_new) {
    CREDO_RETURN_IF_ERROR(folder.CutMetrics(0));
  } else {
    CREDO_RETURN_IF_ERROR(GoOn(folder, beginning, parts, options, trainer));
  }
  CREDO_RETURN_IF_ERROR(ReplaceFile(folder.config(), WriteYaml(options)));
  return lock;
}

// What a rank but the first does once that has prepared the folder.
Status Follow(const RunFolder& folder, const Beginning& beginning,
              bool resumes, Trainer& trainer) {
  if (!resumes) return TakeWeights(beginning, /*tells=*/false, trainer);
  CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                         folder.ReadCheckpoint());
  return trainer.Restore(checkpoint).At(folder.checkpoint());
}

// What ranks that begin together have in common, as a short text.
std::string FingerprintOf(ExperimentOptions& options,
                          const Trainer& trainer) {
  TensorFile file;
  file.content = "beginning";
  file.metadata["update"] = std::to_string(trainer.update());
  file.AddText("config", WriteYaml(options));
  trainer.learner().Save("", file);
  const std::string bytes = SerializeTensorFile(file);
  return Hash128Hex(bytes.data(), bytes.size());
}

// All ranks as the first one found the folder, or the failure of one of them.
// `prepared` is null but at the first one.
Status BeginTogether(const RunFolder& folder, const Beginning& beginning,
                     const Result<FolderLock>* prepared,
                     ExperimentOptions& options, Trainer& trainer,
                     RankGroup& ranks) {
  constexpr char kNew[] = "new", kResumes[] = "resumes";
  std::string told;
  if (prepared != nullptr) {
    told = !prepared->ok()          ? "failed: " + prepared->status().message()
           : folder.HasCheckpoint() ? kResumes
                                    : kNew;
  }
  told = ranks.Broadcast(told);
  if (told != kNew && told != kResumes) {
    return prepared != nullptr ? prepared->status()
                               : FailedPrecondition("rank 0 " + told);
  }
  Status followed;
  if (prepared == nullptr) {
    followed = Follow(folder, beginning, told == kResumes, trainer);
  }
  std::string own =
      followed.ok() ? FingerprintOf(options, trainer) : std::string(32, '-');
  const at::Tensor all = ranks.Gather(torch::from_blob(
      own.data(), {static_cast<int64_t>(own.size())}, torch::kByte));
  if (!followed.ok()) return followed;
  for (int64_t rank = 1; rank < ranks.size(); ++rank) {
    if (at::equal(all[rank], all[0])) continue;
    return FailedPrecondition(
        folder.path() + ": expected rank " + std::to_string(rank) +
        " to begin with the configuration, checkpoint and weights of rank 0, "
        "found that it does not");
  }
  return OkStatus();
}

}  // namespace

Status RunExperiment(ExperimentOptions& options, const Parts& parts,
                     const RunFolder& folder, const Beginning& beginning,
                     const std::atomic<int>& stop,
                     const std::function<void(const Progress&)>& listener,
                     Trainer& trainer, RankGroup* ranks) {
  if (ranks != nullptr && ranks->member() != 0) {
    CREDO_RETURN_IF_ERROR(
        BeginTogether(folder, beginning, nullptr, options, trainer, *ranks));
    return trainer.Run(folder, stop, {});
  }
  const Result<FolderLock> lock =
      PrepareFolder(folder, beginning, parts, options, trainer);
  if (ranks != nullptr) {
    CREDO_RETURN_IF_ERROR(
        BeginTogether(folder, beginning, &lock, options, trainer, *ranks));
  }
  CREDO_RETURN_IF_ERROR(lock.status());
  CREDO_ASSIGN_OR_RETURN(
      const std::unique_ptr<EventWriter> events,
      EventWriter::Open(folder.path(), trainer.frames()));
  Status written;
  CREDO_RETURN_IF_ERROR(
      trainer.Run(folder, stop, [&](const Progress& progress) {
        if (written.ok()) written = events->Write(progress);
        if (listener) listener(progress);
      }));
  CREDO_RETURN_IF_ERROR(written);
  CREDO_ASSIGN_OR_RETURN(const std::unique_ptr<LoadedRun> run,
                         LoadRun(folder.path(), parts));
  const Status drawn =
      DrawRun(*run, DrawOptions(), folder.pictures());
  // A world without end has no episode to show.
  return drawn.code() == StatusCode::kFailedPrecondition ? OkStatus() : drawn;
}

}  // namespace credo
