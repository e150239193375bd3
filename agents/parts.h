// All parts that YAML may name: one list per kind.
//
// A host adds its own to its copy and hands it to RunCommand:
//
//   credo::Parts parts = credo::BuiltInParts();
//   parts.worlds.push_back(MyWorld());
#ifndef CREDO_AGENTS_PARTS_H_
#define CREDO_AGENTS_PARTS_H_

#include <vector>

#include "agents/belief_core.h"
#include "agents/encoder.h"
#include "agents/probes/probe.h"
#include "memory/memory.h"
#include "sdk/worlds/worlds.h"
#include "simcore/auxiliary_task.h"
#include "simcore/frame_model.h"

namespace credo {

struct Parts {
  std::vector<WorldPart> worlds;
  std::vector<EncoderPart> encoders;
  std::vector<BeliefCorePart> cores;
  std::vector<MemoryPart> memories;         // listed by the cores
  std::vector<AuxiliaryTaskPart> tasks;
  std::vector<FrameModelPart> frame_models; // listed by the task simcore
  std::vector<ProbePart> probes;
};

Parts BuiltInParts();

// What config and help need of a list of parts.
template <typename Part>
PartCatalog Catalog(const std::vector<Part>& parts) {
  PartCatalog catalog;
  for (const Part& part : parts) catalog.push_back(part.info);
  return catalog;
}

// The part of this name, or null.
template <typename Part>
const Part* FindPart(const std::vector<Part>& parts, const std::string& name) {
  for (const Part& part : parts) {
    if (part.info.name == name) return &part;
  }
  return nullptr;
}

}  // namespace credo

#endif  // CREDO_AGENTS_PARTS_H_
