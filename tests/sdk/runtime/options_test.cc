#include "sdk/runtime/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace credo::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// --- A part with a field of every kind ---

struct InnerOptions : Options {
  int64_t depth = 3;
  void Visit(FieldVisitor& v) override { v.Int("depth", depth, {1, 9}, ""); }
};

PartCatalog Inner() {
  return {{"inner", "", [] { return std::make_unique<InnerOptions>(); }},
          {"other", "", [] { return std::make_unique<InnerOptions>(); }}};
}

struct OuterOptions : Options {
  PartCatalog inner = Inner();
  bool flag = false;
  int64_t count = 5;
  double share = 0.5;
  std::string name = "x";
  std::string word = "one";
  std::vector<int64_t> sizes = {7};
  std::vector<std::string> texts;
  InnerOptions group;
  Selection part;
  std::vector<Selection> parts;
  int64_t learned = 4;
  int64_t later = 2;

  void Visit(FieldVisitor& v) override {
    v.Bool("flag", flag, "");
    v.Int("count", count, {0, 7}, "");
    v.Real("share", share, {0, 1}, "");
    v.Text("name", name, "");
    v.Choice("word", word, {"one", "two", "three"}, "");
    v.Ints("sizes", sizes, {1, 9}, "");
    v.Texts("texts", texts, "");
    v.Group("group", group, "");
    v.Part("part", part, inner, "");
    v.Parts("parts", parts, inner, "");
    v.Int("learned", learned, {0, 9}, ForLearning(""));
    v.Int("later", later, {0, 9}, Later(""));
  }
  std::optional<OptionProblem> Check() const override {
    if (count != 6) return std::nullopt;
    return OptionProblem{"count", "expected no 6, found 6"};
  }
};

constexpr char kWhole[] =
    R"({"flag":true,"count":7,"share":1,"name":"hi","word":"two",)"
    R"("sizes":[1,2],"texts":["a","b"],"group":{"depth":4},)"
    R"("part":{"kind":"other","depth":5},"parts":[{"kind":"inner","depth":6}],)"
    R"("unknown":{"anything":[]}})";

Status Read(const std::string& json, OuterOptions& options,
            OptionsRead* read = nullptr) {
  const Result<JsonTree> tree = ParseObject(json, "metadata 'x'");
  if (!tree.ok()) return tree.status();
  return ReadOptions(*tree, "metadata 'x'", options, read);
}

// kWhole after `from` became `to`.
std::string Changed(const std::string& from, const std::string& to) {
  std::string json = kWhole;
  EXPECT_NE(json.find(from), std::string::npos) << from;
  return json.replace(json.find(from), from.size(), to);
}

TEST(RuntimeOptions, ReadsWhatIsThere) {
  OuterOptions options;
  const Status status = Read(kWhole, options);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_TRUE(options.flag);
  EXPECT_EQ(options.count, 7);
  EXPECT_EQ(options.share, 1);
  EXPECT_EQ(options.name, "hi");
  EXPECT_EQ(options.word, "two");
  EXPECT_THAT(options.sizes, ElementsAre(1, 2));
  EXPECT_THAT(options.texts, ElementsAre("a", "b"));
  EXPECT_EQ(options.group.depth, 4);
  EXPECT_EQ(options.part.kind, "other");
  EXPECT_EQ(As<InnerOptions>(*options.part.options).depth, 5);
  ASSERT_EQ(options.parts.size(), 1u);
  EXPECT_EQ(As<InnerOptions>(*options.parts[0].options).depth, 6);
  EXPECT_EQ(options.learned, 4);
  EXPECT_EQ(options.later, 2);
}

TEST(RuntimeOptions, NotesWhatItRead) {
  OuterOptions options;
  OptionsRead read;
  ASSERT_TRUE(Read(kWhole, options, &read).ok());
  EXPECT_THAT(read, ElementsAre(Pair("metadata 'x': count", "7"),
                                Pair("metadata 'x': flag", "true"),
                                Pair("metadata 'x': group: depth", "4"),
                                Pair("metadata 'x': name", "'hi'"),
                                Pair("metadata 'x': part: depth", "5"),
                                Pair("metadata 'x': part: kind", "'other'"),
                                Pair("metadata 'x': parts[0]: depth", "6"),
                                Pair("metadata 'x': parts[0]: kind",
                                     "'inner'"),
                                Pair("metadata 'x': share", "1"),
                                Pair("metadata 'x': sizes", "[1, 2]"),
                                Pair("metadata 'x': texts", "['a', 'b']"),
                                Pair("metadata 'x': word", "'two'")));
}

TEST(RuntimeOptions, FieldsThatCameLaterAreNotedUnlessAtTheirDefault) {
  for (const int64_t later : {2, 3}) {
    OuterOptions options;
    OptionsRead read;
    const std::string field = "\"later\":" + std::to_string(later);
    ASSERT_TRUE(
        Read(Changed("\"flag\"", field + ",\"flag\""), options, &read).ok());
    EXPECT_EQ(options.later, later);
    EXPECT_EQ(read.count("metadata 'x': later"), later == 2 ? 0u : 1u);
  }
}

