#include "tests/structure/includes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/structure/expect_none.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(IncludeTable, HoldsForEveryFile) {
  const SourceTree tree = ReadSourceTree(CREDO_SOURCE_DIR);
  EXPECT_GT(tree.size(), 200u);  // the tree was found
  ExpectNone(IncludeViolations(tree));
}

// --- Invented trees: the table can be broken, and is then told where ---

TEST(IncludeTable, TakesWhatItAllows) {
  EXPECT_THAT(IncludeViolations({
                  {"sdk/base/a.h", "#include <vector>\n"},
                  {"sdk/base/b.cc", "#include \"sdk/base/a.h\"\n"},
                  {"sdk/tensor/a.h", "#include <ATen/core/Tensor.h>\n"
                                     "#include \"sdk/base/a.h\"\n"},
                  {"sdk/tensor/pch.h", "#include <torch/types.h>\n"},
                  {"memory/a.cc", "#include <torch/types.h>\n"
                                  "#include \"sdk/tensor/a.h\"\n"},
                  {"tests/a.h", "#include <torch/types.h>\n"},
              }),
              IsEmpty());
}

TEST(IncludeTable, RefusesAnUpwardInclude) {
  EXPECT_THAT(IncludeViolations({
                  {"memory/a.h", ""},
                  {"simcore/a.h", ""},
                  {"memory/b.cc", "#include \"memory/a.h\"\n"
                                  "\n"
                                  "#include \"simcore/a.h\"\n"},
              }),
              ElementsAre("memory/b.cc:3: memory may not include "
                          "\"simcore/a.h\""));
}

TEST(IncludeTable, RefusesNeighboursThatNeverMeet) {
  EXPECT_THAT(
      IncludeViolations({
          {"sdk/config/a.h", "#include \"sdk/tensor/a.h\"\n"},
          {"sdk/tensor/a.h", ""},
          {"sdk/worlds/a.h", ""},
          {"simcore/a.h", "#include \"sdk/worlds/a.h\"\n"},
      }),
      ElementsAre(
          "sdk/config/a.h:1: sdk/config may not include \"sdk/tensor/a.h\"",
          "simcore/a.h:1: simcore may not include \"sdk/worlds/a.h\""));
}

TEST(IncludeTable, RefusesTestsAndExamplesInTheProduct) {
  EXPECT_THAT(
      IncludeViolations({
          {"examples/a.h", ""},
          {"tests/a.h", ""},
          {"tools/a.cc", "#include \"examples/a.h\"\n"
                         "#include \"tests/a.h\"\n"},
      }),
      ElementsAre("tools/a.cc:1: tools may not include \"examples/a.h\"",
                  "tools/a.cc:2: tools may not include \"tests/a.h\""));
}

TEST(IncludeTable, RefusesPathsThatDoNotBeginAtTheRoot) {
  EXPECT_THAT(IncludeViolations({
                  {"memory/a.h", ""},
                  {"memory/b.cc", "#include \"a.h\"\n"
                                  "#include \"../memory/a.h\"\n"},
              }),
              ElementsAre("memory/b.cc:1: \"a.h\" is no path from the "
                          "repository's root",
                          "memory/b.cc:2: \"../memory/a.h\" is no path from "
                          "the repository's root"));
}

TEST(IncludeTable, RefusesOwnHeadersInBrackets) {
  EXPECT_THAT(IncludeViolations({
                  {"memory/a.h", ""},
                  {"sdk/base/b.cc", "#include <memory/a.h>\n"},
              }),
              ElementsAre("sdk/base/b.cc:1: <memory/a.h> must be in quotes"));
}

TEST(IncludeTable, RefusesFoldersThatItDoesNotList) {
  EXPECT_THAT(IncludeViolations({
                  {"sdk/extra/a.h", ""},
                  {"agents/runs/a.cc", "#include \"sdk/extra/a.h\"\n"},
              }),
              ElementsAre("agents/runs/a.cc:1: \"sdk/extra/a.h\" is in no "
                          "folder of the table",
                          "sdk/extra/a.h:1: its folder is not in the include "
                          "table"));
}

