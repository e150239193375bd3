#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <vector>

#include "sdk/config/node.h"

namespace credo {
namespace {

constexpr int kDeepest = 64;

// Builds a Node from yaml-cpp's events: these carry a place for every key and
// value, tell quoted scalars apart, and show aliases before they are followed.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  Status TakeStatus() { return status_; }
  Node TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) Refuse(mark, "expected one document, found another");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = At(mark);
    CheckPlain(mark, "", anchor);
    Add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "expected a value, found an alias; write the value out");
    Add({});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.place = At(mark);
    node.scalar = value;
    // yaml-cpp gives a plain scalar the tag "?", a quoted one "!".
    node.quoted = tag == "!";
    CheckPlain(mark, tag, anchor);
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Level {
    Node node;
    std::optional<Node> key;  // maps: the key whose value comes next
  };

  Place At(const YAML::Mark& mark) const {
    return {file_, mark.line + 1, mark.column + 1};
  }

  void Refuse(const YAML::Mark& mark, const std::string& message) {
    if (status_.ok()) {
      status_ = InvalidArgument(At(mark).Text() + ": " + message);
    }
  }

  void CheckPlain(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor) {
    if (anchor != 0) {
      Refuse(mark, "expected a value, found an anchor; write the value out");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      Refuse(mark, "expected a value without a tag, found '" + tag + "'");
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, Node::Kind kind) {
    CheckPlain(mark, tag, anchor);
    Level level;
    level.node.kind = kind;
    level.node.place = At(mark);
    levels_.push_back(std::move(level));
  }

  void Close() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    Add(std::move(node));
  }

  void Add(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::kList) {
      level.node.list.push_back(std::move(node));
      return;
    }
    if (!level.key) {
      if (node.kind != Node::Kind::kScalar && status_.ok()) {
        status_ = InvalidArgument(node.place.Text() +
                                  ": expected a word as a key, found " +
                                  node.Describe());
      }
      level.key = std::move(node);
      return;
    }
    level.node.map.push_back(
        {level.key->scalar, level.key->place, std::move(node)});
    level.key.reset();
  }

  std::string file_;
  int documents_ = 0;
  Status status_;
  std::vector<Level> levels_;
  Node root_;
};

// yaml-cpp's parser calls itself for each level, so the depth is bounded before
// it reads: brackets and indentation, strings and comments not told apart.
Status CheckDepth(const std::string& text, const std::string& file) {
  int line = 1;
  int column = 0;
  int depth = 0;
  bool leading = true;
  for (const char c : text) {
    ++column;
    if (c == '\0') {
      return InvalidArgument(Place{file, line, column}.Text() +
                             ": expected text, found a zero byte");
    }
    if (c == '\n') {
      ++line;
      column = 0;
      leading = true;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') depth = std::max(0, depth - 1);
    // "- - - x" opens one level per dash.
    if (leading && c != ' ' && c != '-') leading = false;
    if (depth > kDeepest || (leading && column > 4 * kDeepest)) {
      return InvalidArgument(Place{file, line, column}.Text() +
                             ": expected at most " +
                             std::to_string(kDeepest) +
                             " levels, found more");
    }
  }
  return OkStatus();
}

}  // namespace

Result<Node> ParseYaml(const std::string& text, const std::string& file) {
  CREDO_RETURN_IF_ERROR(CheckDepth(text, file));
  Builder builder(file);
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
      CREDO_RETURN_IF_ERROR(builder.TakeStatus());
    }
  } catch (const YAML::Exception& error) {
    const Place place{file, std::max(0, error.mark.line) + 1,
                      std::max(0, error.mark.column) + 1};
    return InvalidArgument(place.Text() + ": expected YAML, found: " +
                           error.msg);
  }
  Node root = builder.TakeRoot();
  if (root.kind == Node::Kind::kNull) {
    root.kind = Node::Kind::kMap;
    root.place = {file, 1, 1};
  }
  return root;
}

Status ApplyOverride(const std::string& override_text, Node& root) {
  const std::string label = "--set " + override_text;
  const Place place{label, 1, 1};
  const auto refuse = [&place](const std::string& message) {
    return InvalidArgument(place.Text() + ": " + message);
  };
  const size_t equals = override_text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return refuse("expected key=value, found '" + override_text + "'");
  }
  CREDO_ASSIGN_OR_RETURN(Node value,
                         ParseYaml(override_text.substr(equals + 1), label));
  // The document "" is an empty map; here it stands for nothing.
  if (value.kind == Node::Kind::kMap && value.map.empty() &&
      override_text.find('{', equals) == std::string::npos) {
    value.kind = Node::Kind::kNull;
  }
  const std::string key = override_text.substr(0, equals);
  Node* at = &root;
  size_t begin = 0;
  while (begin <= key.size()) {
    size_t end = key.find('.', begin);
    if (end == std::string::npos) end = key.size();
    const std::string step = key.substr(begin, end - begin);
    if (step.empty()) return refuse("expected dotted keys, found '" + key + "'");
    if (at->kind == Node::Kind::kList) {
      char* rest = nullptr;
      const unsigned long index = std::strtoul(step.c_str(), &rest, 10);
      if (*rest != '\0' || !std::isdigit(static_cast<unsigned char>(step[0])) ||
          index > at->list.size()) {
        return refuse("expected the number of an entry, 0 to " +
                      std::to_string(at->list.size()) + ", found '" + step +
                      "'");
      }
      if (index == at->list.size()) {
        at->list.emplace_back();
        at->list.back().place = place;
      }
      at = &at->list[index];
    } else {
      if (at->kind != Node::Kind::kMap) {
        *at = Node();
        at->kind = Node::Kind::kMap;
        at->place = place;
      }
      if (at->Find(step) == nullptr) {
        at->map.push_back({step, place, Node()});
      }
      Node::Entry* entry = at->Find(step);
      if (end == key.size()) entry->place = place;
      at = &entry->value;
    }
    begin = end + 1;
  }
  *at = std::move(value);
  return OkStatus();
}

}  // namespace credo
