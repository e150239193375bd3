// A ring of fixed size between two threads: one puts in, one takes out. No
// lock, and no memory after its making.
#ifndef CREDO_SDK_BASE_SPSC_RING_H_
#define CREDO_SDK_BASE_SPSC_RING_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <vector>

namespace credo {

template <typename T>
class SpscRing {
 public:
  // Holds up to `capacity` items.
  explicit SpscRing(size_t capacity) : items_(capacity + 1) {}

  // False when it is full. By the thread that puts in.
  bool Put(T item) {
    const size_t end = end_.load(std::memory_order_relaxed);
    const size_t next = Next(end);
    if (next == begin_.load(std::memory_order_acquire)) return false;
    items_[end] = item;
    end_.store(next, std::memory_order_release);
    return true;
  }

  // The oldest item, if there is one. By the thread that takes out.
  std::optional<T> Take() {
    const size_t begin = begin_.load(std::memory_order_relaxed);
    if (begin == end_.load(std::memory_order_acquire)) return std::nullopt;
    const T item = items_[begin];
    begin_.store(Next(begin), std::memory_order_release);
    return item;
  }

 private:
  // Where one thread's writes do not slow the other's reads.
  static constexpr size_t kLine = 64;

  size_t Next(size_t at) const { return at + 1 == items_.size() ? 0 : at + 1; }

  std::vector<T> items_;
  alignas(kLine) std::atomic<size_t> begin_ = 0;
  alignas(kLine) std::atomic<size_t> end_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_BASE_SPSC_RING_H_
