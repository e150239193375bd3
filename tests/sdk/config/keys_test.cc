// Unknown, repeated and missing keys: what is said, where, and what comes
// first.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Keys, AreAllOptionalButARequiredPart) {
  ShopOptions shop;
  ASSERT_TRUE(ReadYaml("best: {kind: pear}", "a.yaml", {}, shop).ok());
  EXPECT_EQ(shop.best.kind, "pear");
  EXPECT_EQ(shop.count, 3);
  EXPECT_EQ(shop.spare.kind, "apple");
  EXPECT_EQ(shop.basket.owner, "nobody");
}

struct Unknown {
  const char* name;
  const char* text;
  const char* place;
  const char* key;
  const char* nearest;

  friend void PrintTo(const Unknown& fault, std::ostream* out) {
    *out << fault.key;
  }
};

class UnknownKey : public testing::TestWithParam<Unknown> {};

TEST_P(UnknownKey, IsRefusedWithTheNearestKnownOne) {
  const Unknown& fault = GetParam();
  EXPECT_THAT(
      Refusal(fault.text),
      AllOf(StartsWith(std::string(fault.place) + ": unknown key '" +
                       fault.key + "'"),
            HasSubstr("did you mean '" + std::string(fault.nearest) + "'?"),
            HasSubstr("Expected one of '")));
}