TEST(IncludeTable, RefusesLibTorchInHeaders) {
  EXPECT_THAT(IncludeViolations({
                  {"agents/runs/a.h", "#include <ATen/core/Tensor.h>\n"
                                 "#include <torch/types.h>\n"},
              }),
              ElementsAre("agents/runs/a.h:2: a header may not include "
                          "<torch/types.h>, only <ATen/core/Tensor.h>"));
}

TEST(IncludeTable, RefusesAllOfLibTorch) {
  EXPECT_THAT(
      IncludeViolations({{"tests/a.cc", "#include <torch/torch.h>\n"}}),
      ElementsAre("tests/a.cc:1: all of LibTorch takes half a minute: include "
                  "<torch/types.h>, and <torch/autograd.h> where it is used"));
}

TEST(IncludeTable, RefusesThePrecompiledHeaderByName) {
  EXPECT_THAT(IncludeViolations({
                  {"sdk/tensor/a.cc", "#include \"sdk/tensor/pch.h\"\n"},
                  {"sdk/tensor/pch.h", ""},
              }),
              ElementsAre("sdk/tensor/a.cc:1: \"sdk/tensor/pch.h\" is for the "
                          "compiler alone"));
}

TEST(IncludeTable, RefusesLibrariesBelowTheFoldersThatMaySeeThem) {
  EXPECT_THAT(
      IncludeViolations({
          {"sdk/base/a.cc", "#include <absl/strings/str_cat.h>\n"},
          {"sdk/config/a.cc", "#include <absl/strings/str_cat.h>\n"
                              "#include <c10/util/Exception.h>\n"},
          {"sdk/worlds/a.h", "#include <ATen/core/Tensor.h>\n"},
      }),
      ElementsAre(
          "sdk/base/a.cc:1: sdk/base may not include "
          "<absl/strings/str_cat.h>",
          "sdk/config/a.cc:2: sdk/config may not include "
          "<c10/util/Exception.h>",
          "sdk/worlds/a.h:1: sdk/worlds may not include "
          "<ATen/core/Tensor.h>"));
}

TEST(IncludeTable, TakesWhatProtocMakesOfAFileOfTheTree) {
  const std::string include = "#include \"tools/event.pb.h\"\n";
  EXPECT_THAT(
      IncludeViolations({{"tools/a.cc", include}, {"tools/event.proto", ""}}),
      IsEmpty());
  EXPECT_THAT(IncludeViolations({{"tools/a.cc", include}}),
              ElementsAre("tools/a.cc:1: \"tools/event.pb.h\" is no path from "
                          "the repository's root"));
}

TEST(IncludesOf, FindsEveryFormAndNothingElse) {
  const std::vector<Include> includes = IncludesOf(
      "// #include \"comment.h\"\n"
      "#include \"own.h\"  // why\n"
      "  #  include   <library.h>\n"
      "#define INCLUDE \"macro.h\"\n"
      "const char* text = \"#include <text.h>\";\n"
      "#include \"last.h\"");
  ASSERT_EQ(includes.size(), 3u);
  EXPECT_EQ(includes[0].path, "own.h");
  EXPECT_TRUE(includes[0].own);
  EXPECT_EQ(includes[0].line, 2u);
  EXPECT_EQ(includes[1].path, "library.h");
  EXPECT_FALSE(includes[1].own);
  EXPECT_EQ(includes[1].line, 3u);
  EXPECT_EQ(includes[2].path, "last.h");
}

TEST(Reaches, FollowsOwnHeadersAndComesBackFromCircles) {
  const SourceTree tree = {
      {"a.h", "#include \"b.h\"\n"},
      {"b.h", "#include \"a.h\"\n#include <ATen/core/Tensor.h>\n"},
      {"c.h", "#include \"d.h\"\n#include <vector>\n"},
      {"d.h", "#include \"c.h\"\n"},
  };
  EXPECT_TRUE(Reaches(tree, "a.h", "ATen/core/Tensor.h"));
  EXPECT_TRUE(Reaches(tree, "b.h", "ATen/core/Tensor.h"));
  EXPECT_FALSE(Reaches(tree, "c.h", "ATen/core/Tensor.h"));
}

}  // namespace
}  // namespace credo
