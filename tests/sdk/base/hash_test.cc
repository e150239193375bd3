#include "sdk/base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace credo {
namespace {

// Expected values are those of the xxhsum tool (-H3 and -H2).
TEST(Hash64, MeetsXxhsum) {
  EXPECT_EQ(Hash64("", 0), 0x2d06800538d394c2u);
  EXPECT_EQ(Hash64("abc", 3), 0x78af5f94892f3950u);
}

TEST(Hash64, DependsOnTheSeed) {
  EXPECT_NE(Hash64("abc", 3, 1), Hash64("abc", 3, 2));
}

TEST(Hash64, OfNothingNeedsNoAddress) {
  EXPECT_EQ(Hash64(nullptr, 0), Hash64("", 0));
}

TEST(Hash128Hex, MeetsXxhsum) {
  EXPECT_EQ(Hash128Hex("", 0), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Hash128Hex("abc", 3), "06b05ab6733a618578af5f94892f3950");
}

TEST(Hash128Hex, ChangesWithEveryBit) {
  std::string text(100, 'x');
  std::set<std::string> seen = {Hash128Hex(text.data(), text.size())};
  for (char& byte : text) {
    for (int bit = 0; bit < 8; ++bit) {
      byte ^= 1 << bit;
      seen.insert(Hash128Hex(text.data(), text.size()));
      byte ^= 1 << bit;
    }
  }
  EXPECT_EQ(seen.size(), 801u);
}

}  // namespace
}  // namespace credo
