// All parts that YAML may name: one list per kind.
//
// A host adds its own to its copy and hands it to RunCommand:
//
//   credo::Parts parts = credo::BuiltInParts();
//   parts.worlds.push_back(MyWorld());
//   parts.memories.push_back(MyMemory());
#ifndef CREDO_AGENTS_LEARNING_PARTS_H_
#define CREDO_AGENTS_LEARNING_PARTS_H_

#include <vector>

#include "agents/networks/agent_options.h"
#include "agents/probes/probe.h"
#include "sdk/worlds/worlds.h"
#include "simcore/auxiliary_task.h"
#include "simcore/frame_model.h"

namespace credo {

struct Parts : AgentParts {
  std::vector<WorldPart> worlds;
  std::vector<FrameModelPart> frame_models;  // what simcore chooses among
  std::vector<AuxiliaryTaskPart> tasks;      // a host's own
  std::vector<ProbePart> probes;

  // simcore with these frame models, then the host's own.
  std::vector<AuxiliaryTaskPart> AllTasks() const;
};

Parts BuiltInParts();

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_PARTS_H_
