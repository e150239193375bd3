#include "sdk/config/node.h"

namespace credo {

std::string Place::Text() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Node::Entry* Node::Find(const std::string& key) {
  for (Entry& entry : map) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

std::string Node::Describe() const {
  switch (kind) {
    case Kind::kNull: return "nothing";
    case Kind::kScalar:
      return (quoted ? "the text '" : "'") + scalar + "'";
    case Kind::kList:
      return "a list of " + std::to_string(list.size());
    case Kind::kMap:
      return "a map";
  }
  return "nothing";
}

}  // namespace credo
