// A YAML document as a plain tree in which every key and value knows its place.
#ifndef CREDO_SDK_CONFIG_NODE_H_
#define CREDO_SDK_CONFIG_NODE_H_

#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// Where something stands: "FILE:LINE:COLUMN", counted from 1.
struct Place {
  std::string file;
  int line = 1;
  int column = 1;

  std::string Text() const;
};

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  Place place;
  std::string scalar;
  bool quoted = false;  // a quoted scalar is text, never a number
  std::vector<Node> list;
  std::vector<Entry> map;  // in the file's order; keys may repeat

  // The entry of this key, or null. The first one when it stands twice.
  Entry* Find(const std::string& key);
  // "a map", "a list of 2", "'text'": what a message says was found.
  std::string Describe() const;
};

struct Node::Entry {
  std::string key;
  Place place;  // of the key
  Node value;
};

// Reads one document, which begins at `start`. Aliases, merge keys, tags and
// further documents are refused: what a key holds is what stands there. A value
// of nothing has the place of its key.
Result<Node> ParseYaml(const std::string& text, const Place& start);

// Applies "dotted.key=value" on top of the tree. What it sets, and what is
// wrong with it, is placed at "--set OVERRIDE:1:COLUMN".
Status ApplyOverride(const std::string& override_text, Node& root);

// A whole configuration: the map in `text` with all overrides on top.
Result<Node> ParseDocument(const std::string& text, const std::string& file,
                           const std::vector<std::string>& overrides);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_NODE_H_
