// WriteYaml, CompareOptions and DescribeOptions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ShopOptions Shop(const std::string& text = "best: {kind: apple}") {
  ShopOptions shop;
  const Status status = ReadYaml(text, "a.yaml", {}, shop);
  EXPECT_TRUE(status.ok()) << status.message();
  return shop;
}

const PearOptions& Pear(const Selection& selection) {
  return dynamic_cast<const PearOptions&>(*selection.options);
}

TEST(WriteYaml, WritesEveryFieldInItsOrder) {
  ShopOptions shop = Shop();
  EXPECT_EQ(WriteYaml(shop),
            "open: true\n"
            "count: 3\n"
            "price: 1.5\n"
            "name: corner\n"
            "mood: calm\n"
            "basket:\n"
            "  owner: nobody\n"
            "  sizes: [1, 2]\n"
            "  labels: []\n"
            "best:\n"
            "  kind: apple\n"
            "  seeds: 5\n"
            "spare:\n"
            "  kind: apple\n"
            "  seeds: 5\n"
            "stock: []\n");
}

TEST(WriteYaml, WritesPartsOfParts) {
  ShopOptions shop = Shop(
      "best: {kind: apple}\n"
      "stock: [{kind: pear, skin: {kind: peel}}, {kind: apple}]\n");
  EXPECT_THAT(WriteYaml(shop), HasSubstr("stock:\n"
                                         "  - kind: pear\n"
                                         "    ripe: 0.5\n"
                                         "    skin:\n"
                                         "      kind: peel\n"
                                         "      thickness: 0.1\n"
                                         "  - kind: apple\n"
                                         "    seeds: 5\n"));
}

TEST(WriteYaml, ReadsBackToEqualOptions) {
  ShopOptions shop = Shop(
      "{open: true, count: 9, price: 0.1, name: x, mood: busy,"
      " basket: {owner: me, sizes: [7, 100, 1], labels: [a, 'b c']},"
      " best: {kind: pear, ripe: -3.25, skin: {kind: peel, thickness: 1}},"
      " spare: {kind: pear}, stock: [{kind: apple, seeds: 0}, {kind: pear}]}");
  const std::string text = WriteYaml(shop);
  ShopOptions again = Shop(text);
  EXPECT_EQ(WriteYaml(again), text);
  EXPECT_THAT(CompareOptions(shop, again), IsEmpty());
  // The comparison itself is no proof; these are.
  EXPECT_EQ(again.count, 9);
  EXPECT_THAT(again.basket.sizes, ElementsAre(7, 100, 1));
  EXPECT_THAT(again.basket.labels, ElementsAre("a", "b c"));
  EXPECT_EQ(Pear(again.best).ripe, -3.25);
  EXPECT_EQ(Pear(again.best).skin.kind, "peel");
  EXPECT_EQ(again.stock.size(), 2u);
}

class OddReal : public testing::TestWithParam<double> {};

TEST_P(OddReal, ReadsBackToTheSameBits) {
  using Limits = std::numeric_limits<double>;
  ASSERT_FALSE(std::isnan(GetParam()));
  ShopOptions shop = Shop("best: {kind: pear}");
  dynamic_cast<PearOptions&>(*shop.best.options).ripe = GetParam();
  ShopOptions again = Shop(WriteYaml(shop));
  EXPECT_EQ(Pear(again.best).ripe, GetParam());
  EXPECT_EQ(std::signbit(Pear(again.best).ripe), std::signbit(GetParam()));
  static_assert(Limits::is_iec559);
}

INSTANTIATE_TEST_SUITE_P(
    Value, OddReal,
    testing::Values(0.0, -0.0, 0.1, 0.1 + 0.2, 1.0 / 3.0, 1e22, 1e23, 2e-7,
                    -123456789.12345679, 5e-324, 2.2250738585072014e-308,
                    1.7976931348623157e308,
                    std::numeric_limits<double>::infinity(),
                    -std::numeric_limits<double>::infinity()));

