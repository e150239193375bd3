// The core `memoryless`: the belief is the present encoding. The floor that a
// core with a state must beat.
#ifndef CREDO_AGENTS_NETWORKS_MEMORYLESS_CORE_H_
#define CREDO_AGENTS_NETWORKS_MEMORYLESS_CORE_H_

#include "agents/networks/belief_core.h"

namespace credo {

BeliefCorePart MemorylessCore();

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_MEMORYLESS_CORE_H_
