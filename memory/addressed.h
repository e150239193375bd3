// The memory of slots that are written and read by address: see
// sdk/model/addressed.h.
#ifndef CREDO_MEMORY_ADDRESSED_H_
#define CREDO_MEMORY_ADDRESSED_H_

#include "memory/memory.h"

namespace credo {

MemoryPart AddressedMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_ADDRESSED_H_
