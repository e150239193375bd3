#include "tests/structure/includes.h"

#include <algorithm>
#include <set>

namespace credo {
namespace {

// --- The table ---

struct Row {
  std::string_view folder;
  std::vector<std::string_view> sees;  // besides itself
  // Libraries that it must do without, by the beginnings of their headers.
  std::vector<std::string_view> without = {};
};

const std::vector<std::string_view> kTorch = {"torch/", "ATen/", "c10/",
                                              "caffe2/"};
// What a header of the product may see of LibTorch: the rest costs six times
// the time to compile.
constexpr std::string_view kTensorHeader = "ATen/core/Tensor.h";

using Folders = std::vector<std::string_view>;

Folders And(Folders folders, const Folders& more) {
  folders.insert(folders.end(), more.begin(), more.end());
  return folders;
}

const Folders kBelowAgents = {"sdk/base",   "sdk/model",  "sdk/config",
                              "sdk/tensor", "sdk/worlds", "memory",
                              "simcore"};
const Folders kAgents = {"agents/networks", "agents/acting", "agents/probes",
                         "agents/learning", "agents/runs"};

const std::vector<Row>& Table() {
  static const std::vector<Row> rows = {
      {"sdk/base",
       {},
       {"torch/", "ATen/", "c10/", "caffe2/", "absl/", "yaml-cpp/"}},
      {"sdk/model",
       {"sdk/base"},
       {"torch/", "ATen/", "c10/", "caffe2/", "absl/", "yaml-cpp/"}},
      {"sdk/runtime",
       {"sdk/base", "sdk/model"},
       {"torch/", "ATen/", "c10/", "caffe2/", "absl/", "yaml-cpp/", "iostream",
        "unistd.h", "fcntl.h", "sys/", "pthread.h"}},
      {"bindings/c",
       {"sdk/base", "sdk/model", "sdk/runtime"},
       {"torch/", "ATen/", "c10/", "caffe2/", "absl/", "yaml-cpp/", "iostream",
        "unistd.h", "fcntl.h", "sys/", "pthread.h"}},
      {"sdk/config", {"sdk/base", "sdk/model"}, kTorch},
      {"sdk/tensor", {"sdk/base", "sdk/model"}},
      {"sdk/worlds", {"sdk/base", "sdk/model", "sdk/config"}, kTorch},
      {"memory", {"sdk/base", "sdk/model", "sdk/tensor"}},
      {"simcore", {"sdk/base", "sdk/model", "sdk/tensor", "memory"}},
      {"agents/networks", kBelowAgents},
      {"agents/acting", And(kBelowAgents, {"agents/networks"})},
      {"agents/probes",
       And(kBelowAgents, {"agents/networks", "agents/acting"})},
      {"agents/learning",
       And(kBelowAgents,
           {"agents/networks", "agents/acting", "agents/probes"})},
      {"agents/runs", And(kBelowAgents, {"agents/networks", "agents/acting",
                                         "agents/probes", "agents/learning"})},
      {"agents/hosting", And(kBelowAgents, kAgents)},
      {"bindings/learn",
       And(And(kBelowAgents, kAgents), {"agents/hosting", "bindings/c"})},
      {"tools", And(kBelowAgents, kAgents)},
      // A host, which sees what is installed.
      {"examples/sixty_hz", {}, {"torch/", "absl/", "yaml-cpp/"}},
      {"bindings/python", {}, {"torch/", "absl/", "yaml-cpp/"}},
      {"examples/game_loop",
       {"examples/sixty_hz"},
       {"torch/", "absl/", "yaml-cpp/"}},
      // Own parts have twins in the runtime.
      {"examples", And(And(kBelowAgents, kAgents), {"tools", "sdk/runtime"})},
      {"tests", And(And(kBelowAgents, kAgents),
                    {"sdk/runtime", "tools", "examples", "examples/sixty_hz",
                     "bindings/c", "bindings/learn", "agents/hosting"})},
  };
  return rows;
}

// The row of a file, or none.
const Row* RowOf(std::string_view path) {
  for (const Row& row : Table()) {
    if (path.starts_with(row.folder) && path.size() > row.folder.size() &&
        path[row.folder.size()] == '/') {
      return &row;
    }
  }
  return nullptr;
}

// --- One #include ---

bool StartsWithOneOf(std::string_view path,
                     const std::vector<std::string_view>& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) {
    return path.starts_with(beginning);
  });
}