TEST(RuntimeOptions, WhatOnlyLearningNeedsIsNotRead) {
  OuterOptions options;
  OptionsRead read;
  ASSERT_TRUE(Read(Changed("\"flag\"", "\"learned\":\"no number\",\"flag\""),
                   options, &read)
                  .ok());
  EXPECT_EQ(options.learned, 4);
  EXPECT_EQ(read.count("metadata 'x': learned"), 0u);
}

TEST(RuntimeOptions, NamesTheKeyAtFault) {
  const std::pair<std::pair<const char*, const char*>, const char*> all[] = {
      {{"\"flag\":true", "\"flag\":1"},
       "flag: expected true or false, found number"},
      {{"\"count\":7", "\"count\":8"}, "count: expected 0 to 7, found 8"},
      {{"\"count\":7", "\"count\":-1"}, "count: expected 0 to 7, found -1"},
      {{"\"count\":7", "\"count\":1.5"},
       "count: expected a whole number, found number"},
      {{"\"count\":7", "\"count\":9223372036854775808"},
       "count: expected a whole number, found number"},
      {{"\"count\":7", "\"count\":\"7\""},
       "count: expected a whole number, found string"},
      {{"\"count\":7,", ""}, "count: expected a whole number, found none"},
      {{"\"count\":7", "\"count\":6"}, "count: expected no 6, found 6"},
      {{"\"share\":1", "\"share\":1.5"}, "share: expected 0 to 1, found 1.5"},
      {{"\"share\":1", "\"share\":\"a\""},
       "share: expected a number, found string"},
      {{"\"hi\"", "7"}, "name: expected a text, found number"},
      {{"\"two\"", "\"four\""},
       "word: expected one, two or three, found 'four'"},
      {{"[1,2]", "[1,10]"},
       "sizes[1]: expected a whole number from 1 to 9, found 10"},
      {{"[1,2]", "[[],2]"},
       "sizes[0]: expected a whole number from 1 to 9, found array"},
      {{"[1,2]", "1"}, "sizes: expected a list, found number"},
      {{"[\"a\",\"b\"]", "[\"a\",1]"},
       "texts[1]: expected a text, found number"},
      {{"\"group\":{\"depth\":4}", "\"group\":4"},
       "group: expected an object of options, found number"},
      {{"\"group\":{\"depth\":4}", "\"group\":{}"},
       "group: depth: expected a whole number, found none"},
      {{"\"other\"", "\"none\""},
       "part: kind: expected inner or other, found 'none'"},
      {{"\"kind\":\"other\",", ""},
       "part: kind: expected a text, found none"},
      {{"\"depth\":5", "\"depth\":0"}, "part: depth: expected 1 to 9, found 0"},
      {{"[{\"kind\":\"inner\",\"depth\":6}]", "[1]"},
       "parts[0]: expected an object of options, found number"},
      {{"\"depth\":6", "\"depth\":\"6\""},
       "parts[0]: depth: expected a whole number, found string"}};
  for (const auto& [change, message] : all) {
    OuterOptions options;
    const Status status = Read(Changed(change.first, change.second), options);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << message;
    EXPECT_EQ(status.message(), std::string("metadata 'x': ") + message);
  }
}

TEST(RuntimeOptions, ListsAreNotLong) {
  std::string list = "[1";
  for (int i = 0; i < 64; ++i) list += ",1";
  OuterOptions options;
  EXPECT_EQ(Read(Changed("[1,2]", list + "]"), options).message(),
            "metadata 'x': sizes: expected at most 64 entries, found 65");
}

TEST(RuntimeOptions, RefusesTextsThatAreNoObject) {
  for (const std::string& json :
       {std::string(), std::string("{"), std::string("[]"), std::string("1"),
        std::string("{\"a\":1}x"), std::string("{\"a\":1e999}"),
        std::string("{\"a\":\"\xff\"}"), std::string(1, '\0')}) {
    const auto object = ParseObject(json, "metadata 'x'");
    ASSERT_FALSE(object.ok()) << json;
    EXPECT_THAT(object.status().message(), HasSubstr("metadata 'x'"));
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
    EXPECT_FALSE(ParseObject(json, "x").ok());
    EXPECT_FALSE(ParseObjects("[" + json + "]", "x").ok());
  }
}

TEST(RuntimeOptions, ListsOfObjectsAreOfObjectsAndNotLong) {
  EXPECT_EQ(ParseObjects("[{},{}]", "x")->size(), 2u);
  EXPECT_EQ(ParseObjects("[{},1]", "x").status().message(),
            "x[1]: expected an object of options, found number");
  EXPECT_EQ(ParseObjects("{}", "x").status().message(),
            "x: expected a list of options, found object");
  std::string list = "[{}";
  for (int i = 0; i < 64; ++i) list += ",{}";
  EXPECT_EQ(ParseObjects(list + "]", "x").status().message(),
            "x: expected a list of at most 64 options, found 65");
}

}  // namespace
}  // namespace credo::runtime
