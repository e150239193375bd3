#include "tests/structure/style.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "tests/structure/includes.h"

namespace credo {
namespace {

bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)); }

// Letters of UTF-8, each one column wide.
size_t Columns(std::string_view line) {
  return static_cast<size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

// The names of a line of code: "std::max", "rand", "uniform_".
std::vector<std::string> Names(std::string_view code) {
  std::vector<std::string> names;
  std::string name;
  for (size_t i = 0; i <= code.size(); ++i) {
    const char c = i < code.size() ? code[i] : ' ';
    if (IsAlnum(c) || c == '_' || c == ':') {
      name += c;
    } else if (!name.empty()) {
      names.push_back(std::move(name));
      name.clear();
    }
  }
  return names;
}

// Takes `beginning` off the front, when it is there.
bool Take(std::string_view& name, std::string_view beginning) {
  if (!name.starts_with(beginning)) return false;
  name.remove_prefix(beginning.size());
  return true;
}

// The lines of the product's C++, but comments, that hold a name for which
// `wrong` is true.
std::vector<std::string> LinesWithNames(
    const SourceTree& tree,
    const std::function<bool(const std::string& path, std::string_view name)>&
        wrong,
    const std::string& what) {
  std::vector<std::string> violations;
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path) || !IsProduct(path)) continue;
    size_t number = 0;
    for (const std::string_view line : Lines(text)) {
      ++number;
      for (const std::string& name : Names(CodeOf(line))) {
        if (!wrong(path, name)) continue;
        violations.push_back(Violation(path, number, name + ": " + what));
      }
    }
  }
  return violations;
}

// The includes of <`header`> in the product's files for which `watched` holds.
void AddIncludes(const SourceTree& tree, std::string_view header,
                 const std::function<bool(std::string_view path)>& watched,
                 const std::string& what,
                 std::vector<std::string>& violations) {
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path) || !IsProduct(path) || !watched(path)) continue;
    for (const Include& include : IncludesOf(text)) {
      if (include.own || include.path != header) continue;
      violations.push_back(
          Violation(path, include.line, "<" + include.path + ">: " + what));
    }
  }
}

bool IsForeignRandomness(std::string_view name) {
  static const std::set<std::string_view> standard = {
      "rand",       "srand",          "random_device", "minstd_rand",
      "shuffle",    "random_shuffle", "sample",        "minstd_rand0",
      "mt19937",    "mt19937_64",     "knuth_b",       "default_random_engine",
      "ranlux24",   "ranlux48",       "random",        "drand48"};
  static const std::set<std::string_view> torch = {
      "rand",      "rand_like",   "randn",       "randn_like", "randint",
      "randperm",  "bernoulli",   "multinomial", "normal",     "dropout",
      "poisson",   "manual_seed", "randint_like"};
  // Methods of tensors that draw in place.
  static const std::set<std::string_view> in_place = {
      "uniform_",    "normal_",    "bernoulli_", "random_",   "exponential_",
      "geometric_",  "cauchy_",    "multinomial", "bernoulli", "log_normal_"};
  std::string_view rest = name;
  if (Take(rest, "std::")) {
    return standard.contains(rest) || rest.ends_with("_distribution") ||
           rest.ends_with("_engine");
  }
  if (Take(rest, "torch::") || Take(rest, "at::")) {
    return torch.contains(rest);
  }
  return name == "rand" || name == "srand" || name == "drand48" ||
         in_place.contains(name);
}

bool IsPickle(std::string_view name) {
  static const std::set<std::string_view> names = {
      "torch::load", "torch::save", "torch::pickle_load",
      "torch::pickle_save", "torch::jit::load", "torch::jit::save"};
  return names.contains(name) ||
         name.find("pickle") != std::string_view::npos;
}

bool IsLoud(std::string_view name) {
  static const std::set<std::string_view> names = {
      "cout",  "cerr",    "clog",    "printf", "fprintf", "vprintf", "vfprintf",
      "puts",  "fputs",   "putchar", "perror", "exit",    "_exit",
      "quick_exit", "signal", "sigaction", "setlocale"};
  Take(name, "std::");
  return names.contains(name);
}

// The C++ face of the runtime is the host's code: it ends the program where the
// host asks for a value that is not there.
// A program that a world is may not be found: then the process that was to
// become it ends.
bool IsLibrary(std::string_view path) {
  return IsProduct(path) && !path.starts_with("tools/") &&
         !path.ends_with(".hpp") && path != "sdk/worlds/child.cc";
}