class OddText : public testing::TestWithParam<std::string> {};

TEST_P(OddText, ReadsBackByteByByte) {
  ShopOptions shop = Shop();
  shop.name = GetParam();
  shop.basket.labels = {GetParam(), "plain", GetParam()};
  ShopOptions again;
  const std::string text = WriteYaml(shop);
  const Status status = ReadYaml(text, "a.yaml", {}, again);
  ASSERT_TRUE(status.ok()) << status.message() << "\n" << text;
  EXPECT_EQ(again.name, GetParam());
  EXPECT_THAT(again.basket.labels,
              ElementsAre(GetParam(), "plain", GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Value, OddText,
    testing::Values("", " ", "  lead", "trail  ", "a: b", "a #b", "- a", "?",
                    "[a]", "{a: b}", "*a", "&a", "!a", "%a", "@a", "`a", "'",
                    "\"", "\\", "a\\nb", "it's \"so\"", "a\nb", "\n", "\t",
                    "a\tb", "a\r\nb", "\x01\x1f\x7f", std::string("a\0b", 3),
                    "true", "No", "NULL", "Null", "~", "12", "-1.5e3", "0x10",
                    ".inf", ".nan", "...", "---", "<<", "=", "2024-01-01",
                    "Zoë 店 \xF0\x9F\x8D\x90",
                    "next\xC2\x85line\xE2\x80\xA8separators\xE2\x80\xA9",
                    "\xC2\xA0 no-break", "\xEF\xBB\xBF mark",
                    std::string(5000, 'x'), std::string(300, ' ')));

// --- CompareOptions ---

TEST(CompareOptions, FindsNothingBetweenEquals) {
  ShopOptions a = Shop("best: {kind: pear}\nstock: [{kind: apple}]");
  ShopOptions b = Shop("stock: [{kind: apple, seeds: 5}]\nbest: {kind: pear}");
  EXPECT_THAT(CompareOptions(a, b), IsEmpty());
}

struct Change {
  const char* name;
  const char* text;  // on top of the base
  const char* difference;

  friend void PrintTo(const Change& change, std::ostream* out) {
    *out << change.text;
  }
};

class Difference : public testing::TestWithParam<Change> {};

TEST_P(Difference, NamesTheKeyAndBothValues) {
  const std::string base =
      "best: {kind: apple}\n"
      "stock: [{kind: apple, seeds: 1}, {kind: pear, skin: {kind: peel}}]\n";
  ShopOptions was = Shop(base);
  ShopOptions is;
  ASSERT_TRUE(ReadYaml(base, "a.yaml", {GetParam().text}, is).ok());
  EXPECT_THAT(CompareOptions(was, is), ElementsAre(GetParam().difference));
}

INSTANTIATE_TEST_SUITE_P(
    Of, Difference,
    testing::Values(
        Change{"an_int", "count=4", "count: was 3, is 4"},
        Change{"a_real", "price=1.25", "price: was 1.5, is 1.25"},
        Change{"a_text", "name=\"a b\"", "name: was corner, is \"a b\""},
        Change{"a_choice", "mood=busy", "mood: was calm, is busy"},
        Change{"a_list", "basket.sizes=[1, 2, 3]",
               "basket.sizes: was [1, 2], is [1, 2, 3]"},
        Change{"texts", "basket.labels=[a]", "basket.labels: was [], is [a]"},
        Change{"a_part's_key", "best.seeds=4", "best.seeds: was 5, is 4"},
        Change{"an_entry's_key", "stock.0.seeds=2",
               "stock[0].seeds: was 1, is 2"},
        Change{"a_part's_part", "stock.1.skin.thickness=0.5",
               "stock[1].skin.thickness: was 0.1, is 0.5"}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::erase(name, '\'');
      return name;
    });

TEST(CompareOptions, SeesABool) {
  ShopOptions was = Shop();
  ShopOptions is = Shop("best: {kind: apple}\nopen: false");
  EXPECT_THAT(CompareOptions(was, is),
              ElementsAre("open: was true, is false"));
}

TEST(CompareOptions, SeesAnotherKindAndItsKeys) {
  ShopOptions was = Shop("best: {kind: apple}");
  ShopOptions is = Shop("best: {kind: pear}");
  EXPECT_THAT(CompareOptions(was, is),
              ElementsAre("best.kind: was apple, is pear",
                          "best.seeds: was 5, is not there",
                          "best.ripe: was not there, is 0.5",
                          "best.skin.kind: was not there, is bare"));
}

TEST(CompareOptions, SeesAListThatGrew) {
  ShopOptions was = Shop();
  ShopOptions is = Shop("best: {kind: apple}\nstock: [{kind: apple}]");
  EXPECT_THAT(CompareOptions(was, is),
              ElementsAre("stock: was a list of 0, is a list of 1",
                          "stock[0].kind: was not there, is apple",
                          "stock[0].seeds: was not there, is 5"));
}

TEST(CompareOptions, TellsRealsApartThatDifferInTheLastBit) {
  ShopOptions was = Shop();
  ShopOptions is = Shop();
  is.price = std::nextafter(was.price, 2.0);
  EXPECT_EQ(CompareOptions(was, is).size(), 1u);
}

// --- DescribeOptions ---

TEST(DescribeOptions, ListsEveryKeyWithTypeDefaultRangeAndMeaning) {
  ShopOptions shop;
  const std::string text = DescribeOptions(shop);
  for (const char* row :
       {"| `open` | true or false | `true` | whether one may come in |",
        "| `count` | an integer in [1, 9] | `3` | of shelves |",
        "| `price` | a number in [0, 100] | `1.5` | of everything |",
        "| `name` | a text | `corner` | above the door |",
        "| `mood` | one of 'calm', 'busy' | `calm` | of the keeper |",
        "| `sizes` | a list, each an integer in [1, 100] | `[1, 2]` | of its "
        "parts |",
        "| `labels` | a list of texts | `[]` | on it |",
        "| `best` | a part | `required` | what is in the window |",
        "| `spare` | a part | `apple` | what lies below the table |",
        "| `stock` | a list of parts | `[]` | what is for sale |",
        "| `ripe` | a number | `0.5` | any number |"}) {
    EXPECT_THAT(text, HasSubstr(row));
  }
}

TEST(DescribeOptions, HasASectionPerGroupAndPerListedPart) {
  ShopOptions shop;
  const std::string text = DescribeOptions(shop);
  for (const char* title :
       {"## basket\n\nto carry things in\n", "## best {kind: apple}\n\ncrisp\n",
        "## best {kind: pear}\n\nsoft\n", "## spare {kind: pear}\n",
        "## stock {kind: apple}\n",
        "## best {kind: pear}.skin {kind: peel}\n\na skin\n"}) {
    EXPECT_THAT(text, HasSubstr(title));
  }
}

TEST(DescribeOptions, SaysWhenAPartHasNoKeys) {
  ShopOptions shop;
  EXPECT_THAT(DescribeOptions(shop),
              HasSubstr("## best {kind: pear}.skin {kind: bare}\n\nno skin\n\n"
                        "No keys.\n"));
}

// A part that lists itself: help must end.
struct NestOptions : Options {
  PartCatalog nests = {
      {"nest", "a nest", [] { return std::make_unique<NestOptions>(); }}};
  std::vector<Selection> inside;
  void Visit(FieldVisitor& v) override {
    v.Parts("inside", inside, nests, "further nests");
  }
};

TEST(DescribeOptions, EndsForPartsThatListThemselves) {
  NestOptions nest;
  const std::string text = DescribeOptions(nest);
  EXPECT_THAT(text, HasSubstr("inside"));
  EXPECT_LT(text.size(), 100'000u);
}

}  // namespace
}  // namespace credo
