#include "sdk/runtime/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace credo::runtime {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A parsed object that outlives its temporary text.
Options Parsed(const std::string& json) {
  Result<Options> options = Options::Parse(json, "metadata 'x'");
  EXPECT_TRUE(options.ok()) << json;
  return std::move(*options);
}

template <typename T>
void ExpectFault(const Result<T>& result, const std::string& key) {
  ASSERT_FALSE(result.ok()) << key;
  EXPECT_EQ(result.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(result.status().message(),
              AllOf(HasSubstr("metadata 'x'"), HasSubstr(key),
                    HasSubstr("expected")));
}

TEST(RuntimeOptions, ReadsWhatIsThere) {
  const Options options = Parsed(
      R"({"i":7,"r":2.5,"b":true,"t":"hi","l":[1,2],"s":["a"],"g":{"i":3}})");
  EXPECT_EQ(*options.Int("i", 0, 7), 7);
  EXPECT_EQ(*options.Real("r", 2, 3), 2.5);
  EXPECT_EQ(*options.Real("i", 7, 7), 7);
  EXPECT_TRUE(*options.Bool("b"));
  EXPECT_EQ(*options.Text("t"), "hi");
  EXPECT_THAT(*options.Ints("l", 1, 2), ElementsAre(1, 2));
  EXPECT_THAT(*options.Texts("s"), ElementsAre("a"));
  EXPECT_EQ(*options.Group("g")->Int("i", 3, 3), 3);
}

TEST(RuntimeOptions, NamesTheKeyAtFault) {
  for (const char* value :
       {"null", "{}", "[{}]", "\"1\"", "1.5", "true", "-1", "8",
        "9223372036854775808", "18446744073709551615", "1e300"}) {
    const std::string json = "{\"key\":" + std::string(value) + "}";
    ExpectFault(Parsed(json).Int("key", 0, 7), "key");
    ExpectFault(Parsed("{\"key\":[" + std::string(value) + "]}")
                    .Ints("key", 0, 7),
                "key");
  }
  const Options options = Parsed(R"({"one":1,"text":"a","group":{"in":1}})");
  ExpectFault(options.Int("absent", 0, 1), "absent");
  ExpectFault(options.Real("text", 0, 1), "text");
  ExpectFault(options.Real("one", 0, 0.5), "one");
  ExpectFault(options.Real("one", 2, 3), "one");
  ExpectFault(options.Bool("one"), "one");
  ExpectFault(options.Text("one"), "one");
  ExpectFault(options.Ints("one", 0, 1), "one");
  ExpectFault(options.Texts("text"), "text");
  ExpectFault(options.Group("one"), "one");
  ExpectFault(options.Group("absent"), "absent");
  ExpectFault(options.Group("group")->Text("in"), "group: in");
}

TEST(RuntimeOptions, RefusesTextsThatAreNoObject) {
  for (const std::string& json :
       {std::string(), std::string("{"), std::string("[]"), std::string("1"),
        std::string("{\"a\":1}x"), std::string("{\"a\":1e999}"),
        std::string("{\"a\":\"\xff\"}"), std::string(1, '\0')}) {
    const auto options = Options::Parse(json, "metadata 'x'");
    ASSERT_FALSE(options.ok()) << json;
    EXPECT_THAT(options.status().message(), HasSubstr("metadata 'x'"));
  }
}

TEST(RuntimeOptions, RefusesNestingThatWouldEatTheStack) {
  constexpr size_t kDepth = 1000000;
  std::string objects;
  for (size_t i = 0; i < kDepth; ++i) objects += "{\"a\":";
  for (const std::string& json :
       {"{\"a\":" + std::string(kDepth, '['), objects,
        "{\"a\":" + std::string(kDepth, '[') + std::string(kDepth, ']') +
            "}"}) {
    EXPECT_FALSE(Options::Parse(json, "x").ok());
    EXPECT_FALSE(Options::ParseList("[" + json + "]", "x").ok());
  }
}

TEST(RuntimeOptions, ListsAreOfObjectsAndNotLong) {
  EXPECT_EQ(Options::ParseList("[{},{}]", "x")->size(), 2u);
  EXPECT_THAT(Options::ParseList("[{},1]", "x").status().message(),
              HasSubstr("x[1]"));
  std::string list = "[{}";
  for (int i = 0; i < 64; ++i) list += ",{}";
  EXPECT_FALSE(Options::ParseList(list + "]", "x").ok());
}

}  // namespace
}  // namespace credo::runtime
