// The second pass over a document: values are read, and missing parts found.

#include <algorithm>
#include <utility>

#include "sdk/config/key_checker.h"
#include "sdk/config/node.h"
#include "sdk/config/scalars.h"
#include "sdk/config/yaml.h"
#include "sdk/model/limits.h"

namespace credo {
namespace {

class Reader : public FieldVisitor {
 public:
  Reader(Node& node, std::string path, Status& status)
      : node_(node), path_(std::move(path)), status_(status) {}

  void Bool(const char* key, bool& value, const Meaning&) override {
    const Node* node = Scalar(key, "true or false");
    if (node == nullptr) return;
    if (!node->quoted && (node->scalar == "true" || node->scalar == "false")) {
      value = node->scalar == "true";
    } else {
      Refuse(*node, key, "true or false");
    }
  }

  void Int(const char* key, int64_t& value, IntRange range,
           const Meaning&) override {
    const Node* node = Scalar(key, RangeText(range));
    if (node != nullptr) ReadInt(*node, key, range, value);
  }

  void Real(const char* key, double& value, RealRange range,
            const Meaning&) override {
    const Node* node = Scalar(key, RangeText(range));
    if (node == nullptr) return;
    const std::optional<double> read =
        node->quoted ? std::nullopt : ParseReal(node->scalar);
    if (!read || *read < range.low || *read > range.high) {
      Refuse(*node, key, RangeText(range));
      return;
    }
    value = *read;
  }

  void Text(const char* key, std::string& value, const Meaning&) override {
    const Node* node = Scalar(key, "a text");
    if (node != nullptr) value = node->scalar;
  }

  void Choice(const char* key, std::string& value,
              const std::vector<std::string>& allowed,
              const Meaning&) override {
    const Node* node = Scalar(key, OneOfText(allowed));
    if (node == nullptr) return;
    if (std::find(allowed.begin(), allowed.end(), node->scalar) ==
        allowed.end()) {
      Refuse(*node, key, OneOfText(allowed));
      return;
    }
    value = node->scalar;
  }

  void Ints(const char* key, std::vector<int64_t>& value, IntRange range,
            const Meaning&) override {
    ReadList(key, value, [&](const Node& node, const std::string& name,
                             int64_t& entry) {
      ReadInt(node, name, range, entry);
    });
  }

  void Texts(const char* key, std::vector<std::string>& value,
             const Meaning&) override {
    ReadList(key, value, [&](const Node& node, const std::string& name,
                             std::string& entry) {
      if (node.kind != Node::Kind::kScalar) {
        Refuse(node, name, "a text");
      } else {
        entry = node.scalar;
      }
    });
  }

  void Group(const char* key, Options& value, const Meaning&) override {
    Node none;
    none.kind = Node::Kind::kMap;
    none.place = node_.place;
    Node::Entry* entry = node_.Find(key);
    if (entry != nullptr && !IsMap(entry->value, key, "a map of keys")) return;
    Read(entry != nullptr ? entry->value : none, PathOf(key), value);
  }

  void Part(const char* key, Selection& value, const PartCatalog& catalog,
            const Meaning&) override {
    if (!status_.ok()) return;
    Node::Entry* entry = node_.Find(key);
    if (entry == nullptr) {
      if (!value.kind.empty()) return;
      status_ = InvalidArgument(node_.place.Text() + ": missing key '" +
                                PathOf(key) + "': expected " +
                                PartText(catalog) + ", found nothing");
      return;
    }
    if (IsMap(entry->value, key, PartText(catalog))) {
      ReadPart(entry->value, PathOf(key), value, catalog);
    }
  }

  void Parts(const char* key, std::vector<Selection>& value,
             const PartCatalog& catalog, const Meaning&) override {
    Node::Entry* entry = node_.Find(key);
    if (entry == nullptr || !status_.ok()) return;
    if (!IsList(entry->value, key, " of parts")) return;
    value.clear();
    for (size_t i = 0; i < entry->value.list.size(); ++i) {
      const std::string name = key + ("[" + std::to_string(i) + "]");
      value.emplace_back();
      if (!IsMap(entry->value.list[i], name, PartText(catalog))) return;
      ReadPart(entry->value.list[i], PathOf(name), value.back(), catalog);
    }
  }

