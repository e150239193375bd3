#include "sdk/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace credo {

uint64_t Hash64(const void* data, size_t bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(data, bytes, seed);
}

std::string Hash128Hex(const void* data, size_t bytes) {
  const XXH128_hash_t hash = XXH3_128bits(data, bytes);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (int i = 0; i < 16; ++i) {
    text[15 - i] = kDigits[(hash.high64 >> (4 * i)) & 15];
    text[31 - i] = kDigits[(hash.low64 >> (4 * i)) & 15];
  }
  return text;
}

}  // namespace credo
