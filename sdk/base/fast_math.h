// exp, sigmoid and tanh in f32 as branch-free polynomials that compilers
// vectorise, and whether numbers are finite: the one definition that trainer
// and runtime share.
//
// They never stand alone in an object: a file that is compiled for a newer
// instruction set would else lend its copy to files that are not.
#ifndef CREDO_SDK_BASE_FAST_MATH_H_
#define CREDO_SDK_BASE_FAST_MATH_H_

#include <cstdint>

namespace credo {

// Whether no number is infinite or NaN.
[[gnu::always_inline]] inline bool AllFinite(int64_t count, const float* x) {
  // All bits of the exponent are set. Whole numbers, as sums of floats would
  // have to keep their order and could not be of many lanes.
  constexpr uint32_t kExponent = 0x7f800000;
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof(bits));
    found |= (bits & kExponent) == kExponent ? 1u : 0u;
  }
  return found == 0;
}

// e^x, relative error below 2e-7; x is clamped to [-87, 88].
[[gnu::always_inline]] inline float FastExp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  // x = n ln 2 + r with |r| <= ln 2 / 2; adding 1.5 * 2^23 rounds to nearest.
  const float shifted = x * 1.44269504088896341f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  // Minimax polynomial of Cephes' expf.
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // The lowest bits of the shifted number are those of n; of NaN, which is no
  // whole number, they are any.
  const uint32_t scale = (__builtin_bit_cast(uint32_t, shifted) + 127u) << 23;
  return p * __builtin_bit_cast(float, scale);
}

// 1 / (1 + e^-x), absolute error below 2e-7.
[[gnu::always_inline]] inline float FastSigmoid(float x) {
  return 1.0f / (1.0f + FastExp(-x));
}

// tanh x, absolute error below 3e-7.
[[gnu::always_inline]] inline float FastTanh(float x) {
  return 1.0f - 2.0f / (FastExp(2.0f * x) + 1.0f);
}

}  // namespace credo

#endif  // CREDO_SDK_BASE_FAST_MATH_H_
