#include "memory/addressed.h"
#include "memory/delta.h"
#include "memory/kanerva.h"
#include "memory/memory.h"
#include "memory/none.h"
#include "memory/slots.h"

namespace credo {

std::vector<MemoryPart> Memories() {
  return {NoMemory(), AddressedMemory(), SlotsMemory(), KanervaMemory(),
          DeltaMemory()};
}

}  // namespace credo
