#include "sdk/runtime/core.h"

namespace credo::runtime {

std::vector<CorePart> Cores(const std::vector<MemoryPart>& memories) {
  return {MemorylessCore(), LstmCore(memories), GruCore(memories)};
}

}  // namespace credo::runtime
