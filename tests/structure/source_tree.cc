#include "tests/structure/source_tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "sdk/base/file.h"

namespace credo {
namespace {

namespace fs = std::filesystem;

bool IsText(const fs::path& path) {
  static constexpr std::array<std::string_view, 12> kEndings = {
      ".h",  ".hpp", ".inc", ".c",  ".cc",   ".proto",
      ".cmake", ".md",  ".py",  ".sh", ".yaml", ".yml"};
  return std::ranges::find(kEndings, path.extension().string()) !=
             kEndings.end() ||
         path.filename() == "CMakeLists.txt";
}

void Add(const fs::path& root, const fs::path& path, SourceTree& tree) {
  Result<std::string> text = ReadFile(path.string());
  if (!text.ok()) throw std::runtime_error(text.status().message());
  tree[path.lexically_relative(root).generic_string()] = *std::move(text);
}

}  // namespace

const std::vector<std::string>& TopFolders() {
  static const std::vector<std::string> folders = {
      "agents",  "bindings", "cmake",   "docs",  "examples", "memory",
      "scripts", "sdk",      "simcore", "tests", "tools"};
  return folders;
}

SourceTree ReadSourceTree(const std::string& root) {
  SourceTree tree;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.is_regular_file() && IsText(entry.path())) {
      Add(root, entry.path(), tree);
    }
  }
  for (const std::string& folder : TopFolders()) {
    if (!fs::exists(fs::path(root) / folder)) continue;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(root) / folder)) {
      if (entry.is_regular_file() && IsText(entry.path())) {
        Add(root, entry.path(), tree);
      }
    }
  }
  return tree;
}

bool IsHeader(std::string_view path) {
  return path.ends_with(".h") || path.ends_with(".hpp");
}

bool IsCpp(std::string_view path) {
  return IsHeader(path) || path.ends_with(".cc") || path.ends_with(".inc");
}

bool IsProduct(std::string_view path) {
  return !path.starts_with("tests/") && !path.starts_with("examples/");
}

bool IsPrecompiledHeader(std::string_view path) {
  return path == "sdk/tensor/pch.h";
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string Violation(const std::string& path, size_t line,
                      const std::string& what) {
  return path + ":" + std::to_string(line) + ": " + what;
}

}  // namespace credo
