// What --set does: values on top of the file, and their places.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kFile =
    "count: 4\n"
    "best: {kind: apple, seeds: 2}\n"
    "basket: {sizes: [5, 6]}\n"
    "stock: [{kind: apple}, {kind: pear, ripe: 0.75}]\n";

ShopOptions Read(const std::vector<std::string>& overrides) {
  ShopOptions shop;
  const Status status = ReadYaml(kFile, "a.yaml", overrides, shop);
  EXPECT_TRUE(status.ok()) << status.message();
  return shop;
}

template <typename T>
const T& As(const Selection& selection) {
  return dynamic_cast<const T&>(*selection.options);
}

TEST(Overrides, ReplaceWhatTheFileSays) {
  EXPECT_EQ(Read({"count=7"}).count, 7);
  EXPECT_EQ(As<AppleOptions>(Read({"best.seeds=9"}).best).seeds, 9);
}

TEST(Overrides, SetWhatTheFileLeavesOut) {
  EXPECT_EQ(Read({"price=2.5"}).price, 2.5);
  EXPECT_EQ(Read({"basket.owner=me"}).basket.owner, "me");
  EXPECT_EQ(As<AppleOptions>(Read({"spare.seeds=1"}).spare).seeds, 1);
}

TEST(Overrides, KeepTheRestOfASection) {
  const ShopOptions shop = Read({"basket.owner=me"});
  EXPECT_THAT(shop.basket.sizes, ElementsAre(5, 6));
}

TEST(Overrides, AreAppliedInTheirOrder) {
  EXPECT_EQ(Read({"count=7", "count=8"}).count, 8);
  const ShopOptions shop =
      Read({"stock=[]", "stock.0={kind: pear}", "stock.0.ripe=0.25"});
  ASSERT_EQ(shop.stock.size(), 1u);
  EXPECT_EQ(As<PearOptions>(shop.stock[0]).ripe, 0.25);
}

TEST(Overrides, ReachIntoLists) {
  const ShopOptions shop = Read({"stock.1.ripe=0.125", "basket.sizes.0=7"});
  EXPECT_EQ(As<PearOptions>(shop.stock[1]).ripe, 0.125);
  EXPECT_THAT(shop.basket.sizes, ElementsAre(7, 6));
}

TEST(Overrides, AppendToLists) {
  const ShopOptions shop = Read({"stock.2={kind: apple}", "basket.sizes.2=9"});
  ASSERT_EQ(shop.stock.size(), 3u);
  EXPECT_EQ(shop.stock[2].kind, "apple");
  EXPECT_THAT(shop.basket.sizes, ElementsAre(5, 6, 9));
}

TEST(Overrides, ReplaceWholeListsAndSections) {
  EXPECT_TRUE(Read({"stock=[]"}).stock.empty());
  EXPECT_THAT(Read({"basket.sizes=[3]"}).basket.sizes, ElementsAre(3));
  const ShopOptions shop = Read({"basket={owner: me}"});
  EXPECT_THAT(shop.basket.sizes, ElementsAre(1, 2));  // the default again
  EXPECT_EQ(Read({"best={kind: pear}"}).best.kind, "pear");
}

TEST(Overrides, TakeEverythingAfterTheFirstEqualsSign) {
  EXPECT_EQ(Read({"name=\"a=b: c\""}).name, "a=b: c");
  EXPECT_EQ(Read({"name=a=b"}).name, "a=b");
}

TEST(Overrides, MendAFaultOfTheFile) {
  ShopOptions shop;
  EXPECT_TRUE(ReadYaml("best: {kind: aple}\n", "a.yaml",
                       {"best={kind: apple}"}, shop)
                  .ok());
}

// --- What is wrong with an override, and where it stands in it ---

struct Fault {
  const char* name;
  const char* text;
  const char* message;  // follows "--set TEXT:1:"

  friend void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.text;
  }
};

class WrongOverride : public testing::TestWithParam<Fault> {};

TEST_P(WrongOverride, IsPlacedWithinItself) {
  const std::string text = GetParam().text;
  EXPECT_THAT(Refusal(kFile, {"price=2", text}),
              StartsWith("--set " + text + ":1:" + GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Fault, WrongOverride,
    testing::Values(
        Fault{"no_value", "count", "1: expected key=value, found 'count'"},
        Fault{"no_key", "=4", "1: expected key=value, found '=4'"},
        Fault{"nothing", "", "1: expected key=value, found ''"},
        Fault{"empty_step", "basket..owner=me",
              "8: expected dotted keys, found 'basket..owner'"},
        Fault{"last_step_empty", "basket.=me",
              "8: expected dotted keys, found 'basket.'"},
        Fault{"unknown_key", "cuont=4",
              "1: unknown key 'cuont'; did you mean 'count'?"},
        Fault{"unknown_key_below", "basket.ownr=me",
              "8: unknown key 'ownr' in basket; did you mean 'owner'?"},
        Fault{"unknown_key_in_the_value", "basket={ownr: me}",
              "9: unknown key 'ownr' in basket; did you mean 'owner'?"},
        Fault{"unknown_section", "baskt.owner=me",
              "1: unknown key 'baskt'; did you mean 'basket'?"},
        Fault{"out_of_range", "count=10",
              "7: count: expected an integer in [1, 9], found '10'"},
        Fault{"empty_value", "count=",
              "7: count: expected an integer in [1, 9], found nothing"},
        Fault{"wrong_entry", "basket.sizes=[1, x]",
              "18: basket.sizes[1]: expected an integer in [1, 100], found "
              "'x'"},
        Fault{"section_as_word", "basket=full",
              "8: basket: expected a map of keys, found 'full'"},
        Fault{"unknown_kind", "best.kind=aple",
              "11: best.kind: expected one of 'apple', 'pear', found 'aple'"},
        Fault{"beyond_the_list", "stock.3={kind: apple}",
              "7: expected the number of an entry, 0 to 2, found '3'"},
        Fault{"word_into_a_list", "stock.first.ripe=1",
              "7: expected the number of an entry, 0 to 2, found 'first'"},
        Fault{"negative_entry", "stock.-1.ripe=1",
              "7: expected the number of an entry, 0 to 2, found '-1'"},
        Fault{"huge_entry", "stock.99999999999999999999.ripe=1",
              "7: expected the number of an entry, 0 to 2, found "
              "'99999999999999999999'"},
        Fault{"through_a_number", "count.of=4",
              "7: count: expected an integer in [1, 9], found a map"},
        Fault{"not_yaml", "basket={owner: me", ""},
        Fault{"alias", "best=*b", "6: expected"},
        Fault{"anchor", "count=&n 4", "7: expected a value, found an anchor"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Overrides, ProblemsOfTheFileComeFirst) {
  EXPECT_THAT(Refusal(kFile + "nmae: a\n", {"cuont=4"}),
              StartsWith("a.yaml:5:1: unknown key 'nmae'"));
}

TEST(Overrides, AnUnknownKeyOfAnOverrideComesBeforeAMissingOne) {
  EXPECT_THAT(Refusal("count: 4\n", {"cuont=4"}), HasSubstr("unknown key"));
}

}  // namespace
}  // namespace credo
