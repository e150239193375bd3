#include "sdk/base/json_tree.h"

// A number that the host's locale spells otherwise is read again below.
#define JSON_ASSERT(condition) static_cast<void>(0)

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace credo {
namespace {

using Json = nlohmann::json;
using Kind = JsonTree::Kind;

// Fills a tree with the events of the JSON parser, which does not recurse.
class TreeReader : public nlohmann::json_sax<Json> {
 public:
  JsonTree root;
  std::string error;

  bool null() override { return Add(Kind::kNull) != nullptr; }
  bool boolean(bool value) override {
    JsonTree* const added = Add(Kind::kBoolean);
    if (added == nullptr) return false;
    added->boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    JsonTree* const added = Add(Kind::kWhole);
    if (added == nullptr) return false;
    added->whole = value;
    added->real = static_cast<double>(value);
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<number_unsigned_t>(
                     std::numeric_limits<int64_t>::max())) {
      return number_integer(static_cast<number_integer_t>(value));
    }
    return AddReal(static_cast<double>(value));
  }
  // The parser reads by strtod and puts the first byte of the locale's decimal
  // point, which may have two, in place of the text's.
  bool number_float(number_float_t value, const string_t& text) override {
    std::string plain = text;
    std::ranges::replace_if(
        plain,
        [](char c) {
          return std::string_view("0123456789+-eE").find(c) ==
                 std::string_view::npos;
        },
        '.');
    std::from_chars(plain.data(), plain.data() + plain.size(), value);
    return AddReal(value);
  }
  bool string(string_t& value) override {
    JsonTree* const added = Add(Kind::kText);
    if (added == nullptr) return false;
    added->text = std::move(value);
    return true;
  }
  bool start_object(size_t) override { return Open(Kind::kObject); }
  bool start_array(size_t) override { return Open(Kind::kList); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& key) override {
    JsonTree& object = *open_.back();
    if (object.Find(key) != nullptr) {
      return Fail("expected keys that differ, found '" + key + "' twice");
    }
    if (object.keys.size() == kMaxJsonKeys) {
      return Fail("expected at most " + std::to_string(kMaxJsonKeys) +
                  " keys, found more");
    }
    object.keys.push_back(std::move(key));
    return true;
  }
  bool binary(binary_t&) override { return Fail("expected JSON"); }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    error = "expected JSON, found another text";
    return false;
  }

 private:
  // `what` behind the place of the open container.
  bool Fail(const std::string& what) {
    for (size_t i = 0; i + 1 < open_.size(); ++i) {
      const JsonTree& at = *open_[i];
      error += at.kind == Kind::kObject
                   ? at.keys.back()
                   : "[" + std::to_string(at.items.size() - 1) + "]";
      error += ": ";
    }
    error += what;
    return false;
  }

  // A new value where the text has come to. Null when there are too many.
  JsonTree* Add(Kind kind) {
    if (++values_ > kMaxJsonValues) {
      Fail("expected at most " + std::to_string(kMaxJsonValues) +
           " values, found more");
      return nullptr;
    }
    // The last item of an open container stays where it is while it is open.
    JsonTree& added =
        open_.empty() ? root : open_.back()->items.emplace_back();
    added.kind = kind;
    return &added;
  }
  bool AddReal(double value) {
    JsonTree* const added = Add(Kind::kReal);
    if (added == nullptr) return false;
    added->real = value;
    return true;
  }
  bool Open(Kind kind) {
    if (open_.size() == kMaxJsonDepth) {
      return Fail("expected at most " + std::to_string(kMaxJsonDepth) +
                  " levels, found more");
    }
    JsonTree* const added = Add(kind);
    if (added == nullptr) return false;
    open_.push_back(added);
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  std::vector<JsonTree*> open_;  // containers, the innermost last
  size_t values_ = 0;
};

}  // namespace

const char* JsonTree::KindName() const {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kBoolean: return "boolean";
    case Kind::kWhole:
    case Kind::kReal: return "number";
    case Kind::kText: return "string";
    case Kind::kList: return "array";
    case Kind::kObject: return "object";
  }
  return "";
}

const JsonTree* JsonTree::Find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

Result<JsonTree> ParseJson(std::string_view text, const std::string& place) {
  TreeReader reader;
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) {
    return InvalidArgument(place + ": " + reader.error);
  }
  return std::move(reader.root);
}

}  // namespace credo
