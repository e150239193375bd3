// Hashes of bytes: XXH3, by the xxHash library.
#ifndef CREDO_SDK_BASE_HASH_H_
#define CREDO_SDK_BASE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace credo {

uint64_t Hash64(const void* data, size_t bytes, uint64_t seed = 0);

// XXH3-128 as 32 lower-case hexadecimal digits.
std::string Hash128Hex(const void* data, size_t bytes);

}  // namespace credo

#endif  // CREDO_SDK_BASE_HASH_H_
