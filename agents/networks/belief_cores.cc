#include <utility>

#include "agents/networks/belief_core.h"
#include "agents/networks/gru_core.h"
#include "agents/networks/lstm_core.h"
#include "agents/networks/memoryless_core.h"

namespace credo {

std::vector<BeliefCorePart> BeliefCores(std::vector<MemoryPart> memories) {
  return {MemorylessCore(), LstmCore(memories), GruCore(std::move(memories))};
}

}  // namespace credo
