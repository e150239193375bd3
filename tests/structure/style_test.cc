#include "tests/structure/style.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/structure/expect_none.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const SourceTree& Tree() {
  static const SourceTree tree = ReadSourceTree(CREDO_SOURCE_DIR);
  return tree;
}

TEST(Style, LinesAreShort) { ExpectNone(LongLines(Tree())); }

TEST(Style, NoStraySpaces) { ExpectNone(StraySpaces(Tree())); }

TEST(Style, GuardsAreNamedAfterPaths) { ExpectNone(WrongGuards(Tree())); }

TEST(Style, AllRandomnessIsOurs) { ExpectNone(ForeignRandomness(Tree())); }

TEST(Style, NoPickle) { ExpectNone(Pickles(Tree())); }

TEST(Style, LibrariesAreSilent) { ExpectNone(LoudLibraries(Tree())); }

// --- Invented trees: each rule can be broken, and is then told where ---

TEST(LongLines, CountsColumnsAndNotBytes) {
  const std::string letters = "\xc3\xa9";  // two bytes, one column
  std::string wide;
  for (int i = 0; i < 80; ++i) wide += letters;
  EXPECT_THAT(LongLines({{"a.cc", wide + "\n" + std::string(80, 'x') + "\n"}}),
              IsEmpty());
  EXPECT_THAT(
      LongLines({{"a.cc", "\n" + wide + "x\n"}}),
      ElementsAre("a.cc:2: expected at most 80 columns, found 81"));
}

TEST(LongLines, PagesAreWiderThanCode) {
  EXPECT_THAT(
      LongLines({{"a.md", std::string(120, 'x') + "\n"},
                 {"b.md", std::string(121, 'x') + "\n"},
                 {"c.proto", std::string(81, 'x') + "\n"}}),
      ElementsAre("b.md:1: expected at most 120 columns, found 121",
                  "c.proto:1: expected at most 80 columns, found 81"));
}

TEST(StraySpaces, FindsEachKind) {
  EXPECT_THAT(StraySpaces({{"a.cc", "\tx\nx \nx\r\nx"}, {"b.cc", ""}}),
              ElementsAre("a.cc:1: a tab",
                          "a.cc:2: a space at the end of the line",
                          "a.cc:3: a space at the end of the line",
                          "a.cc:4: no end of the last line"));
}

TEST(WrongGuards, TakesTheNameOfThePath) {
  EXPECT_THAT(WrongGuards({{"sdk/base/a_b.h",
                            "// Why.\n"
                            "#ifndef CREDO_SDK_BASE_A_B_H_\n"
                            "#define CREDO_SDK_BASE_A_B_H_\n"
                            "#endif  // CREDO_SDK_BASE_A_B_H_\n"}}),
              IsEmpty());
}

TEST(WrongGuards, RefusesOtherNamesAndNone) {
  EXPECT_THAT(
      WrongGuards({
          {"a/end.h", "#ifndef CREDO_A_END_H_\n"
                      "#define CREDO_A_END_H_\n"
                      "#endif\n"},
          {"a/name.h", "// Why.\n"
                       "#ifndef CREDO_NAME_H_\n"
                       "#define CREDO_NAME_H_\n"
                       "#endif  // CREDO_NAME_H_\n"},
          {"a/none.h", "int x;\n"},
          {"a/pragma.h", "#pragma once\nint x;\n"},
          {"a/typo.h", "#ifndef CREDO_A_TYPO_H_\n"
                       "#define CREDO_A_TIPO_H_\n"
                       "#endif  // CREDO_A_TYPO_H_\n"},
      }),
      ElementsAre("a/end.h:3: expected #endif  // CREDO_A_END_H_",
                  "a/name.h:2: expected the guard CREDO_A_NAME_H_",
                  "a/none.h:2: expected the guard CREDO_A_NONE_H_",
                  "a/pragma.h:1: expected the guard CREDO_A_PRAGMA_H_",
                  "a/typo.h:1: expected the guard CREDO_A_TYPO_H_"));
}

class ForeignRandomnessIn : public testing::TestWithParam<std::string> {};

TEST_P(ForeignRandomnessIn, IsFoundInTheProductOnly) {
  const std::string line = GetParam() + "\n";
  EXPECT_THAT(ForeignRandomness({{"agents/a.cc", line}}), SizeIs(1));
  EXPECT_THAT(ForeignRandomness({{"tests/a.cc", line}}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignRandomnessIn,
    testing::Values("#include <random>", "int a = std::rand();",
                    "srand(1);", "std::mt19937 engine(1);",
                    "std::uniform_real_distribution<float> uniform;",
                    "std::random_device device;",
                    "std::linear_congruential_engine<int, 1, 2, 3> engine;",
                    "std::shuffle(a.begin(), a.end(), g);",
                    "at::Tensor a = torch::randn({2});",
                    "a = at::bernoulli(p);", "a.normal_(0, 1);",
                    "torch::manual_seed(1);"));

TEST(ForeignRandomness, TakesOurOwnAndWhatIsOnlySpokenOf) {
  EXPECT_THAT(ForeignRandomness({{"agents/a.cc",
                                  "// std::rand() is no good.\n"
                                  "Draws random(seed, 0, 0);\n"
                                  "Fail(\"std::mt19937\");\n"
                                  "ActionDistribution distribution;\n"
                                  "random.Normal();\n"}}),
              IsEmpty());
}

TEST(Pickles, AreFound) {
  EXPECT_THAT(Pickles({{"tools/a.cc", "torch::save(a, path);\n"
                                      "torch::load(a, path);\n"
                                      "auto b = torch::jit::pickle_save(a);\n"
                                      "// torch::load runs code.\n"}}),
              ElementsAre("tools/a.cc:1: torch::save: files are tensor files",
                          "tools/a.cc:2: torch::load: files are tensor files",
                          "tools/a.cc:3: torch::jit::pickle_save: files are "
                          "tensor files"));
}

TEST(LoudLibraries, AreFoundBelowTools) {
  const std::string text =
      "#include <iostream>\n"
      "std::cout << 1;\n"
      "std::snprintf(a, 9, \"printf\");\n"
      "std::fprintf(stderr, \"no\");\n"
      "std::exit(1);\n";
  EXPECT_THAT(LoudLibraries({{"sdk/base/a.cc", text}, {"tools/a.cc", text}}),
              ElementsAre("sdk/base/a.cc:2: std::cout: for tools/ alone",
                          "sdk/base/a.cc:4: std::fprintf: for tools/ alone",
                          "sdk/base/a.cc:5: std::exit: for tools/ alone",
                          "sdk/base/a.cc:1: <iostream>: for tools/ alone"));
}

TEST(CodeOf, LeavesOutCommentsAndStrings) {
  EXPECT_EQ(CodeOf("a(\"http://x \\\" y\", 'z');  // why"), "a(\"\", '');  ");
  EXPECT_EQ(CodeOf("n = 1'000'000;  // big"), "n = 1'000'000;  ");
  EXPECT_EQ(CodeOf("a / b"), "a / b");
}

}  // namespace
}  // namespace credo