  void Read(Node& node, const std::string& path, Options& options) {
    if (!status_.ok()) return;
    Reader below(node, path, status_);
    options.Visit(below);
    if (!status_.ok()) return;
    const std::optional<OptionProblem> problem = options.Check();
    if (!problem) return;
    const Node::Entry* entry = node.Find(problem->key);
    const Place& place = entry != nullptr ? entry->value.place : node.place;
    status_ = InvalidArgument(place.Text() + ": " +
                              below.PathOf(problem->key) + ": " +
                              problem->message);
  }

 private:
  std::string PathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }

  // "{kind: a | b}"
  static std::string PartText(const PartCatalog& catalog) {
    std::string names;
    for (const PartInfo& part : catalog) {
      names += (names.empty() ? "" : " | ") + part.name;
    }
    return "{kind: " + names + "}";
  }

  void Refuse(const Node& node, const std::string& key,
              const std::string& expected) {
    if (!status_.ok()) return;
    status_ = InvalidArgument(node.place.Text() + ": " + PathOf(key) +
                              ": expected " + expected + ", found " +
                              node.Describe());
  }

  // Whether the node is a list that a model may have; `of` says what it holds.
  bool IsList(const Node& node, const std::string& key, const char* of) {
    if (node.kind != Node::Kind::kList) {
      Refuse(node, key, std::string("a list") + of);
      return false;
    }
    if (node.list.size() <= kMaxListEntries) return true;
    Refuse(node, key,
           "a list" + std::string(of) + " with at most " +
               std::to_string(kMaxListEntries) + " entries");
    return false;
  }

  // The scalar of this key; null when the key is absent or holds another thing.
  const Node* Scalar(const char* key, const std::string& expected) {
    Node::Entry* entry = node_.Find(key);
    if (entry == nullptr || !status_.ok()) return nullptr;
    if (entry->value.kind == Node::Kind::kScalar) return &entry->value;
    Refuse(entry->value, key, expected);
    return nullptr;
  }

  bool IsMap(const Node& node, const std::string& key,
             const std::string& expected) {
    if (node.kind == Node::Kind::kMap) return true;
    Refuse(node, key, expected);
    return false;
  }

  void ReadInt(const Node& node, const std::string& key, IntRange range,
               int64_t& value) {
    const std::optional<int64_t> read =
        node.kind != Node::Kind::kScalar || node.quoted
            ? std::nullopt
            : ParseInt(node.scalar);
    if (!read || *read < range.low || *read > range.high) {
      Refuse(node, key, RangeText(range));
      return;
    }
    value = *read;
  }

  template <typename Entry, typename ReadEntry>
  void ReadList(const char* key, std::vector<Entry>& value, ReadEntry read) {
    Node::Entry* entry = node_.Find(key);
    if (entry == nullptr || !status_.ok()) return;
    if (!IsList(entry->value, key, "")) return;
    value.clear();
    for (size_t i = 0; i < entry->value.list.size(); ++i) {
      value.emplace_back();
      read(entry->value.list[i], key + ("[" + std::to_string(i) + "]"),
           value.back());
    }
  }

  // REQUIRES: the first pass, which has checked the kind.
  void ReadPart(Node& node, const std::string& path, Selection& value,
                const PartCatalog& catalog) {
    const Node::Entry* kind = node.Find("kind");
    if (kind != nullptr && kind->value.scalar != value.kind) {
      value = Select(catalog, kind->value.scalar);
    }
    Read(node, path, *value.options);
  }

  Node& node_;
  std::string path_;
  Status& status_;
};

}  // namespace

Status ReadYaml(const std::string& text, const std::string& file,
                const std::vector<std::string>& overrides, Options& options) {
  CREDO_ASSIGN_OR_RETURN(Node root, ParseDocument(text, file, overrides));
  CREDO_RETURN_IF_ERROR(CheckKeys(root, options));
  Status status;
  Reader reader(root, "", status);
  reader.Read(root, "", options);
  return status;
}

}  // namespace credo
