#include "agents/runs/loaded_run.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agents/runs/model_file.h"
#include "agents/runs/run_folder.h"
#include "agents/runs/trainer.h"
#include "sdk/base/file.h"
#include "sdk/base/spec_json.h"
#include "sdk/config/yaml.h"
#include "sdk/model/metadata.h"
#include "sdk/worlds/host.h"

namespace credo {
namespace {

Status LoadWeights(const RunFolder& folder, LoadedRun& run) {
  std::error_code error;
  if (std::filesystem::exists(folder.model(), error)) {
    CREDO_ASSIGN_OR_RETURN(const TensorFile model,
                           ReadTensorFile(folder.model(), "model"));
    CREDO_ASSIGN_OR_RETURN(run.frames, model.MetadataCount(kModelFrames));
    return LoadModel(model, run.spec, run.options.agent, *run.learner)
        .At(folder.model());
  }
  if (!folder.HasCheckpoint()) {
    return NotFound(folder.path() +
                    ": expected a run with a model or a checkpoint, found "
                    "neither; credo train makes one");
  }
  CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                         folder.ReadCheckpoint());
  CREDO_ASSIGN_OR_RETURN(const int64_t updates,
                         checkpoint.MetadataCount("update"));
  run.frames = updates * run.options.learner.frames_per_update();
  return run.learner->Load("learner.", checkpoint).At(folder.checkpoint());
}

// The worlds of a run that a host plays: what it recorded, if there is any.
Status LoadHostWorld(const RunFolder& folder, LoadedRun& run) {
  std::error_code error;
  auto recorded = std::make_shared<RecordedEpisodes>(EnvironmentSpec());
  if (std::filesystem::exists(folder.records(), error)) {
    CREDO_ASSIGN_OR_RETURN(const TensorFile file,
                           ReadTensorFile(folder.records(), "records"));
    Result<RecordedEpisodes> episodes = RecordedEpisodes::Parse(file);
    if (!episodes.ok()) return episodes.status().At(folder.records());
    *recorded = *std::move(episodes);
  } else {
    CREDO_ASSIGN_OR_RETURN(const TensorFile model,
                           ReadTensorFile(folder.model(), "model"));
    CREDO_ASSIGN_OR_RETURN(const std::string json, model.Metadata(kModelSpec));
    CREDO_ASSIGN_OR_RETURN(recorded->spec,
                           SpecFromJson(json, folder.model() + ": spec"));
  }
  run.spec = recorded->spec;
  run.recorded = std::move(recorded);
  run.worlds = [episodes = run.recorded] {
    return MakeRecordedWorld(episodes);
  };
  return OkStatus();
}

Status LoadWorld(const RunFolder& folder, const Parts& parts, LoadedRun& run) {
  if (run.options.world.kind == kHostWorld) return LoadHostWorld(folder, run);
  run.worlds = MakeWorldFactory(run.options, parts);
  Result<std::unique_ptr<Environment>> world = MakeEnvironment(run.worlds);
  if (!world.ok()) return world.status().At(folder.config() + ": world");
  run.spec = (*world)->spec();
  return OkStatus();
}

// "runs/a" and "runs/a/" are both called "a".
std::string LastPart(const std::string& path) {
  return (std::filesystem::path(path) / "").parent_path().filename().string();
}

}  // namespace

ActionSource LoadedRun::source() const {
  return options.world.kind == kHostWorld ? ActionSource::kScripted
                                          : SourceOf(options);
}

std::vector<std::string> RunNames(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    const auto same = [&](const std::string& other) {
      return LastPart(other) == LastPart(path);
    };
    names.push_back(std::ranges::count_if(paths, same) == 1 ? LastPart(path)
                                                            : path);
  }
  return names;
}

Result<std::unique_ptr<LoadedRun>> LoadRun(const std::string& path,
                                           const Parts& parts) {
  at::set_num_threads(1);
  const RunFolder folder(path);
  auto run = std::make_unique<LoadedRun>(parts);
  run->path = path;
  run->name = LastPart(path);
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(folder.config()));
  CREDO_RETURN_IF_ERROR(ReadYaml(text, folder.config(), {}, run->options));
  // As models are, whatever it was learned in.
  run->options.learner.precision = "f32";
  CREDO_RETURN_IF_ERROR(LoadWorld(folder, parts, *run));
  Result<std::unique_ptr<Learner>> learner =
      Learner::Make(run->options, parts, run->spec);
  if (!learner.ok()) return learner.status().At(folder.config());
  run->learner = *std::move(learner);
  CREDO_RETURN_IF_ERROR(LoadWeights(folder, *run));
  return run;
}

}  // namespace credo
