#include "agents/parts.h"

#include "simcore/simcore_task.h"

namespace credo {

Parts BuiltInParts() {
  return {.worlds = Worlds(),
          .encoders = Encoders(),
          .cores = BeliefCores(Memories()),
          .memories = Memories(),
          .tasks = {SimcoreTask(FrameModels())},
          .frame_models = FrameModels(),
          .probes = Probes()};
}

}  // namespace credo
