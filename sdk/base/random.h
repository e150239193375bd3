// Randomness that a result may depend on.
//
// One counter-based generator, Philox4x32-10 (Salmon et al., "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011), keyed by (seed, stream name) and
// counted by (character, decision). A draw is a function of those four and of
// its number alone, so that batch order and thread count cannot change it.
#ifndef CREDO_SDK_BASE_RANDOM_H_
#define CREDO_SDK_BASE_RANDOM_H_

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace credo {

// Ten rounds of Philox4x32: the block that belongs to `counter` under `key`.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

// The draws of one (character, decision) in one stream, in order.
// A value of a few words: make one where it is needed.
class Draws {
 public:
  Draws(uint64_t key, uint32_t character, uint64_t decision)
      : key_(key), character_(character), decision_(decision) {}

  uint32_t Next32();
  uint64_t Next64();
  // Uniform over the open interval (0, 1): the middle of one of 2^23 equal
  // cells, exact in f32.
  float Uniform();
  // Uniform over 0..n-1 without bias. REQUIRES: n >= 1.
  uint32_t Below(uint32_t n);
  // A standard normal by inversion of one 32-bit uniform.
  double Normal();

 private:
  uint64_t key_;
  uint32_t character_;
  uint64_t decision_;
  uint32_t block_ = 0;   // number of the next block
  uint32_t used_ = 4;    // words used of the current block
  std::array<uint32_t, 4> words_ = {};
};

// A named stream under one seed. Streams with different names are independent.
class RandomStream {
 public:
  RandomStream(uint64_t seed, std::string_view name);

  Draws At(uint32_t character, uint64_t decision) const {
    return Draws(key_, character, decision);
  }
  // A seed for something that is itself seeded, such as an episode.
  uint64_t SeedAt(uint32_t character, uint64_t decision) const {
    return At(character, decision).Next64();
  }

 private:
  uint64_t key_;
};

// Standard normals by inversion, in bulk and quickly: one 32-bit uniform each,
// in the order in which `draws` has them, f32 but for 1e-8 of their size. The
// same numbers in trainer and runtime.
void FillNormals(Draws draws, std::span<float> normals);

// The inverse of the standard normal distribution function, relative error
// below 1e-12 (Acklam's rational approximation with one Halley step).
// InverseNormal(1 - p) is -InverseNormal(p). REQUIRES: 1e-300 <= p < 1.
double InverseNormal(double p);

}  // namespace credo

#endif  // CREDO_SDK_BASE_RANDOM_H_
