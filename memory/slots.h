// The memory of rows by time, found again by content: see sdk/model/slots.h.
#ifndef CREDO_MEMORY_SLOTS_H_
#define CREDO_MEMORY_SLOTS_H_

#include "memory/memory.h"

namespace credo {

MemoryPart SlotsMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_SLOTS_H_
