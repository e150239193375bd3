// Every header compiles alone, and twice in a row.
//
// Headers that see <ATen/core/Tensor.h> are compiled behind a precompiled one:
// that hides nothing which they do not include themselves, and costs a fraction
// of a second instead of four. Headers that see <torch/types.h> (the
// precompiled header itself, and some of tests/) are left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/structure/includes.h"
#include "tests/structure/source_tree.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::HasSubstr;

constexpr char kTensorHeader[] = "ATen/core/Tensor.h";

// Of how the compiler is called to look at a header.
std::vector<std::string> CompilerCall(const SourceTree& tree,
                                      const std::string& root,
                                      const std::string& header) {
  std::vector<std::string> call = {CREDO_COMPILER, "@" CREDO_HEADER_FLAGS,
                                   "-fsyntax-only"};
  // The compiler takes the precompiled form that lies beside it.
  if (Reaches(tree, header, kTensorHeader)) {
    call.insert(call.end(), {"-include", CREDO_TENSOR_HEADER});
  }
  call.push_back("-I" + root);
  for (int i = 0; i < 2; ++i) {
    call.insert(call.end(), {"-include", header});
  }
  call.insert(call.end(), {"-x", "c++", "/dev/null"});
  return call;
}

const SourceTree& Tree() {
  static const SourceTree tree = ReadSourceTree(CREDO_SOURCE_DIR);
  return tree;
}

std::vector<std::string> Headers() {
  std::vector<std::string> headers;
  for (const auto& [path, text] : Tree()) {
    if (IsHeader(path) && !Reaches(Tree(), path, "torch/types.h")) {
      headers.push_back(path);
    }
  }
  return headers;
}

class HeaderCompilesAlone : public testing::TestWithParam<std::string> {
 public:
  static std::string Name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(
        name,
        [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
        '_');
    return name;
  }
};

TEST_P(HeaderCompilesAlone, Twice) {
  const Ended compiler =
      RunToEnd(CompilerCall(Tree(), CREDO_SOURCE_DIR, GetParam()));
  EXPECT_EQ(compiler.exit_code, 0) << compiler.err;
}

INSTANTIATE_TEST_SUITE_P(Tree, HeaderCompilesAlone,
                         testing::ValuesIn(Headers()),
                         HeaderCompilesAlone::Name);

// --- Invented headers: the compiler is asked, and can say no ---

class InventedHeader : public testing::Test {
 protected:
  Ended Compile(const std::string& text) const {
    std::ofstream(folder_ / "invented.h") << text;
    return RunToEnd(CompilerCall({{"invented.h", text}}, folder_.path(),
                                 "invented.h"));
  }

  TemporaryFolder folder_;
};

TEST_F(InventedHeader, ThatLacksAnIncludeIsRefused) {
  const Ended compiler = Compile(
      "#ifndef A_H_\n#define A_H_\ninline std::string a;\n#endif\n");
  EXPECT_EQ(compiler.exit_code, 1);
  EXPECT_THAT(compiler.err, HasSubstr("invented.h:3"));
}

TEST_F(InventedHeader, ThatLacksAGuardIsRefused) {
  const Ended compiler = Compile("struct A {};\n");
  EXPECT_EQ(compiler.exit_code, 1);
  EXPECT_THAT(compiler.err, HasSubstr("redefinition"));
}

TEST_F(InventedHeader, ThatUsesATensorWithoutItsIncludeIsRefused) {
  EXPECT_EQ(Compile("#pragma once\ninline void A(at::Tensor) {}\n").exit_code,
            1);
}

TEST_F(InventedHeader, ThatIncludesWhatItUsesIsTaken) {
  const Ended plain =
      Compile("#pragma once\n#include <string>\ninline std::string a;\n");
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  const Ended tensor = Compile(
      "#pragma once\n#include <ATen/core/Tensor.h>\n"
      "inline void A(at::Tensor) {}\n");
  EXPECT_EQ(tensor.exit_code, 0) << tensor.err;
}

}  // namespace
}  // namespace credo
