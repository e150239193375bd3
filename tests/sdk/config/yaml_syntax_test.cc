// What YAML a configuration may be written in, and where messages point.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kGood = "best: {kind: apple}\n";

TEST(YamlSyntax, BlockAndFlowStyleAreOneLanguage) {
  ShopOptions flow;
  ASSERT_TRUE(ReadYaml("{count: 4, best: {kind: pear, ripe: 0.25}, "
                       "basket: {sizes: [3, 4]}, stock: [{kind: apple}]}",
                       "a.yaml", {}, flow)
                  .ok());
  ShopOptions block;
  ASSERT_TRUE(ReadYaml("count: 4\n"
                       "best:\n"
                       "  kind: pear   # soft\n"
                       "  ripe: 0.25\n"
                       "basket:\n"
                       "  sizes:\n"
                       "    - 3\n"
                       "    - 4\n"
                       "stock:\n"
                       "- kind: apple\n",
                       "a.yaml", {}, block)
                  .ok());
  EXPECT_EQ(WriteYaml(flow), WriteYaml(block));
  EXPECT_EQ(flow.count, 4);
  EXPECT_EQ(flow.basket.sizes, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(flow.stock.size(), 1u);
}

TEST(YamlSyntax, WindowsLineEndsChangeNothing) {
  EXPECT_EQ(Refusal("best: {kind: apple}\r\ncount: 4\r\n"), "");
  EXPECT_THAT(Refusal("best: {kind: apple}\r\ncount: 40\r\n"),
              StartsWith("a.yaml:2:8: count: "));
}

TEST(YamlSyntax, TextsAreUtf8) {
  ShopOptions shop;
  const std::string text = kGood + "name: \"Zoë's 店\"\n";
  ASSERT_TRUE(ReadYaml(text, "a.yaml", {}, shop).ok());
  EXPECT_EQ(shop.name, "Zoë's 店");
}

TEST(YamlSyntax, AnEmptyDocumentIsAMapOfNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~"}) {
    EXPECT_THAT(Refusal(text), StartsWith("a.yaml:1:1: missing key 'best': "))
        << '\'' << text << '\'';
  }
}

TEST(YamlSyntax, ADocumentThatIsNoMapIsRefused) {
  EXPECT_EQ(Refusal("- a\n- b\n"),
            "a.yaml:1:1: expected a map of keys, found a list of 2");
  EXPECT_EQ(Refusal("\n  hello\n"),
            "a.yaml:2:3: expected a map of keys, found 'hello'");
}

TEST(YamlSyntax, AnchorsAreRefused) {
  EXPECT_EQ(Refusal(kGood + "count: &n 4\n"),
            "a.yaml:2:8: expected a value, found an anchor; write the value "
            "out");
  EXPECT_THAT(Refusal("best: &b {kind: apple}\n"),
              AllOf(StartsWith("a.yaml:1:7: "), HasSubstr("anchor")));
  EXPECT_THAT(Refusal(kGood + "stock: &s [{kind: apple}]\n"),
              AllOf(StartsWith("a.yaml:2:8: "), HasSubstr("anchor")));
  EXPECT_THAT(Refusal(kGood + "&k count: 4\n"),
              AllOf(StartsWith("a.yaml:2:1: "), HasSubstr("anchor")));
}

TEST(YamlSyntax, TheAnchorBeforeItsAliasIsReported) {
  EXPECT_THAT(Refusal("best: &b {kind: apple}\nspare: *b\n"),
              AllOf(StartsWith("a.yaml:1:7: "), HasSubstr("anchor")));
}

TEST(YamlSyntax, AnAliasOfNothingIsRefused) {
  EXPECT_THAT(Refusal("best: *b\n"), StartsWith("a.yaml:1:7: expected "));
}

TEST(YamlSyntax, MergeKeysAreUnknownKeys) {
  EXPECT_THAT(Refusal(kGood + "basket:\n  <<: {owner: me}\n"),
              AllOf(StartsWith("a.yaml:3:3: unknown key '<<' in basket"),
                    HasSubstr("did you mean '")));
}

TEST(YamlSyntax, TagsAreRefused) {
  EXPECT_EQ(Refusal(kGood + "count: !!int 4\n"),
            "a.yaml:2:8: expected a value without a tag, found "
            "'tag:yaml.org,2002:int'");
  EXPECT_THAT(Refusal("best: !fruit {kind: apple}\n"),
              AllOf(StartsWith("a.yaml:1:7: "), HasSubstr("'!fruit'")));
  EXPECT_THAT(Refusal(kGood + "name: !!python/object:os.system x\n"),
              AllOf(StartsWith("a.yaml:2:7: "), HasSubstr("without a tag")));
}

TEST(YamlSyntax, ASecondDocumentIsRefused) {
  EXPECT_THAT(Refusal(kGood + "---\ncount: 4\n"),
              AllOf(StartsWith("a.yaml:2:1: "),
                    HasSubstr("expected one document, found another")));
}

