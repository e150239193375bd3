#include <utility>

#include "agents/belief_core.h"
#include "agents/gru_core.h"
#include "agents/lstm_core.h"
#include "agents/memoryless_core.h"

namespace credo {

std::vector<BeliefCorePart> BeliefCores(std::vector<MemoryPart> memories) {
  return {MemorylessCore(), LstmCore(memories), GruCore(std::move(memories))};
}

}  // namespace credo
