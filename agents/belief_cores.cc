#include "agents/belief_core.h"
#include "agents/lstm_core.h"
#include "agents/memoryless_core.h"

namespace credo {

std::vector<BeliefCorePart> BeliefCores(std::vector<MemoryPart> memories) {
  return {MemorylessCore(), LstmCore(std::move(memories))};
}

}  // namespace credo