// A file of the tree, or what protoc makes of one.
bool Exists(const SourceTree& tree, const std::string& path) {
  constexpr std::string_view kGenerated = ".pb.h";
  if (tree.contains(path)) return true;
  if (!path.ends_with(kGenerated)) return false;
  return tree.contains(path.substr(0, path.size() - kGenerated.size()) +
                       ".proto");
}

// What is wrong with an include of one's own, or "".
std::string OwnViolation(const SourceTree& tree, const Row& row,
                         const std::string& path) {
  const std::string quoted = "\"" + path + "\"";
  if (!Exists(tree, path)) {
    return quoted + " is no path from the repository's root";
  }
  if (IsPrecompiledHeader(path)) return quoted + " is for the compiler alone";
  const Row* target = RowOf(path);
  if (target == nullptr) return quoted + " is in no folder of the table";
  if (target->folder == row.folder ||
      std::ranges::find(row.sees, target->folder) != row.sees.end()) {
    return "";
  }
  return std::string(row.folder) + " may not include " + quoted;
}

// What is wrong with an include of a library, or "".
std::string LibraryViolation(const Row& row, const std::string& file,
                             const std::string& path) {
  const std::string bracketed = "<" + path + ">";
  if (RowOf(path) != nullptr) return bracketed + " must be in quotes";
  if (path == "torch/torch.h") {
    return "all of LibTorch takes half a minute: include <torch/types.h>, and "
           "<torch/autograd.h> where it is used";
  }
  if (StartsWithOneOf(path, row.without)) {
    return std::string(row.folder) + " may not include " + bracketed;
  }
  if (IsProduct(file) && IsHeader(file) && !IsPrecompiledHeader(file) &&
      StartsWithOneOf(path, kTorch) && path != kTensorHeader) {
    return "a header may not include " + bracketed + ", only <" +
           std::string(kTensorHeader) + ">";
  }
  return "";
}

bool Reaches(const SourceTree& tree, const std::string& path,
             std::string_view target, std::set<std::string>& seen) {
  const auto file = tree.find(path);
  if (file == tree.end() || !seen.insert(path).second) return false;
  return std::ranges::any_of(
      IncludesOf(file->second), [&](const Include& include) {
        return include.own ? Reaches(tree, include.path, target, seen)
                           : include.path == target;
      });
}

// Takes spaces off the front.
void SkipSpaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

}  // namespace

std::vector<Include> IncludesOf(std::string_view text) {
  std::vector<Include> includes;
  size_t number = 0;
  for (std::string_view line : Lines(text)) {
    ++number;
    SkipSpaces(line);
    if (!line.starts_with('#')) continue;
    line.remove_prefix(1);
    SkipSpaces(line);
    if (!line.starts_with("include")) continue;
    line.remove_prefix(std::string_view("include").size());
    SkipSpaces(line);
    if (line.empty() || (line[0] != '"' && line[0] != '<')) continue;
    const bool own = line[0] == '"';
    const size_t end = line.find(own ? '"' : '>', 1);
    if (end == std::string_view::npos) continue;
    includes.push_back({number, std::string(line.substr(1, end - 1)), own});
  }
  return includes;
}

bool Reaches(const SourceTree& tree, const std::string& path,
             std::string_view target) {
  std::set<std::string> seen;
  return Reaches(tree, path, target, seen);
}

std::vector<std::string> IncludeViolations(const SourceTree& tree) {
  std::vector<std::string> violations;
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path)) continue;
    const Row* row = RowOf(path);
    if (row == nullptr) {
      violations.push_back(
          Violation(path, 1, "its folder is not in the include table"));
      continue;
    }
    for (const Include& include : IncludesOf(text)) {
      const std::string what =
          include.own ? OwnViolation(tree, *row, include.path)
                      : LibraryViolation(*row, path, include.path);
      if (what.empty()) continue;
      violations.push_back(Violation(path, include.line, what));
    }
  }
  return violations;
}

}  // namespace credo
