#include "agents/learning/parts.h"

#include "simcore/simcore_task.h"

namespace credo {

std::vector<AuxiliaryTaskPart> Parts::AllTasks() const {
  std::vector<AuxiliaryTaskPart> all = {SimcoreTask(frame_models)};
  all.insert(all.end(), tasks.begin(), tasks.end());
  return all;
}

Parts BuiltInParts() {
  Parts parts;
  parts.encoders = Encoders();
  parts.memories = Memories();
  parts.worlds = Worlds();
  parts.frame_models = FrameModels();
  parts.probes = Probes();
  return parts;
}

}  // namespace credo
