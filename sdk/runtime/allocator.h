// Where the memory of agents and beliefs comes from: the host.
#ifndef CREDO_SDK_RUNTIME_ALLOCATOR_H_
#define CREDO_SDK_RUNTIME_ALLOCATOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "sdk/base/status.h"

namespace credo::runtime {

// The address of every block is a multiple of this.
inline constexpr size_t kAlignment = 64;

// `allocate` returns null when there is none. Called at creation and at the
// end, never by a tick; by any thread that makes or ends an object.
struct Allocator {
  void* (*allocate)(void* user, size_t bytes, size_t alignment) = nullptr;
  void (*release)(void* user, void* block) = nullptr;
  void* user = nullptr;

  // The C++ heap.
  static Allocator Default();
};

// A zeroed array of T out of an allocator, which must outlive it.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { Release(); }
  Buffer(Buffer&& other) noexcept
      : allocator_(other.allocator_), data_(std::exchange(other.data_, {})) {}
  Buffer& operator=(Buffer&& other) noexcept {
    Release();
    allocator_ = other.allocator_;
    data_ = std::exchange(other.data_, {});
    return *this;
  }

  // Fails with kUnavailable. `what` is what the message says the memory is for.
  static Result<Buffer> Make(const Allocator& allocator, int64_t count,
                             const std::string& what);

  T* data() const { return data_.data(); }
  int64_t size() const { return static_cast<int64_t>(data_.size()); }
  T& operator[](int64_t i) const { return data_[i]; }

 private:
  void Release() {
    if (data_.data() != nullptr) {
      allocator_.release(allocator_.user, data_.data());
    }
  }

  Allocator allocator_;
  std::span<T> data_;
};

// A zeroed block, or null.
void* AllocateZeroed(const Allocator& allocator, size_t bytes);

template <typename T>
Result<Buffer<T>> Buffer<T>::Make(const Allocator& allocator, int64_t count,
                                  const std::string& what) {
  Buffer buffer;
  buffer.allocator_ = allocator;
  constexpr auto kSize = static_cast<int64_t>(sizeof(T));
  // Half of what an address can tell is more than any memory holds.
  const bool possible = count >= 0 && count <= INT64_MAX / 2 / kSize;
  void* block =
      possible
          ? AllocateZeroed(allocator, static_cast<size_t>(count * kSize))
          : nullptr;
  if (block == nullptr) {
    return Unavailable("out of memory: expected " + std::to_string(count) +
                       " times " + std::to_string(kSize) + " bytes for " +
                       what);
  }
  buffer.data_ = {static_cast<T*>(block), static_cast<size_t>(count)};
  return buffer;
}

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_ALLOCATOR_H_
