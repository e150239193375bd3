// Values of the wrong type or out of range: what is said, and where.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

using testing::StartsWith;

struct Fault {
  const char* name;
  const char* text;  // follows "best: {kind: apple}\n"
  const char* message;

  friend void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.message;
  }
};

class WrongValue : public testing::TestWithParam<Fault> {};

TEST_P(WrongValue, IsRefusedWithWhatWasExpectedAndFound) {
  EXPECT_EQ(Refusal("best: {kind: apple}\n" + std::string(GetParam().text)),
            std::string("a.yaml:") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Scalar, WrongValue,
    testing::Values(
        Fault{"bool_as_word", "open: yes",
              "2:7: open: expected true or false, found 'yes'"},
        Fault{"bool_as_number", "open: 1",
              "2:7: open: expected true or false, found '1'"},
        Fault{"bool_quoted", "open: \"true\"",
              "2:7: open: expected true or false, found the text 'true'"},
        Fault{"bool_upper_case", "open: True",
              "2:7: open: expected true or false, found 'True'"},
        Fault{"int_below", "count: 0",
              "2:8: count: expected an integer in [1, 9], found '0'"},
        Fault{"int_above", "count:   10",
              "2:10: count: expected an integer in [1, 9], found '10'"},
        Fault{"int_as_real", "count: 4.0",
              "2:8: count: expected an integer in [1, 9], found '4.0'"},
        Fault{"int_quoted", "count: '4'",
              "2:8: count: expected an integer in [1, 9], found the text '4'"},
        Fault{"int_too_long", "count: 99999999999999999999",
              "2:8: count: expected an integer in [1, 9], found "
              "'99999999999999999999'"},
        Fault{"int_as_list", "count: [4]",
              "2:8: count: expected an integer in [1, 9], found a list of 1"},
        Fault{"int_as_map", "count:\n  of: 4",
              "3:3: count: expected an integer in [1, 9], found a map"},
        Fault{"int_missing", "count:\nopen: true",
              "2:1: count: expected an integer in [1, 9], found nothing"},
        Fault{"int_null", "count: null",
              "2:1: count: expected an integer in [1, 9], found nothing"},
        Fault{"real_below", "price: -0.001",
              "2:8: price: expected a number in [0, 100], found '-0.001'"},
        Fault{"real_above", "price: 1.0e+3",
              "2:8: price: expected a number in [0, 100], found '1.0e+3'"},
        Fault{"real_nan", "price: .nan",
              "2:8: price: expected a number in [0, 100], found '.nan'"},
        Fault{"real_infinite", "price: .inf",
              "2:8: price: expected a number in [0, 100], found '.inf'"},
        Fault{"real_with_unit", "price: 3s",
              "2:8: price: expected a number in [0, 100], found '3s'"},
        Fault{"real_with_comma", "price: 1,5",
              "2:8: price: expected a number in [0, 100], found '1,5'"},
        Fault{"text_as_list", "name: [a]",
              "2:7: name: expected a text, found a list of 1"},
        Fault{"text_missing", "name:",
              "2:1: name: expected a text, found nothing"},
        Fault{"choice_unknown", "mood: sad",
              "2:7: mood: expected one of 'calm', 'busy', found 'sad'"},
        Fault{"choice_upper_case", "mood: Calm",
              "2:7: mood: expected one of 'calm', 'busy', found 'Calm'"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Compound, WrongValue,
    testing::Values(
        Fault{"ints_as_int", "basket: {sizes: 3}",
              "2:17: basket.sizes: expected a list, found '3'"},
        Fault{"ints_too_many",
              "basket: {sizes: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
              "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
              "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
              "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}",
              "2:17: basket.sizes: expected a list with at most 64 entries, "
              "found a list of 65"},
        Fault{"ints_entry_above", "basket:\n  sizes: [1, 101]",
              "3:14: basket.sizes[1]: expected an integer in [1, 100], found "
              "'101'"},
        Fault{"ints_entry_real", "basket:\n  sizes:\n    - 1\n    - 1.5",
              "5:7: basket.sizes[1]: expected an integer in [1, 100], found "
              "'1.5'"},
        Fault{"ints_entry_list", "basket: {sizes: [[1]]}",
              "2:18: basket.sizes[0]: expected an integer in [1, 100], found "
              "a list of 1"},
        Fault{"texts_as_text", "basket: {labels: a}",
              "2:18: basket.labels: expected a list, found 'a'"},
        Fault{"texts_entry_map", "basket: {labels: [a, {b: c}]}",
              "2:22: basket.labels[1]: expected a text, found a map"},
        Fault{"group_as_word", "basket: full",
              "2:9: basket: expected a map of keys, found 'full'"},
        Fault{"group_as_list", "basket:\n- owner: me",
              "3:1: basket: expected a map of keys, found a list of 1"},
        Fault{"group_missing", "basket:\ncount: 4",
              "2:1: basket: expected a map of keys, found nothing"},
        Fault{"part_as_word", "spare: apple",
              "2:8: spare: expected {kind: apple | pear}, found 'apple'"},
        Fault{"part_as_list", "spare: [{kind: apple}]",
              "2:8: spare: expected {kind: apple | pear}, found a list of 1"},
        Fault{"part_missing", "spare:",
              "2:1: spare: expected {kind: apple | pear}, found nothing"},
        Fault{"parts_as_map", "stock: {kind: apple}",
              "2:8: stock: expected a list of parts, found a map"},
        Fault{"parts_missing", "stock:",
              "2:1: stock: expected a list of parts, found nothing"},
        Fault{"parts_entry_word", "stock: [{kind: apple}, pear]",
              "2:24: stock[1]: expected {kind: apple | pear}, found 'pear'"},
        Fault{"in_a_part_of_a_list",
              "stock:\n  - kind: pear\n    skin: {kind: peel, thickness: 2}",
              "4:35: stock[0].skin.thickness: expected a number in [0, 1], "
              "found '2'"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    BetweenKeys, WrongValue,
    testing::Values(
        Fault{"in_a_group", "basket: {owner: me, sizes: [1, 2, 3, 4]}",
              "2:28: basket.sizes: expected at most 3, found 4"},
        Fault{"at_the_top", "stock: [{kind: apple}]\nopen: false",
              "2:8: stock: expected [] while closed, found 1"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Values, TheFirstWrongOneInTheOrderOfTheFieldsIsReported) {
  EXPECT_THAT(Refusal("best: {kind: apple}\nprice: x\ncount: y\n"),
              StartsWith("a.yaml:3:8: count"));
}

TEST(Values, ARuleBetweenKeysSpeaksWhenEachOfThemIsRight) {
  EXPECT_THAT(Refusal("best: {kind: apple}\n"
                      "basket: {sizes: [1, 2, 3, 400]}\n"),
              StartsWith("a.yaml:2:27: basket.sizes[3]: expected an integer"));
}

TEST(Values, BoundsBelongToTheRange) {
  EXPECT_EQ(Refusal("best: {kind: apple}\ncount: 1\nprice: 0\n"), "");
  EXPECT_EQ(Refusal("best: {kind: apple}\ncount: 9\nprice: 100\n"), "");
}

TEST(Values, AListReplacesItsDefault) {
  ShopOptions shop;
  ASSERT_TRUE(ReadYaml("best: {kind: apple}\nbasket: {sizes: []}", "a.yaml", {},
                       shop)
                  .ok());
  EXPECT_TRUE(shop.basket.sizes.empty());
}

TEST(Values, AKindGivenAnewHasItsOwnDefaults) {
  ShopOptions shop;
  ASSERT_TRUE(
      ReadYaml("best: {kind: apple}\nspare: {kind: pear}", "a.yaml", {}, shop)
          .ok());
  EXPECT_EQ(dynamic_cast<PearOptions&>(*shop.spare.options).ripe, 0.5);
}

TEST(Values, ANumberIsATextWhereATextIsExpected) {
  ShopOptions shop;
  ASSERT_TRUE(
      ReadYaml("best: {kind: apple}\nname: 42", "a.yaml", {}, shop).ok());
  EXPECT_EQ(shop.name, "42");
}

}  // namespace
}  // namespace credo
