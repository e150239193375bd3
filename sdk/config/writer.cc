// Options as YAML, and as a list of leaves to compare.

#include <map>
#include <utility>

#include "sdk/config/scalars.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

class Writer : public FieldVisitor {
 public:
  explicit Writer(int depth) : depth_(depth) {}

  std::string text;

  void Line(const std::string& key, const std::string& value) {
    text += Indent() + key + ": " + value + "\n";
  }
  void Bool(const char* key, bool& value, const Meaning&) override {
    Line(key, value ? "true" : "false");
  }
  void Int(const char* key, int64_t& value, IntRange, const Meaning&) override {
    Line(key, std::to_string(value));
  }
  void Real(const char* key, double& value, RealRange,
            const Meaning&) override {
    Line(key, RealText(value));
  }
  void Text(const char* key, std::string& value, const Meaning&) override {
    Line(key, QuotedText(value));
  }
  void Choice(const char* key, std::string& value,
              const std::vector<std::string>&, const Meaning&) override {
    Line(key, QuotedText(value));
  }
  void Ints(const char* key, std::vector<int64_t>& value, IntRange,
            const Meaning&) override {
    std::string list;
    for (const int64_t entry : value) {
      list += (list.empty() ? "" : ", ") + std::to_string(entry);
    }
    Line(key, "[" + list + "]");
  }
  void Texts(const char* key, std::vector<std::string>& value,
             const Meaning&) override {
    std::string list;
    for (const std::string& entry : value) {
      list += (list.empty() ? "" : ", ") + QuotedText(entry);
    }
    Line(key, "[" + list + "]");
  }
  void Group(const char* key, Options& value, const Meaning&) override {
    Writer below(depth_ + 1);
    value.Visit(below);
    if (below.text.empty()) {
      Line(key, "{}");
    } else {
      text += Indent() + key + ":\n" + below.text;
    }
  }
  void Part(const char* key, Selection& value, const PartCatalog&,
            const Meaning&) override {
    text += Indent() + key + ":\n" + PartText(value, depth_ + 1);
  }
  void Parts(const char* key, std::vector<Selection>& value,
             const PartCatalog&, const Meaning&) override {
    if (value.empty()) {
      Line(key, "[]");
      return;
    }
    text += Indent() + key + ":\n";
    for (Selection& entry : value) {
      std::string part = PartText(entry, depth_ + 2);
      part[2 * (depth_ + 1)] = '-';
      text += part;
    }
  }

 private:
  std::string Indent() const { return std::string(2 * depth_, ' '); }

  static std::string PartText(Selection& value, int depth) {
    Writer below(depth);
    below.Line("kind", QuotedText(value.kind));
    if (value.options) value.options->Visit(below);
    return below.text;
  }

  int depth_;
};

// Leaves in order: dotted key and text.
class Leaves : public FieldVisitor {
 public:
  explicit Leaves(std::string path) : path_(std::move(path)) {}

  std::vector<std::pair<std::string, std::string>> list;

  void Leaf(const char* key, const std::string& value) {
    list.emplace_back(PathOf(key), value);
  }
  void Bool(const char* key, bool& value, const Meaning&) override {
    Leaf(key, value ? "true" : "false");
  }
  void Int(const char* key, int64_t& value, IntRange, const Meaning&) override {
    Leaf(key, std::to_string(value));
  }
  void Real(const char* key, double& value, RealRange,
            const Meaning&) override {
    Leaf(key, RealText(value));
  }
  void Text(const char* key, std::string& value, const Meaning&) override {
    Leaf(key, QuotedText(value));
  }
  void Choice(const char* key, std::string& value,
              const std::vector<std::string>&, const Meaning&) override {
    Leaf(key, value);
  }
  void Ints(const char* key, std::vector<int64_t>& value, IntRange range,
            const Meaning& meaning) override {
    Writer writer(0);
    writer.Ints("", value, range, meaning);
    Leaf(key, writer.text.substr(2, writer.text.size() - 3));
  }
  void Texts(const char* key, std::vector<std::string>& value,
             const Meaning& meaning) override {
    Writer writer(0);
    writer.Texts("", value, meaning);
    Leaf(key, writer.text.substr(2, writer.text.size() - 3));
  }
  void Group(const char* key, Options& value, const Meaning&) override {
    Descend(PathOf(key), value);
  }
  void Part(const char* key, Selection& value, const PartCatalog&,
            const Meaning&) override {
    AddPart(PathOf(key), value);
  }
  void Parts(const char* key, std::vector<Selection>& value,
             const PartCatalog&, const Meaning&) override {
    Leaf(key, "a list of " + std::to_string(value.size()));
    for (size_t i = 0; i < value.size(); ++i) {
      AddPart(PathOf(key) + "[" + std::to_string(i) + "]", value[i]);
    }
  }

 private:
  std::string PathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }
  void Descend(const std::string& path, Options& value) {
    Leaves below(path);
    value.Visit(below);
    list.insert(list.end(), below.list.begin(), below.list.end());
  }
  void AddPart(const std::string& path, Selection& value) {
    list.emplace_back(path + ".kind", value.kind);
    if (value.options) Descend(path, *value.options);
  }

  std::string path_;
};

}  // namespace

std::string WriteYaml(Options& options) {
  Writer writer(0);
  options.Visit(writer);
  return writer.text;
}

std::vector<std::string> CompareOptions(Options& was, Options& is) {
  Leaves before("");
  was.Visit(before);
  Leaves after("");
  is.Visit(after);
  const std::map<std::string, std::string> now(after.list.begin(),
                                               after.list.end());
  const std::map<std::string, std::string> then(before.list.begin(),
                                                before.list.end());
  std::vector<std::string> differences;
  for (const auto& [key, value] : before.list) {
    const auto found = now.find(key);
    if (found == now.end()) {
      differences.push_back(key + ": was " + value + ", is not there");
    } else if (found->second != value) {
      differences.push_back(key + ": was " + value + ", is " + found->second);
    }
  }
  for (const auto& [key, value] : after.list) {
    if (!then.contains(key)) {
      differences.push_back(key + ": was not there, is " + value);
    }
  }
  return differences;
}

}  // namespace credo
