#include "sdk/runtime/memory.h"

#include <algorithm>

namespace credo::runtime {

void Memory::Show(const float* contents, float* columns) const {
  int64_t left = shape_.shown;
  for (size_t i = 0; left > 0; ++i) {
    const StateField& field = shape_.layout.fields()[i];
    const int64_t shown = std::min(left, ElementCount(field.shape));
    columns = std::copy_n(contents + At(i), shown, columns);
    left -= shown;
  }
}

std::vector<MemoryPart> Memories() {
  return {NoneMemory(), AddressedMemory(), SlotsMemory(), KanervaMemory(),
          DeltaMemory()};
}

}  // namespace credo::runtime
