// The memory that is a Gaussian over a matrix: see sdk/model/kanerva.h.
#ifndef CREDO_MEMORY_KANERVA_H_
#define CREDO_MEMORY_KANERVA_H_

#include "memory/memory.h"

namespace credo {

MemoryPart KanervaMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_KANERVA_H_
