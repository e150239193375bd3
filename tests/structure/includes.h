// Who includes whom, and who may.
#ifndef CREDO_TESTS_STRUCTURE_INCLUDES_H_
#define CREDO_TESTS_STRUCTURE_INCLUDES_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/structure/source_tree.h"

namespace credo {

struct Include {
  size_t line;
  std::string path;  // between the quotes or brackets
  bool own;          // in quotes
};

// The #include lines of a text.
std::vector<Include> IncludesOf(std::string_view text);

// Whether the file includes the library header <`target`>, itself or through
// files of the tree.
bool Reaches(const SourceTree& tree, const std::string& path,
             std::string_view target);

// The #include lines that break the table of docs/architecture.md, as
// "FILE:LINE: what".
std::vector<std::string> IncludeViolations(const SourceTree& tree);

}  // namespace credo

#endif  // CREDO_TESTS_STRUCTURE_INCLUDES_H_