// What hosts include as <credo/...>.
constexpr std::string_view kPublicHeaders[] = {"bindings/c/include/credo/",
                                               "bindings/learn/include/credo/"};

// Of the path as it is included.
std::string GuardOf(std::string_view path) {
  std::string guard = "CREDO_";
  for (const std::string_view folder : kPublicHeaders) Take(path, folder);
  for (const char c : path) {
    guard += IsAlnum(c) ? static_cast<char>(
                              std::toupper(static_cast<unsigned char>(c)))
                        : '_';
  }
  return guard + "_";
}

}  // namespace

std::string CodeOf(std::string_view line) {
  std::string code;
  char quote = 0;  // of the string that we are in
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
        code += c;
      }
      continue;
    }
    if (c == '/' && i + 1 < line.size() && line[i + 1] == '/') break;
    // 1'000 holds no string.
    if (c == '"' || (c == '\'' && (i == 0 || !IsAlnum(line[i - 1])))) {
      quote = c;
    }
    code += c;
  }
  return code;
}

std::vector<std::string> LongLines(const SourceTree& tree) {
  std::vector<std::string> violations;
  for (const auto& [path, text] : tree) {
    const size_t limit = IsCpp(path) || path.ends_with(".proto") ? 80 : 120;
    size_t number = 0;
    for (const std::string_view line : Lines(text)) {
      ++number;
      const size_t columns = Columns(line);
      if (columns <= limit) continue;
      violations.push_back(Violation(
          path, number,
          "expected at most " + std::to_string(limit) + " columns, found " +
              std::to_string(columns)));
    }
  }
  return violations;
}

std::vector<std::string> StraySpaces(const SourceTree& tree) {
  std::vector<std::string> violations;
  for (const auto& [path, text] : tree) {
    size_t number = 0;
    for (const std::string_view line : Lines(text)) {
      ++number;
      if (line.find('\t') != std::string_view::npos) {
        violations.push_back(Violation(path, number, "a tab"));
      }
      if (line.ends_with(' ') || line.ends_with('\r')) {
        violations.push_back(
            Violation(path, number, "a space at the end of the line"));
      }
    }
    if (!text.empty() && !text.ends_with('\n')) {
      violations.push_back(Violation(path, number, "no end of the last line"));
    }
  }
  return violations;
}

std::vector<std::string> WrongGuards(const SourceTree& tree) {
  std::vector<std::string> violations;
  for (const auto& [path, text] : tree) {
    if (!IsHeader(path) || IsPrecompiledHeader(path)) continue;
    const std::string guard = GuardOf(path);
    const std::vector<std::string_view> lines = Lines(text);
    const auto first = std::ranges::find_if(
        lines, [](std::string_view line) { return line.starts_with('#'); });
    const size_t number = static_cast<size_t>(first - lines.begin()) + 1;
    if (lines.end() - first < 3 || *first != "#ifndef " + guard ||
        first[1] != "#define " + guard) {
      violations.push_back(
          Violation(path, number, "expected the guard " + guard));
    } else if (lines.back() != "#endif  // " + guard &&
               lines.back() != "#endif /* " + guard + " */") {
      violations.push_back(
          Violation(path, lines.size(), "expected #endif  // " + guard));
    }
  }
  return violations;
}

std::vector<std::string> ForeignRandomness(const SourceTree& tree) {
  const std::string what = "draws come from sdk/base/random.h";
  std::vector<std::string> violations = LinesWithNames(
      tree,
      [](const std::string&, std::string_view name) {
        return IsForeignRandomness(name);
      },
      what);
  AddIncludes(
      tree, "random", [](std::string_view) { return true; }, what, violations);
  return violations;
}

std::vector<std::string> Pickles(const SourceTree& tree) {
  return LinesWithNames(
      tree,
      [](const std::string&, std::string_view name) { return IsPickle(name); },
      "files are tensor files");
}

std::vector<std::string> LoudLibraries(const SourceTree& tree) {
  const std::string what = "for tools/ alone";
  std::vector<std::string> violations = LinesWithNames(
      tree,
      [](const std::string& path, std::string_view name) {
        return IsLibrary(path) && IsLoud(name);
      },
      what);
  AddIncludes(tree, "iostream", IsLibrary, what, violations);
  return violations;
}

}  // namespace credo
