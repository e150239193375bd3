#include "tools/run_experiment.h"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "agents/runs/loaded_run.h"
#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "tools/draw_run.h"
#include "tools/event_writer.h"

namespace credo {
namespace {

// The options of the run that lies in the folder must be those of now, but for
// how long it runs.
Status CheckSameRun(const RunFolder& folder, const Parts& parts,
                    ExperimentOptions& options) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(folder.config()));
  ExperimentOptions was(parts);
  CREDO_RETURN_IF_ERROR(ReadYaml(text, folder.config(), {}, was));
  for (const std::string& difference : CompareOptions(was, options)) {
    if (difference.starts_with("learner.frames:")) continue;
    return InvalidArgument(
        folder.path() +
        ": --resume needs the configuration of the run (only learner.frames "
        "may change), found another: " +
        difference);
  }
  return OkStatus();
}

Status PrepareFolder(const RunFolder& folder, bool resume, const Parts& parts,
                     ExperimentOptions& options, Trainer& trainer) {
  if (folder.HasCheckpoint()) {
    if (!resume) {
      return FailedPrecondition(
          folder.path() +
          ": expected a new folder, found a run; --resume goes on with it");
    }
    CREDO_RETURN_IF_ERROR(CheckSameRun(folder, parts, options));
    CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                           folder.ReadCheckpoint());
    CREDO_RETURN_IF_ERROR(
        trainer.Restore(checkpoint).At(folder.checkpoint()));
    CREDO_RETURN_IF_ERROR(folder.CutMetrics(trainer.update()));
    // A model that is about to be outdone must not be taken for the run's.
    std::error_code error;
    if (trainer.update() < trainer.updates()) {
      std::filesystem::remove(folder.model(), error);
    }
  } else {
    CREDO_RETURN_IF_ERROR(folder.Create());
    CREDO_RETURN_IF_ERROR(folder.CutMetrics(0));
  }
  return ReplaceFile(folder.config(), WriteYaml(options));
}

}  // namespace

Status RunExperiment(ExperimentOptions& options, const Parts& parts,
                     const RunFolder& folder, bool resume,
                     const std::atomic<int>& stop,
                     const std::function<void(const Progress&)>& listener,
                     Trainer& trainer) {
  CREDO_RETURN_IF_ERROR(
      PrepareFolder(folder, resume, parts, options, trainer));
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
