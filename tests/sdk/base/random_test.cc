#include "sdk/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <string>
#include <vector>

namespace credo {
namespace {

using Block = std::array<uint32_t, 4>;

// Known answers of Random123, file kat_vectors.
TEST(Philox, AnswersZeros) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(Philox, AnswersOnes) {
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(Philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(Philox, AnswersDigitsOfPi) {
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Draws, AreTheBlocksOfKeyCharacterAndDecision) {
  Draws draws(0x0123456789abcdef, 7, 0xfedcba9876543210);
  for (uint32_t block = 0; block < 3; ++block) {
    const Block expected = Philox4x32({block, 7, 0x76543210, 0xfedcba98},
                                      {0x89abcdef, 0x01234567});
    for (const uint32_t word : expected) EXPECT_EQ(draws.Next32(), word);
  }
}

TEST(Draws, Next64TakesTheLowWordFirst) {
  Draws words(1, 2, 3);
  Draws pairs(1, 2, 3);
  for (int i = 0; i < 10; ++i) {
    const uint64_t low = words.Next32();
    const uint64_t high = words.Next32();
    EXPECT_EQ(pairs.Next64(), low | high << 32);
  }
}

TEST(Draws, UniformIsTheMiddleOfACell) {
  Draws words(5, 0, 0);
  Draws uniforms(5, 0, 0);
  for (int i = 0; i < 1000; ++i) {
    const double cell = words.Next32() >> 9;
    const double middle = (cell + 0.5) / (1 << 23);
    EXPECT_EQ(static_cast<double>(uniforms.Uniform()), middle);
  }
}

TEST(Draws, UniformStaysInTheOpenInterval) {
  Draws draws(6, 0, 0);
  float least = 1;
  float most = 0;
  for (int i = 0; i < 2000000; ++i) {
    const float u = draws.Uniform();
    least = std::min(least, u);
    most = std::max(most, u);
  }
  EXPECT_GT(least, 0.0f);
  EXPECT_LT(most, 1.0f);
  EXPECT_LT(least, 1e-5f);
  EXPECT_GT(most, 1 - 1e-5f);
}

TEST(Draws, UniformHasTheMomentsOfAUniform) {
  Draws draws(7, 0, 0);
  constexpr int kCount = 1000000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double u = draws.Uniform();
    sum += u;
    squares += u * u;
  }
  // Five standard errors.
  EXPECT_NEAR(sum / kCount, 1.0 / 2, 5 * std::sqrt(1.0 / 12 / kCount));
  EXPECT_NEAR(squares / kCount, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kCount));
}

TEST(Draws, BelowStaysInRange) {
  Draws draws(8, 0, 0);
  for (const uint32_t n : {1u, 2u, 3u, 7u, 1000u, 0x80000001u, 0xffffffffu}) {
    for (int i = 0; i < 1000; ++i) EXPECT_LT(draws.Below(n), n);
  }
}

TEST(Draws, BelowOneIsZero) {
  Draws draws(9, 0, 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(draws.Below(1), 0u);
}

// The sum of (observed - expected)^2 / expected over equally probable cells.
double ChiSquare(const std::vector<int>& counts, int total) {
  const double expected = static_cast<double>(total) / counts.size();
  double sum = 0;
  for (const int count : counts) {
    sum += (count - expected) * (count - expected) / expected;
  }
  return sum;
}

TEST(Draws, BelowIsEvenOverSevenChoices) {
  Draws draws(10, 0, 0);
  std::vector<int> counts(7);
  for (int i = 0; i < 700000; ++i) ++counts[draws.Below(7)];
  // 27.9: exceeded once in 10,000 with 6 degrees of freedom.
  EXPECT_LT(ChiSquare(counts, 700000), 27.9);
}

TEST(Draws, BelowIsEvenWhereAModuloIsNot) {
  // Of 3 * 2^30 numbers a plain "word % n" would meet the first third twice as
  // often as the others.
  Draws draws(11, 0, 0);
  std::vector<int> counts(3);
  for (int i = 0; i < 300000; ++i) ++counts[draws.Below(3u << 30) >> 30];
  // 18.4: exceeded once in 10,000 with 2 degrees of freedom.
  EXPECT_LT(ChiSquare(counts, 300000), 18.4);
}

TEST(Draws, BelowIsEvenWhereAMultiplicationIsNot) {
  // A plain "word * n / 2^32" would meet every third number twice as often.
  Draws draws(11, 0, 0);
  std::vector<int> counts(3);
  for (int i = 0; i < 300000; ++i) ++counts[draws.Below(3u << 30) % 3];
  EXPECT_LT(ChiSquare(counts, 300000), 18.4);
}

TEST(Draws, NormalHasTheMomentsOfANormal) {
  Draws draws(12, 0, 0);
  constexpr int kCount = 400000;
  double moments[5] = {};
  for (int i = 0; i < kCount; ++i) {
    const double x = draws.Normal();
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(x, k) / kCount;
  }
  // Five standard errors: the variances of x^k are 1, 2, 15 and 96.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1.0 / kCount));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / kCount));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / kCount));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / kCount));
}

TEST(Draws, NormalTakesOneWord) {
  Draws words(13, 0, 0);
  Draws normals(13, 0, 0);
  words.Next32();
  normals.Normal();
  EXPECT_EQ(normals.Next32(), words.Next32());
}

TEST(RandomStream, IsAFunctionOfSeedNameCharacterAndDecision) {
  const RandomStream first(42, "act");
  const RandomStream second(42, "act");
  EXPECT_EQ(first.At(3, 5).Next64(), second.At(3, 5).Next64());
}

TEST(RandomStream, DiffersBySeedNameCharacterAndDecision) {
  std::set<uint64_t> seen;
  for (const uint64_t seed : {0ull, 1ull, 1ull << 32}) {
    for (const std::string name : {"", "act", "act2", "world"}) {
      for (const uint32_t character : {0u, 1u, 2u}) {
        for (const uint64_t decision : {0ull, 1ull, 1ull << 32}) {
          seen.insert(
              RandomStream(seed, name).At(character, decision).Next64());
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 3u * 4u * 3u * 3u);
}

TEST(RandomStream, StreamsOfTwoNamesAreNotCorrelated) {
  const RandomStream a(1, "act");
  const RandomStream b(1, "world");
  constexpr int kCount = 100000;
  double sum = 0;
  for (int i = 0; i < kCount; ++i) {
    sum += (a.At(0, i).Uniform() - 0.5) * (b.At(0, i).Uniform() - 0.5) * 12;
  }
  EXPECT_NEAR(sum / kCount, 0, 5 / std::sqrt(kCount));
}

TEST(RandomStream, FirstDrawsOfNeighboursAreEven) {
  // Draws are made anew for each decision, so the first ones matter most.
  const RandomStream stream(2, "act");
  std::vector<int> counts(16);
  for (uint32_t character = 0; character < 400; ++character) {
    for (uint64_t decision = 0; decision < 400; ++decision) {
      ++counts[stream.At(character, decision).Next32() >> 28];
    }
  }
  // 44.3: exceeded once in 10,000 with 15 degrees of freedom.
  EXPECT_LT(ChiSquare(counts, 160000), 44.3);
}

TEST(RandomStream, SeedAtIsItsFirst64Bits) {
  const RandomStream stream(3, "world");
  EXPECT_EQ(stream.SeedAt(4, 9), stream.At(4, 9).Next64());
}

double NormalDistribution(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

TEST(InverseNormal, IsUndoneByErfcInTheMiddle) {
  for (int i = 1; i < 100000; ++i) {
    const double p = i / 100000.0;
    EXPECT_NEAR(NormalDistribution(InverseNormal(p)), p, 1e-14) << p;
  }
}

TEST(InverseNormal, IsUndoneByErfcFarIntoTheTail) {
  for (double p = 0.5; p > 1e-300; p *= 0.93) {
    EXPECT_NEAR(NormalDistribution(InverseNormal(p)) / p, 1, 1e-11) << p;
  }
}

TEST(InverseNormal, MeetsPublishedQuantiles) {
  EXPECT_NEAR(InverseNormal(0.75), 0.67448975019608174, 1e-14);
  EXPECT_NEAR(InverseNormal(0.975), 1.9599639845400542, 1e-14);
  EXPECT_NEAR(InverseNormal(0.995), 2.5758293035489004, 1e-14);
  EXPECT_NEAR(InverseNormal(0.001), -3.0902323061678132, 1e-14);
  EXPECT_NEAR(InverseNormal(1e-10), -6.3613409024040557, 1e-13);
}

TEST(InverseNormal, IsZeroInTheMiddle) { EXPECT_EQ(InverseNormal(0.5), 0); }

TEST(InverseNormal, IsExactNextToTheMiddle) {
  // There the distribution is p - 1/2 = x / sqrt(2 pi), up to x^3.
  for (const double step : {0x1p-33, 0x1p-40, 0x1p-52}) {
    const double expected = step * std::sqrt(2 * std::numbers::pi);
    EXPECT_NEAR(InverseNormal(0.5 + step) / expected, 1, 1e-12);
  }
}

TEST(InverseNormal, IsOdd) {
  for (double p = 0.5; p > 0x1p-40; p *= 0.75) {
    // 1 - (1 - p) is what 1 - p keeps of p.
    EXPECT_EQ(InverseNormal(1 - p), -InverseNormal(1 - (1 - p))) << p;
  }
}

TEST(InverseNormal, Rises) {
  double before = InverseNormal(1e-300);
  for (double p = 1e-299; p < 0.5; p *= 1.01) {
    const double x = InverseNormal(p);
    EXPECT_GT(x, before) << p;
    before = x;
  }
}

}  // namespace
}  // namespace credo