INSTANTIATE_TEST_SUITE_P(
    Depth, UnknownKey,
    testing::Values(
        Unknown{"top", "best: {kind: apple}\ncuont: 4\n", "a.yaml:2:1",
                "cuont", "count"},
        Unknown{"quoted", "best: {kind: apple}\n  \n\"cuont\": 4\n",
                "a.yaml:3:1", "cuont", "count"},
        Unknown{"upper_case", "best: {kind: apple}\nCount: 4\n", "a.yaml:2:1",
                "Count", "count"},
        Unknown{"of_a_list", "best: {kind: apple}\nstocks: []\n", "a.yaml:2:1",
                "stocks", "stock"},
        Unknown{"in_a_group", "best: {kind: apple}\nbasket:\n  ownr: me\n",
                "a.yaml:3:3", "ownr", "owner"},
        Unknown{"in_a_part", "best: {kind: apple, seds: 4}\n", "a.yaml:1:21",
                "seds", "seeds"},
        Unknown{"of_another_kind", "best: {kind: apple, ripe: 1}\n",
                "a.yaml:1:21", "ripe", "kind"},
        Unknown{"in_a_default_part", "best: {kind: apple}\nspare: {sedes: 4}\n",
                "a.yaml:2:9", "sedes", "seeds"},
        Unknown{"in_a_part_of_a_part",
                "best:\n  kind: pear\n  skin: {kind: peel, thickness_: 1}\n",
                "a.yaml:3:22", "thickness_", "thickness"},
        Unknown{"in_a_part_without_keys",
                "best: {kind: pear, skin: {kind: bare, a: 1}}\n",
                "a.yaml:1:39", "a", "kind"},
        Unknown{"in_a_list", "best: {kind: apple}\nstock:\n  - kind: apple\n"
                             "  - {kind: pear, rip: 1}\n",
                "a.yaml:4:18", "rip", "ripe"},
        Unknown{"for_kind", "best: {knid: apple}\n", "a.yaml:1:8", "knid",
                "kind"},
        Unknown{"for_kind_in_a_list",
                "best: {kind: apple}\nstock:\n  - kidn: apple\n    seeds: 2\n",
                "a.yaml:3:5", "kidn", "kind"},
        Unknown{"for_a_required_part", "bset: {kind: apple}\n", "a.yaml:1:1",
                "bset", "best"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Keys, AnUnknownKeyNamesItsSectionAndAllKnownKeys) {
  EXPECT_EQ(Refusal("best: {kind: pear, rip: 1}\n"),
            "a.yaml:1:20: unknown key 'rip' in best; did you mean 'ripe'? "
            "Expected one of 'kind', 'ripe', 'skin'");
}

TEST(Keys, AnEmptyStructKnowsNoKeys) {
  BareOptions bare;
  EXPECT_EQ(ReadYaml("a: 1", "a.yaml", {}, bare).message(),
            "a.yaml:1:1: unknown key 'a'; expected no keys");
}

TEST(Keys, ThatStandTwiceAreRefusedWhereTheyStandAgain) {
  EXPECT_EQ(Refusal("count: 4\nbest: {kind: apple}\ncount: 4\n"),
            "a.yaml:3:1: count: expected the key once, found it again (the "
            "first is at a.yaml:1:1)");
  EXPECT_THAT(Refusal("best: {kind: apple, seeds: 1, seeds: 1}\n"),
              StartsWith("a.yaml:1:31: best.seeds: expected the key once"));
  EXPECT_THAT(Refusal("best: {kind: apple, kind: apple}\n"),
              StartsWith("a.yaml:1:21: best.kind: expected the key once"));
  EXPECT_THAT(
      Refusal("best: {kind: apple}\nstock: [{kind: pear, ripe: 1, ripe: 2}]\n"),
      StartsWith("a.yaml:2:31: stock[0].ripe: expected the key once"));
  EXPECT_THAT(Refusal("best: {kind: apple}\nbasket: {}\nbasket: {}\n"),
              StartsWith("a.yaml:3:1: basket: expected the key once"));
}

// --- Kinds ---

TEST(Keys, AnUnknownKindNamesTheNearest) {
  EXPECT_EQ(Refusal("best: {kind: aple}\n"),
            "a.yaml:1:14: best.kind: expected one of 'apple', 'pear', found "
            "'aple'; did you mean 'apple'?");
  EXPECT_THAT(
      Refusal("best: {kind: apple}\nstock:\n- kind: apple\n- kind: paer\n"),
      AllOf(StartsWith("a.yaml:4:9: stock[1].kind: expected one of "),
            HasSubstr("did you mean 'pear'?")));
}

TEST(Keys, AKindThatIsNoWordIsRefused) {
  EXPECT_EQ(Refusal("best: {kind: [apple]}\n"),
            "a.yaml:1:14: best.kind: expected one of 'apple', 'pear', found "
            "a list of 1");
  EXPECT_EQ(Refusal("best:\n  kind:\n  seeds: 1\n"),
            "a.yaml:2:3: best.kind: expected one of 'apple', 'pear', found "
            "nothing");
}

TEST(Keys, AMissingKindIsPlacedAtThePart) {
  EXPECT_EQ(Refusal("best: {seeds: 1}\n"),
            "a.yaml:1:7: best.kind: expected one of 'apple', 'pear', found "
            "nothing");
  EXPECT_EQ(Refusal("best: {kind: apple}\nstock:\n  - {}\n"),
            "a.yaml:3:5: stock[0].kind: expected one of 'apple', 'pear', "
            "found nothing");
}

TEST(Keys, AMissingPartIsPlacedAtTheMapThatLacksIt) {
  EXPECT_EQ(Refusal("count: 4\n"),
            "a.yaml:1:1: missing key 'best': expected {kind: apple | pear}, "
            "found nothing");
}

// --- What comes first ---

TEST(Keys, UnknownOnesComeBeforeMissingOnes) {
  // The missing part would be placed before the unknown key.
  EXPECT_THAT(Refusal("basket: {}\ncuont: 4\n"),
              StartsWith("a.yaml:2:1: unknown key 'cuont'"));
  // So would the missing kind.
  EXPECT_THAT(Refusal("best: {seeds: 1}\ncuont: 4\n"),
              StartsWith("a.yaml:2:1: unknown key 'cuont'"));
}

TEST(Keys, UnknownOnesComeBeforeWrongValues) {
  EXPECT_THAT(Refusal("best: {kind: apple}\ncount: 1000\nopen: 7\ncuont: 4\n"),
              StartsWith("a.yaml:4:1: unknown key 'cuont'"));
}

TEST(Keys, RepeatedOnesComeBeforeMissingOnes) {
  EXPECT_THAT(Refusal("count: 4\ncount: 5\n"), StartsWith("a.yaml:2:1: count"));
}

TEST(Keys, OfManyProblemsTheFirstInTheFileIsReported) {
  EXPECT_THAT(Refusal("stock: [{kind: aple}]\nbaskt: {}\nbest: {knd: a}\n"),
              StartsWith("a.yaml:1:16: stock[0].kind"));
  EXPECT_THAT(Refusal("best: {kind: apple, b: 1, a: 2}\n"),
              StartsWith("a.yaml:1:21: unknown key 'b'"));
}

TEST(Keys, WrongNestingIsFoundAtEveryLevel) {
  // A key of the part, one level too high; a group as a part of another.
  EXPECT_THAT(Refusal("best: {kind: apple}\nseeds: 1\n"),
              StartsWith("a.yaml:2:1: unknown key 'seeds'"));
  EXPECT_THAT(Refusal("best:\n  kind: apple\n  basket: {owner: me}\n"),
              StartsWith("a.yaml:3:3: unknown key 'basket' in best"));
}

}  // namespace
}  // namespace credo
