#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "sdk/config/node.h"

namespace credo {
namespace {

constexpr int kDeepest = 64;

// Builds a Node from yaml-cpp's events: these carry a place for every key and
// value, tell quoted scalars apart, and show aliases before they are followed.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(Place start) : start_(std::move(start)) {}

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

  // Marks count from 0, and those of an error may lie before the text.
  Place At(const YAML::Mark& mark) const {
    const int line = std::max(0, mark.line);
    const int column = std::max(0, mark.column);
    return {start_.file, start_.line + line,
            line == 0 ? start_.column + column : column + 1};
  }
  // Where the innermost map or list begins that has not ended.
  Place Open() const {
    return levels_.empty() ? start_ : levels_.back().node.place;
  }

 private:
  struct Level {
    Node node;
    std::optional<Node> key;  // maps: the key whose value comes next
  };

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
    // yaml-cpp marks what is not there by what comes next.
    if (node.kind == Node::Kind::kNull) node.place = level.key->place;
    level.node.map.push_back(
        {level.key->scalar, level.key->place, std::move(node)});
    level.key.reset();
  }

  Place start_;
  int documents_ = 0;
  Status status_;
  std::vector<Level> levels_;
  Node root_;
};

// yaml-cpp's parser calls itself for each level, so the depth is bounded before
// it reads: brackets and indentation, strings and comments not told apart.
Status CheckDepth(const std::string& text, const Place& start) {
  Place at = start;
  int depth = 0;
  int dashes = 0;  // and blanks, at the start of the line
  const bool has_zero =
      text.size() > 1 && (text[0] == '\0' || text[1] == '\0');
  if (has_zero || text.starts_with("\xff\xfe") ||
      text.starts_with("\xfe\xff")) {
    return InvalidArgument(at.Text() + ": expected UTF-8, found UTF-16");
  }
  bool leading = true;
  for (const char c : text) {
    if (c == '\0') {
      return InvalidArgument(at.Text() +
                             ": expected text, found a zero byte");
    }
    if (c == '\n') {
      ++at.line;
      at.column = 1;
      dashes = 0;
      leading = true;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') depth = std::max(0, depth - 1);
    // "- - - x" opens one level per dash.
    if (leading && c != ' ' && c != '-') leading = false;
    if (leading) ++dashes;
    if (depth > kDeepest || dashes > 4 * kDeepest) {
      return InvalidArgument(at.Text() + ": expected at most " +
                             std::to_string(kDeepest) +
                             " levels, found more");
    }
    ++at.column;
  }
  return OkStatus();
}

bool EndsInBlank(const std::string& text) {
  return !text.empty() &&
         std::isspace(static_cast<unsigned char>(text.back())) != 0;
}

Place EndOf(const std::string& text, const Place& start) {
  Place end = start;
  for (const char c : text) {
    ++end.column;
    if (c == '\n') {
      ++end.line;
      end.column = 1;
    }
  }
  return end;
}

// What yaml-cpp could not read, in our words where its own say little. `open`:
// where the innermost map or list begins that has not ended.
Status SyntaxError(const std::string& message, const Place& place,
                   const Place& open, const Place& end) {
  const auto refuse = [](const Place& at, const std::string& expected) {
    return InvalidArgument(at.Text() + ": expected " + expected);
  };
  if (message == YAML::ErrorMsg::EOF_IN_SCALAR) {
    return refuse(end, "the closing quote of a text, found the end");
  }
  // yaml-cpp finds these far behind, as lines may go on.
  if (message == YAML::ErrorMsg::END_OF_MAP_FLOW) {
    return refuse(open, "',' or '}' in the map that begins here");
  }
  if (message == YAML::ErrorMsg::END_OF_SEQ_FLOW) {
    return refuse(open, "',' or ']' in the list that begins here");
  }
  if (message == YAML::ErrorMsg::END_OF_MAP) {
    return refuse(place, "'key: value' or the end of the map");
  }
  if (message == YAML::ErrorMsg::END_OF_SEQ) {
    return refuse(place, "'- value' or the end of the list");
  }
  if (message == YAML::ErrorMsg::FLOW_END) {
    return refuse(place, "no closing bracket of this kind here");
  }
  if (message == YAML::ErrorMsg::MAP_VALUE) {
    return refuse(place,
                  "no ':' here; is the indentation wrong, or does the line "
                  "before lack its ':'?");
  }
  return refuse(place, "YAML, found: " + message);
}

// Goes on to the entry of a list that the override calls `step`; the one after
// the last is new.
Status EnterList(const std::string& step, const Place& place, Node*& at) {
  char* rest = nullptr;
  const unsigned long index = std::strtoul(step.c_str(), &rest, 10);
  if (*rest != '\0' || !std::isdigit(static_cast<unsigned char>(step[0])) ||
      index > at->list.size()) {
    return InvalidArgument(place.Text() +
                           ": expected the number of an entry, 0 to " +
                           std::to_string(at->list.size()) + ", found '" +
                           step + "'");
  }
  if (index == at->list.size()) {
    at->list.emplace_back();
    at->list.back().place = place;
  }
  at = &at->list[index];
  return OkStatus();
}

// The entry of this key, made when it is not there. What is no map becomes one.
Node::Entry& EnterMap(const std::string& step, const Place& place, Node& at) {
  if (at.kind != Node::Kind::kMap) {
    at = Node();
    at.kind = Node::Kind::kMap;
    at.place = place;
  }
  if (at.Find(step) == nullptr) at.map.push_back({step, place, Node()});
  return *at.Find(step);
}

}  // namespace

