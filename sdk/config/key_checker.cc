#include "sdk/config/key_checker.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "sdk/config/scalars.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

struct Problem {
  Place place;
  std::string message;
  bool missing = false;  // what is missing is reported last
};

// Visits one level: gathers the keys it knows and descends into those that the
// document has.
class KeyChecker : public FieldVisitor {
 public:
  KeyChecker(Node& node, std::string path, std::vector<Problem>& problems)
      : node_(node), path_(std::move(path)), problems_(problems) {}

  void Know(const std::string& key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      known_.push_back(key);
    }
  }

  void Bool(const char* key, bool&, const Meaning&) override { Know(key); }
  void Int(const char* key, int64_t&, IntRange, const Meaning&) override {
    Know(key);
  }
  void Real(const char* key, double&, RealRange, const Meaning&) override {
    Know(key);
  }
  void Text(const char* key, std::string&, const Meaning&) override {
    Know(key);
  }
  void Choice(const char* key, std::string&, const std::vector<std::string>&,
              const Meaning&) override {
    Know(key);
  }
  void Ints(const char* key, std::vector<int64_t>&, IntRange,
            const Meaning&) override {
    Know(key);
  }
  void Texts(const char* key, std::vector<std::string>&,
             const Meaning&) override {
    Know(key);
  }
  void Group(const char* key, Options& value, const Meaning&) override {
    Know(key);
    Node::Entry* entry = node_.Find(key);
    if (entry != nullptr) Descend(entry->value, PathOf(key), value, false);
  }
  void Part(const char* key, Selection& value, const PartCatalog& catalog,
            const Meaning&) override {
    Know(key);
    Node::Entry* entry = node_.Find(key);
    if (entry != nullptr) {
      DescendPart(entry->value, PathOf(key), value.kind, catalog);
    }
  }
  void Parts(const char* key, std::vector<Selection>&,
             const PartCatalog& catalog, const Meaning&) override {
    Know(key);
    Node::Entry* entry = node_.Find(key);
    if (entry == nullptr || entry->value.kind != Node::Kind::kList) return;
    for (size_t i = 0; i < entry->value.list.size(); ++i) {
      DescendPart(entry->value.list[i],
                  PathOf(key) + "[" + std::to_string(i) + "]", "", catalog);
    }
  }

  // Compares the keys of this level with those that were visited.
  void Finish() {
    for (size_t i = 0; i < node_.map.size(); ++i) {
      const Node::Entry& entry = node_.map[i];
      if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
        problems_.push_back(
            {entry.place, "unknown key '" + entry.key + "'" + In() +
                              (known_.empty()
                                   ? "; expected no keys"
                                   : "; did you mean '" +
                                         NearestWord(entry.key, known_) +
                                         "'? Expected " + OneOfText(known_))});
        continue;
      }
      const Node::Entry* first = node_.Find(entry.key);
      if (first != &entry) {
        problems_.push_back(
            {entry.place, PathOf(entry.key) +
                              ": expected the key once, found it again (the "
                              "first is at " +
                              first->place.Text() + ")"});
      }
    }
  }

 private:
  std::string PathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }
  std::string In() const { return path_.empty() ? "" : " in " + path_; }

  void Descend(Node& node, const std::string& path, Options& options,
               bool has_kind) {
    if (node.kind != Node::Kind::kMap) return;  // the second pass says so
    KeyChecker below(node, path, problems_);
    if (has_kind) below.Know("kind");
    options.Visit(below);
    below.Finish();
  }

  void DescendPart(Node& node, const std::string& path,
                   const std::string& default_kind,
                   const PartCatalog& catalog) {
    if (node.kind != Node::Kind::kMap) return;
    const Node::Entry* entry = node.Find("kind");
    const bool has_word =
        entry != nullptr && entry->value.kind == Node::Kind::kScalar;
    const std::string kind = has_word           ? entry->value.scalar
                             : entry == nullptr ? default_kind
                                                : "";
    std::vector<std::string> names;
    for (const PartInfo& part : catalog) {
      names.push_back(part.name);
      if (part.name != kind) continue;
      const std::unique_ptr<Options> options = part.defaults();
      Descend(node, path, *options, true);
      return;
    }
    Problem problem;
    problem.place = entry != nullptr ? entry->value.place : node.place;
    problem.message = path + ".kind: expected " + OneOfText(names) + ", found ";
    if (has_word) {
      problem.message += "'" + kind + "'; did you mean '" +
                         NearestWord(kind, names) + "'?";
    } else {
      problem.message += entry != nullptr ? entry->value.Describe() : "nothing";
      problem.missing = entry == nullptr;
    }
    problems_.push_back(std::move(problem));
    CheckAnyKind(node, path, catalog);
  }

  // The keys of a part of no known kind: what no part has is unknown whatever
  // the kind, "kind" itself misspelt included.
  void CheckAnyKind(Node& node, const std::string& path,
                    const PartCatalog& catalog) {
    KeyChecker any(node, path, problems_);
    any.Know("kind");
    for (const PartInfo& part : catalog) {
      Node none;
      KeyChecker keys(none, path, problems_);
      part.defaults()->Visit(keys);
      for (const std::string& key : keys.known_) any.Know(key);
    }
    any.Finish();
  }

  Node& node_;
  std::string path_;
  std::vector<Problem>& problems_;
  std::vector<std::string> known_;
};

}  // namespace

Status CheckKeys(Node& root, Options& options) {
  std::vector<Problem> problems;
  KeyChecker checker(root, "", problems);
  options.Visit(checker);
  checker.Finish();
  if (problems.empty()) return OkStatus();
  // What is missing last; the file's own problems before those of overrides.
  const Problem& first = *std::min_element(
      problems.begin(), problems.end(),
      [&root](const Problem& a, const Problem& b) {
        const bool a_other = a.place.file != root.place.file;
        const bool b_other = b.place.file != root.place.file;
        return std::tie(a.missing, a_other, a.place.line, a.place.column) <
               std::tie(b.missing, b_other, b.place.line, b.place.column);
      });
  return InvalidArgument(first.place.Text() + ": " + first.message);
}

}  // namespace credo
