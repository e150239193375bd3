#include <gtest/gtest.h>

#include <string>

#include "sdk/config/yaml.h"

namespace credo {
namespace {

TEST(NearestWord, IsTheOneOfFewestEdits) {
  const std::vector<std::string> known = {"overshoot", "starts", "frames"};
  EXPECT_EQ(NearestWord("overshot", known), "overshoot");   // one left out
  EXPECT_EQ(NearestWord("oversshoot", known), "overshoot");  // one too many
  EXPECT_EQ(NearestWord("stabts", known), "starts");        // one exchanged
  EXPECT_EQ(NearestWord("farmes", known), "frames");        // two exchanged
  EXPECT_EQ(NearestWord("frames", known), "frames");
}

TEST(NearestWord, CountsEditsAndNotSharedLetters) {
  // "lag" has two of three letters of "flat", yet "flags" is two edits away.
  EXPECT_EQ(NearestWord("flags", {"flat", "lag", "flagship"}), "flat");
  EXPECT_EQ(NearestWord("abc", {"cba", "abd"}), "abd");
}

TEST(NearestWord, IgnoresCase) {
  EXPECT_EQ(NearestWord("BATCH", {"beta1", "batch"}), "batch");
  EXPECT_EQ(NearestWord("seed", {"Sead", "SEED"}), "SEED");
}

TEST(NearestWord, IsTheFirstOfEquals) {
  EXPECT_EQ(NearestWord("beta", {"beta2", "beta1"}), "beta2");
  EXPECT_EQ(NearestWord("x", {"a", "b"}), "a");
}

TEST(NearestWord, IsNeverMissingUnlessNothingIsKnown) {
  EXPECT_EQ(NearestWord("nothing alike at all", {"seed"}), "seed");
  EXPECT_EQ(NearestWord("", {"longer", "no"}), "no");
  EXPECT_EQ(NearestWord("seed", {}), "");
}

TEST(NearestWord, OfAVeryLongWordIsFoundAtOnce) {
  const std::string word(10'000'000, 'x');
  EXPECT_EQ(NearestWord(word, {"seed", std::string(300, 'x')}),
            std::string(300, 'x'));
}

}  // namespace
}  // namespace credo
