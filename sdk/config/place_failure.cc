// The place of a failure that was found after reading.

#include <algorithm>
#include <cctype>
#include <string>

#include "sdk/config/node.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

bool IsKey(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           c == '.' || c == '[' || c == ']';
  });
}

// What opens a message as one path: "a: b[0]: expected c" -> "a.b[0]", and
// `message` keeps "expected c".
std::string TakePath(std::string& message) {
  std::string path;
  for (size_t end = message.find(": "); end != std::string::npos;
       end = message.find(": ")) {
    const std::string key = message.substr(0, end);
    if (!IsKey(key)) break;
    path += (path.empty() ? "" : ".") + key;
    message.erase(0, end + 2);
  }
  return path;
}

// The node that one step leads to, or null. `step` is a key or the number of an
// entry.
Node* Enter(Node& node, const std::string& step) {
  if (node.kind == Node::Kind::kMap) {
    Node::Entry* entry = node.Find(step);
    return entry != nullptr ? &entry->value : nullptr;
  }
  const auto is_digit = [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  };
  if (node.kind != Node::Kind::kList || step.size() > 9 ||
      !std::all_of(step.begin(), step.end(), is_digit)) {
    return nullptr;
  }
  const size_t index = std::stoul("0" + step);
  return index < node.list.size() ? &node.list[index] : nullptr;
}

}  // namespace

Status PlaceFailure(const std::string& text, const std::string& file,
                    const std::vector<std::string>& overrides,
                    const Status& failure) {
  Result<Node> root = ParseDocument(text, file, overrides);
  if (failure.ok() || !root.ok()) return failure;
  std::string message = failure.message();
  const std::string path = TakePath(message);
  Node* at = &*root;
  for (size_t begin = 0; begin < path.size();) {
    size_t end = std::min(path.find_first_of(".[]", begin), path.size());
    if (end > begin) {
      Node* below = Enter(*at, path.substr(begin, end - begin));
      if (below == nullptr) break;
      at = below;
    }
    begin = end + 1;
  }
  if (!path.empty()) message = path + ": " + message;
  return Status(failure.code(), at->place.Text() + ": " + message);
}

}  // namespace credo
