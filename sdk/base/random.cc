#include "sdk/base/random.h"

#include <cmath>
#include <numbers>

#include "sdk/base/hash.h"

namespace credo {

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

uint32_t Draws::Next32() {
  if (used_ == 4) {
    words_ = Philox4x32({block_, character_, static_cast<uint32_t>(decision_),
                         static_cast<uint32_t>(decision_ >> 32)},
                        {static_cast<uint32_t>(key_),
                         static_cast<uint32_t>(key_ >> 32)});
    ++block_;
    used_ = 0;
  }
  return words_[used_++];
}

uint64_t Draws::Next64() {
  const uint64_t low = Next32();
  return low | (uint64_t{Next32()} << 32);
}

float Draws::Uniform() {
  // The middle of one of 2^23 equal cells: never 0, never 1, exact in f32.
  return (static_cast<float>(Next32() >> 9) + 0.5f) * 0x1p-23f;
}

uint32_t Draws::Below(uint32_t n) {
  // Lemire, "Fast random integer generation in an interval", 2019.
  uint64_t product = uint64_t{Next32()} * n;
  if (static_cast<uint32_t>(product) < n) {
    const uint32_t threshold = -n % n;
    while (static_cast<uint32_t>(product) < threshold) {
      product = uint64_t{Next32()} * n;
    }
  }
  return static_cast<uint32_t>(product >> 32);
}

double Draws::Normal() {
  return InverseNormal((static_cast<double>(Next32()) + 0.5) * 0x1p-32);
}

RandomStream::RandomStream(uint64_t seed, std::string_view name)
    : key_(Hash64(name.data(), name.size(), seed)) {}

namespace {

// Acklam's rational approximation, relative error below 1.2e-9, for the lower
// half: 0 < p <= 0.5.
double RoughInverseNormal(double p) {
  static constexpr double kA[] = {
      -3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
      1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  static constexpr double kB[] = {
      -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
      6.680131188771972e+01,  -1.328068155288572e+01};
  static constexpr double kC[] = {
      -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
      -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  static constexpr double kD[] = {
      7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
      3.754408661907416e+00};
  if (p < 0.02425) {
    const double q = std::sqrt(-2 * std::log(p));
    return (((((kC[0] * q + kC[1]) * q + kC[2]) * q + kC[3]) * q + kC[4]) * q +
            kC[5]) /
           ((((kD[0] * q + kD[1]) * q + kD[2]) * q + kD[3]) * q + 1);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((kA[0] * r + kA[1]) * r + kA[2]) * r + kA[3]) * r + kA[4]) * r +
          kA[5]) *
         q /
         (((((kB[0] * r + kB[1]) * r + kB[2]) * r + kB[3]) * r + kB[4]) * r +
          1);
}

}  // namespace

void FillNormals(Draws draws, std::span<float> normals) {
  for (float& normal : normals) {
    const double p =
        (static_cast<double>(draws.Next32()) + 0.5) * 0x1p-32;
    normal = static_cast<float>(p > 0.5 ? -RoughInverseNormal(1 - p)
                                        : RoughInverseNormal(p));
  }
}

double InverseNormal(double p) {
  // By symmetry the lower half is enough; 1 - p is exact here. So the tail at 1
  // is as good as the one at 0.
  if (p > 0.5) return -InverseNormal(1 - p);
  const double x = RoughInverseNormal(p);
  // One step of Halley's rule on Phi(x) - p, which is taken from the side where
  // no digits cancel: erf near the middle, erfc in the tail.
  const double z = x / std::numbers::sqrt2;
  const double error = p > 0.25 ? 0.5 * std::erf(z) + (0.5 - p)
                                : 0.5 * std::erfc(-z) - p;
  const double u =
      error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - u / (1 + x * u / 2);
}

}  // namespace credo
