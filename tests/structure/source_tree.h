// The repository as texts: what the tests of the tree itself look at. A tree
// may also be invented, which shows that a test can fail.
#ifndef CREDO_TESTS_STRUCTURE_SOURCE_TREE_H_
#define CREDO_TESTS_STRUCTURE_SOURCE_TREE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace credo {

// Texts by path from the root: "sdk/base/record.h".
using SourceTree = std::map<std::string, std::string>;

// The folders at the root that are looked into.
const std::vector<std::string>& TopFolders();

// The sources, scripts and pages below `root`: its own and those of TopFolders.
SourceTree ReadSourceTree(const std::string& root);

bool IsHeader(std::string_view path);
bool IsCpp(std::string_view path);
// Whether it belongs to what users build into programs of theirs or run: no
// test and no example.
bool IsProduct(std::string_view path);
// The header that is precompiled for all files with LibTorch. Nobody includes
// it, and no rule for headers is meant for it.
bool IsPrecompiledHeader(std::string_view path);

// Without their line ends. A text that ends with one has no line behind it.
std::vector<std::string_view> Lines(std::string_view text);

// "FILE:LINE: what".
std::string Violation(const std::string& path, size_t line,
                      const std::string& what);

}  // namespace credo

#endif  // CREDO_TESTS_STRUCTURE_SOURCE_TREE_H_