Result<Node> ParseYaml(const std::string& text, const Place& start) {
  CREDO_RETURN_IF_ERROR(CheckDepth(text, start));
  Builder builder(start);
  try {
    // A quoted text that is still open passes for closed at the end of a line,
    // but not at that of a comment.
    std::istringstream in(EndsInBlank(text) ? text + "\n#" : text);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
      CREDO_RETURN_IF_ERROR(builder.TakeStatus());
    }
  } catch (const YAML::Exception& error) {
    return SyntaxError(error.msg, builder.At(error.mark), builder.Open(),
                       EndOf(text, start));
  }
  Node root = builder.TakeRoot();
  if (root.kind == Node::Kind::kNull) {
    root.kind = Node::Kind::kMap;
    root.place = start;
  }
  return root;
}

Status ApplyOverride(const std::string& override_text, Node& root) {
  const std::string label = "--set " + override_text;
  const size_t equals = override_text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return InvalidArgument(Place{label, 1, 1}.Text() +
                           ": expected key=value, found '" + override_text +
                           "'");
  }
  const auto place_of = [&label](size_t at) {
    return Place{label, 1, static_cast<int>(at) + 1};
  };
  CREDO_ASSIGN_OR_RETURN(Node value,
                         ParseYaml(override_text.substr(equals + 1),
                                   place_of(equals + 1)));
  // The document "" is an empty map; here it stands for nothing.
  if (value.kind == Node::Kind::kMap && value.map.empty() &&
      override_text.find('{', equals) == std::string::npos) {
    value.kind = Node::Kind::kNull;
  }
  const std::string key = override_text.substr(0, equals);
  Node* at = &root;
  for (size_t begin = 0; begin <= key.size();) {
    const size_t end = std::min(key.find('.', begin), key.size());
    const std::string step = key.substr(begin, end - begin);
    const Place place = place_of(begin);
    if (step.empty()) {
      return InvalidArgument(place.Text() + ": expected dotted keys, found '" +
                             key + "'");
    }
    if (at->kind == Node::Kind::kList) {
      CREDO_RETURN_IF_ERROR(EnterList(step, place, at));
    } else {
      Node::Entry& entry = EnterMap(step, place, *at);
      if (end == key.size()) entry.place = place;
      at = &entry.value;
    }
    begin = end + 1;
  }
  *at = std::move(value);
  return OkStatus();
}

Result<Node> ParseDocument(const std::string& text, const std::string& file,
                           const std::vector<std::string>& overrides) {
  CREDO_ASSIGN_OR_RETURN(Node root, ParseYaml(text, {file, 1, 1}));
  if (root.kind != Node::Kind::kMap) {
    return InvalidArgument(root.place.Text() +
                           ": expected a map of keys, found " +
                           root.Describe());
  }
  for (const std::string& override_text : overrides) {
    CREDO_RETURN_IF_ERROR(ApplyOverride(override_text, root));
  }
  return root;
}

}  // namespace credo
