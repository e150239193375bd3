// The memory that holds nothing: the core is on its own.
#ifndef CREDO_MEMORY_NONE_H_
#define CREDO_MEMORY_NONE_H_

#include "memory/memory.h"

namespace credo {

MemoryPart NoMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_NONE_H_
