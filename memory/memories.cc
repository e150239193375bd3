#include "memory/addressed.h"
#include "memory/memory.h"
#include "memory/none.h"

namespace credo {

std::vector<MemoryPart> Memories() { return {NoMemory(), AddressedMemory()}; }

}  // namespace credo
