#include "sdk/runtime/allocator.h"

#include <cstring>
#include <new>

namespace credo::runtime {

Allocator Allocator::Default() {
  return {[](void*, size_t bytes, size_t alignment) {
            return ::operator new(bytes, std::align_val_t(alignment),
                                  std::nothrow);
          },
          [](void*, void* block) {
            ::operator delete(block, std::align_val_t(kAlignment));
          },
          nullptr};
}

void* AllocateZeroed(const Allocator& allocator, size_t bytes) {
  // Nothing is a block too, so that null always means failure.
  const size_t taken = bytes == 0 ? kAlignment : bytes;
  void* block = allocator.allocate(allocator.user, taken, kAlignment);
  if (block != nullptr) std::memset(block, 0, taken);
  return block;
}

}  // namespace credo::runtime
