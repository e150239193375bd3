// Numbers to bytes and back, for the saved state of worlds. Little-endian.
#ifndef CREDO_SDK_WORLDS_BYTE_STREAM_H_
#define CREDO_SDK_WORLDS_BYTE_STREAM_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace credo {

static_assert(std::endian::native == std::endian::little,
              "states are saved as the machine holds them");

class ByteWriter {
 public:
  template <typename T>
  void Put(T value) {
    static_assert(std::is_arithmetic_v<T>);
    Append(&value, sizeof(value));
  }
  // Their number, then themselves.
  void PutFloats(std::span<const float> values) {
    Put(static_cast<uint64_t>(values.size()));
    Append(values.data(), values.size_bytes());
  }
  void PutBytes(std::span<const uint8_t> values) {
    Put(static_cast<uint64_t>(values.size()));
    Append(values.data(), values.size());
  }
  void PutText(std::string_view text) {
    Put(static_cast<uint64_t>(text.size()));
    Append(text.data(), text.size());
  }
  std::string Take() && { return std::move(bytes_); }

 private:
  void Append(const void* data, size_t size) {
    if (size > 0) bytes_.append(static_cast<const char*>(data), size);
  }
  std::string bytes_;
};

// Every Get is false, and takes nothing, when too few bytes are left.
class ByteReader {
 public:
  // `bytes` outlives the reader.
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Get(T& value) {
    static_assert(std::is_arithmetic_v<T>);
    if (bytes_.size() < sizeof(value)) return false;
    std::memcpy(&value, bytes_.data(), sizeof(value));
    bytes_.remove_prefix(sizeof(value));
    return true;
  }
  bool GetFloats(std::vector<float>& values) {
    uint64_t count = 0;
    const std::string_view before = bytes_;
    if (!Get(count) || count > bytes_.size() / sizeof(float)) {
      bytes_ = before;
      return false;
    }
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), bytes_.data(), count * 4);
    bytes_.remove_prefix(count * sizeof(float));
    return true;
  }
  // As many as `values` has.
  bool GetBytes(std::span<uint8_t> values) {
    uint64_t count = 0;
    if (!Get(count) || count != values.size() || count > bytes_.size()) {
      return false;
    }
    std::memcpy(values.data(), bytes_.data(), values.size());
    bytes_.remove_prefix(values.size());
    return true;
  }
  bool GetText(std::string& text) {
    uint64_t count = 0;
    if (!Get(count) || count > bytes_.size()) return false;
    text.assign(bytes_.substr(0, count));
    bytes_.remove_prefix(count);
    return true;
  }
  bool AtEnd() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

// What Environment::Resume answers to bytes that are no progress of its own.
[[noreturn]] inline void ThrowNoProgress() {
  throw std::invalid_argument(
      "progress: expected that of this world, found other bytes");
}

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_BYTE_STREAM_H_
