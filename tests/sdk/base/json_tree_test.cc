#include "sdk/base/json_tree.h"

#include <gtest/gtest.h>

#include <clocale>
#include <string>

#if defined(__linux__)
#include <dlfcn.h>

namespace {
bool persian = false;  // whether the host's locale writes 2\u066b5 for 2.5
}

// In place of the C library's, which may know no such locale.
extern "C" lconv* localeconv() noexcept {
  static const auto real = reinterpret_cast<lconv* (*)()>(
      dlsym(RTLD_NEXT, "localeconv"));
  static lconv changed = *real();
  static char point[] = "\xd9\xab";
  changed.decimal_point = point;
  return persian ? &changed : real();
}
#endif

namespace credo {
namespace {

using Kind = JsonTree::Kind;

JsonTree Parsed(const std::string& text) {
  Result<JsonTree> tree = ParseJson(text, "file");
  EXPECT_TRUE(tree.ok()) << tree.status().message();
  return std::move(*tree);
}

std::string Message(const std::string& text) {
  const Result<JsonTree> tree = ParseJson(text, "file");
  EXPECT_FALSE(tree.ok()) << text;
  EXPECT_EQ(tree.status().code(), StatusCode::kInvalidArgument);
  return tree.status().message();
}

TEST(JsonTree, HoldsEveryKindOfValue) {
  const JsonTree tree = Parsed(
      R"( {"n":null,"b":true,"w":-7,"r":2.5,"t":"\u00e4","l":[1,[]],"o":{}} )");
  EXPECT_EQ(tree.kind, Kind::kObject);
  EXPECT_EQ(tree.Find("n")->kind, Kind::kNull);
  EXPECT_TRUE(tree.Find("b")->boolean);
  EXPECT_EQ(tree.Find("w")->whole, -7);
  EXPECT_EQ(tree.Find("w")->real, -7);
  EXPECT_EQ(tree.Find("r")->kind, Kind::kReal);
  EXPECT_EQ(tree.Find("r")->real, 2.5);
  EXPECT_EQ(tree.Find("t")->text, "\xc3\xa4");
  ASSERT_EQ(tree.Find("l")->items.size(), 2u);
  EXPECT_EQ(tree.Find("l")->items[0].whole, 1);
  EXPECT_EQ(tree.Find("l")->items[1].kind, Kind::kList);
  EXPECT_EQ(tree.Find("o")->kind, Kind::kObject);
  EXPECT_EQ(tree.Find("x"), nullptr);
  EXPECT_EQ(tree.Find("b")->Find("x"), nullptr);
}

#if defined(__linux__)
TEST(JsonTree, ReadsNumbersWhateverTheHostsLocale) {
  persian = true;
  const JsonTree tree = Parsed("[2.5, -1.25e-3, 1e3, 7]");
  persian = false;
  EXPECT_EQ(tree.items[0].real, 2.5);
  EXPECT_EQ(tree.items[1].real, -1.25e-3);
  EXPECT_EQ(tree.items[2].real, 1e3);
  EXPECT_EQ(tree.items[3].whole, 7);
}
#endif

TEST(JsonTree, IsWhateverOneValueIs) {
  EXPECT_EQ(Parsed("3").whole, 3);
  EXPECT_EQ(Parsed("\"x\"").text, "x");
  EXPECT_EQ(Parsed("[]").kind, Kind::kList);
}

TEST(JsonTree, KeepsWholeNumbersThatFit) {
  EXPECT_EQ(Parsed("9223372036854775807").whole, INT64_MAX);
  EXPECT_EQ(Parsed("-9223372036854775808").whole, INT64_MIN);
  for (const char* text :
       {"9223372036854775808", "-9223372036854775809", "1.0", "1e3"}) {
    EXPECT_EQ(Parsed(text).kind, Kind::kReal) << text;
  }
}

TEST(JsonTree, RefusesWhatIsNoJson) {
  for (const std::string text :
       {"", "{", "[1,]", "nonsense", "\"\xff\"", "{}{}", "1e999", "NaN"}) {
    EXPECT_EQ(Message(text), "file: expected JSON, found another text");
  }
}

TEST(JsonTree, RefusesKeysTwiceByTheirPlace) {
  EXPECT_EQ(Message(R"({"a":1,"a":1})"),
            "file: expected keys that differ, found 'a' twice");
  EXPECT_EQ(Message(R"({"x":[{},{"y":{"b":1,"c":2,"b":3}}]})"),
            "file: x: [1]: y: expected keys that differ, found 'b' twice");
}

TEST(JsonTree, RefusesDepth) {
  const std::string most =
      std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
  EXPECT_TRUE(ParseJson(most, "file").ok());
  EXPECT_TRUE(Message("[" + most + "]").ends_with(
      "[0]: expected at most 16 levels, found more"));
  Message(std::string(1000000, '['));
}

TEST(JsonTree, RefusesCrowds) {
  std::string list = "[0";
  for (size_t i = 2; i < kMaxJsonValues; ++i) list += ",0";
  EXPECT_TRUE(ParseJson(list + "]", "file").ok());
  EXPECT_EQ(Message(list + ",0]"),
            "file: expected at most 65536 values, found more");
  std::string keys = "{\"0\":0";
  for (size_t i = 1; i < kMaxJsonKeys; ++i) {
    keys += ",\"" + std::to_string(i) + "\":0";
  }
  EXPECT_TRUE(ParseJson(keys + "}", "file").ok());
  EXPECT_EQ(Message(keys + ",\"x\":0}"),
            "file: expected at most 256 keys, found more");
}

}  // namespace
}  // namespace credo
