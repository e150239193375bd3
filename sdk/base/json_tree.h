// A JSON text as a tree of plain values, for texts that come out of files.
//
// What nlohmann's own tree does not promise: ending a tree never takes memory,
// depth and size are bounded, and repeated keys are refused. So reading one may
// fail at any allocation, and nothing is left behind.
#ifndef CREDO_SDK_BASE_JSON_TREE_H_
#define CREDO_SDK_BASE_JSON_TREE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// Deeper than any spec and any options: a part within a part within a group.
inline constexpr size_t kMaxJsonDepth = 16;
// Keys of one object: no struct of ours has a tenth of them.
inline constexpr size_t kMaxJsonKeys = 256;
// Values of one text. Each takes about fifty times the two bytes that it may
// take as text.
inline constexpr size_t kMaxJsonValues = size_t{1} << 16;

struct JsonTree {
  enum class Kind : uint8_t {
    kNull,
    kBoolean,
    kWhole,  // a number without fraction or exponent that fits an int64_t
    kReal,   // any other number
    kText,
    kList,
    kObject,
  };

  Kind kind = Kind::kNull;
  bool boolean = false;
  int64_t whole = 0;
  double real = 0;  // of whole numbers as well
  std::string text;
  std::vector<std::string> keys;  // of an object, beside its items
  std::vector<JsonTree> items;    // of a list or an object

  bool is_number() const {
    return kind == Kind::kWhole || kind == Kind::kReal;
  }
  // As messages call it: "number", "string", "object", ...
  const char* KindName() const;
  // The value of a key; null when there is none, or this is no object.
  const JsonTree* Find(std::string_view key) const;
};

// The tree of a text, which must be one JSON value. Fails with kInvalidArgument
// that opens with `place` and leads to the value at fault.
Result<JsonTree> ParseJson(std::string_view text, const std::string& place);

}  // namespace credo

#endif  // CREDO_SDK_BASE_JSON_TREE_H_
