// A run read back from its folder: configuration, world, agent, losses, probes.
#ifndef CREDO_AGENTS_RUNS_LOADED_RUN_H_
#define CREDO_AGENTS_RUNS_LOADED_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/actor.h"
#include "agents/learning/experiment_options.h"
#include "agents/learning/learner.h"
#include "agents/learning/parts.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/worlds/recorded.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

struct LoadedRun {
  explicit LoadedRun(const Parts& parts) : options(parts) {}
  LoadedRun(const LoadedRun&) = delete;
  LoadedRun& operator=(const LoadedRun&) = delete;

  const Agent& agent() const { return learner->agent(); }
  double reward_clip() const { return options.learner.reward_clip; }
  // What acts in this run: the policy or the scripted policy. The latter where
  // a host plays: it does what was done.
  ActionSource source() const;

  std::string path;           // of the folder, as it was given
  std::string name;           // its last part
  ExperimentOptions options;  // config.yaml
  EnvironmentSpec spec;
  EnvironmentFactory worlds;  // refers to `options`
  // Where a host plays the world what it recorded, else null. Then `worlds`
  // show the episodes that are not held out again.
  std::shared_ptr<const RecordedEpisodes> recorded;
  std::unique_ptr<Learner> learner;  // with the weights of the model file
  int64_t frames = 0;  // that the weights learned from
};

// What the runs in these folders are called in tables: the last part of a path,
// or the path as it is where another run would have that name too.
std::vector<std::string> RunNames(const std::vector<std::string>& paths);

// Reads config.yaml and model.safetensors, or the newest checkpoint when the
// run has not ended. Fails when a file is missing or damaged, and with
// kInvalidArgument when the model is that of another configuration or world.
// `parts` outlive the result. From then on this thread computes networks by
// itself, as in training: numbers do not depend on how many cores there are.
Result<std::unique_ptr<LoadedRun>> LoadRun(const std::string& path,
                                           const Parts& parts);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_LOADED_RUN_H_