TEST(YamlSyntax, AKeyThatIsNoWordIsRefused) {
  EXPECT_EQ(Refusal(kGood + "? [a, b]\n: 1\n"),
            "a.yaml:2:3: expected a word as a key, found a list of 2");
}

TEST(YamlSyntax, AZeroByteIsRefusedWhereItStands) {
  EXPECT_EQ(Refusal(kGood + std::string("count: 4\0", 9)),
            "a.yaml:2:9: expected text, found a zero byte");
}

TEST(YamlSyntax, AFileOfSixteenBitsPerLetterIsNamed) {
  for (const std::string text :
       {std::string("\xff\xfe" "a\0", 4), std::string("\xfe\xff\0a", 4),
        std::string("a\0:\0", 4), std::string("\0a\0:", 4)}) {
    EXPECT_EQ(Refusal(text), "a.yaml:1:1: expected UTF-8, found UTF-16");
  }
}

TEST(YamlSyntax, WhatTheParserCannotReadIsPlaced) {
  EXPECT_THAT(Refusal(kGood + "count: 4\n  open: true\n"),
              StartsWith("a.yaml:3:7: expected no ':' here"));
  EXPECT_THAT(Refusal(kGood + "basket: {sizes: [1, 2}\n"),
              StartsWith("a.yaml:2:22: expected "));
  EXPECT_THAT(Refusal(kGood + "name: @home\n"),
              StartsWith("a.yaml:2:7: expected YAML"));
  EXPECT_THAT(Refusal(kGood + "count: 4]\n"), StartsWith("a.yaml:2:8: "));
}

TEST(YamlSyntax, AKeyWithoutItsColonIsRefused) {
  EXPECT_EQ(Refusal(kGood + "count 4\n"),
            "a.yaml:2:1: expected 'key: value' or the end of the map");
  // The line goes on in the next one.
  EXPECT_THAT(Refusal(kGood + "count 4\nopen: true\n"),
              AllOf(StartsWith("a.yaml:3:5: expected no ':' here"),
                    HasSubstr("line before lack its ':'")));
}

TEST(YamlSyntax, ABracketThatIsNeverClosedIsRefusedWhereItOpens) {
  EXPECT_EQ(Refusal(kGood + "basket: {sizes: [1, 2]\n"),
            "a.yaml:2:9: expected ',' or '}' in the map that begins here");
  EXPECT_EQ(Refusal(kGood + "stock: [{kind: apple}"),
            "a.yaml:2:8: expected ',' or ']' in the list that begins here");
  EXPECT_EQ(Refusal("best: {kind: apple\ncount: 4\n"),
            "a.yaml:1:7: expected ',' or '}' in the map that begins here");
}

TEST(YamlSyntax, AQuoteThatIsNeverClosedIsRefused) {
  const char* message = "expected the closing quote of a text, found the end";
  EXPECT_EQ(Refusal(kGood + "name: \"open"),
            "a.yaml:2:12: " + std::string(message));
  EXPECT_EQ(Refusal(kGood + "name: \"open\n"),
            "a.yaml:3:1: " + std::string(message));
  EXPECT_EQ(Refusal(kGood + "name: 'open\ncount: 4\n  "),
            "a.yaml:4:3: " + std::string(message));
}

TEST(YamlSyntax, BlockTextsAreReadAsTheyStand) {
  ShopOptions shop;
  ASSERT_TRUE(
      ReadYaml(kGood + "name: |\n  a\n\n  b\n", "a.yaml", {}, shop).ok());
  EXPECT_EQ(shop.name, "a\n\nb\n");
}

// --- Depth: no text may exhaust the stack ---

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(YamlSyntax, BracketsAreRefusedFromTheDepthOf65On) {
  EXPECT_THAT(Refusal("best: " + Repeat("[", 64) + Repeat("]", 64)),
              AllOf(StartsWith("a.yaml:1:7: "), HasSubstr("a list of 1")));
  EXPECT_EQ(Refusal("best: " + Repeat("[", 65) + Repeat("]", 65)),
            "a.yaml:1:71: expected at most 64 levels, found more");
}

class DeepNesting : public testing::TestWithParam<const char*> {};

TEST_P(DeepNesting, EndsInARefusal) {
  EXPECT_THAT(Refusal(Repeat(GetParam(), 100'000)), StartsWith("a.yaml:1:"));
  EXPECT_THAT(Refusal(kGood + "stock:\n  " + Repeat(GetParam(), 100'000)),
              StartsWith("a.yaml:3:"));
}

INSTANTIATE_TEST_SUITE_P(Opening, DeepNesting,
                         testing::Values("[", "{", "- ", "? ", "{a: ", "[{",
                                         "- - ? "));

TEST(YamlSyntax, DeepIndentationEndsInARefusal) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += std::string(i, ' ') + "a:\n";
  EXPECT_THAT(Refusal(text), StartsWith("a.yaml:"));
}

}  // namespace
}  // namespace credo
