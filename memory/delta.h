// The memory of fast weights under a gated delta rule: see sdk/model/delta.h.
#ifndef CREDO_MEMORY_DELTA_H_
#define CREDO_MEMORY_DELTA_H_

#include "memory/memory.h"

namespace credo {

MemoryPart DeltaMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_DELTA_H_
