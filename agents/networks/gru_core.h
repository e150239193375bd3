// The core `gru`: a GRU over [encoding, action, reward], and a memory that is
// written after each of its steps.
//
//   h_t    = GRU([e_t, a_t, r_t])           the action and reward that led here
//   M_t    = memory.Write(e_t, h_t)
//   belief = [h_t, shown columns of M_t]
#ifndef CREDO_AGENTS_NETWORKS_GRU_CORE_H_
#define CREDO_AGENTS_NETWORKS_GRU_CORE_H_

#include "agents/networks/belief_core.h"

namespace credo {

BeliefCorePart GruCore(std::vector<MemoryPart> memories);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_GRU_CORE_H_
