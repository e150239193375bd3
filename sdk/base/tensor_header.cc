#include "sdk/base/tensor_header.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace credo {
namespace {

using Json = nlohmann::json;

constexpr char kMetadata[] = "__metadata__";

// Reads the events of the JSON parser straight into a TensorHeader. No tree is
// built, so depth and repeated keys cannot hurt.
//
//   {"__metadata__": {key: text}, tensor: {"dtype": text, "shape": [n],
//    "data_offsets": [begin, end]}}
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  TensorHeader header;
  std::string error;

  bool start_object(size_t) override {
    if (depth_ >= 2 || in_list_) return Fail("an object that is too deep");
    ++depth_;
    fields_ = 0;
    return true;
  }
  bool end_object() override {
    if (depth_ == 2 && entry_ != nullptr && fields_ != kAllFields) {
      return Fail("an entry without dtype, shape or data_offsets");
    }
    --depth_;
    return true;
  }
  bool key(string_t& key) override {
    if (depth_ == 1) return OpenEntry(key);
    if (entry_ == nullptr) {
      const auto [place, is_new] = header.metadata.try_emplace(key);
      text_ = &place->second;
      return is_new || Fail("the metadata '" + key + "' twice");
    }
    return OpenField(key);
  }
  bool string(string_t& value) override {
    if (text_ == nullptr) return Fail("a text where none belongs");
    *text_ = std::move(value);
    text_ = nullptr;
    return true;
  }
  bool start_array(size_t) override {
    if (numbers_ == nullptr || in_list_) {
      return Fail("a list where none belongs");
    }
    in_list_ = true;
    return true;
  }
  bool end_array() override {
    in_list_ = false;
    if (numbers_ == &offsets_) {
      if (offsets_.size() != 2) return Fail("data_offsets that are not two");
      entry_->begin = offsets_[0];
      entry_->end = offsets_[1];
    }
    numbers_ = nullptr;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_list_) return Fail("a number where none belongs");
    if (value > static_cast<number_unsigned_t>(
                    std::numeric_limits<int64_t>::max())) {
      return Fail("a number beyond 2^63");
    }
    numbers_->push_back(static_cast<int64_t>(value));
    return true;
  }
  bool number_integer(number_integer_t) override {
    return Fail("a number below 0");
  }
  bool number_float(number_float_t, const string_t&) override {
    return Fail("a number that is not whole");
  }
  bool null() override { return Fail("a null"); }
  bool boolean(bool) override { return Fail("a truth value"); }
  bool binary(binary_t&) override { return Fail("binary data"); }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail("no JSON at its byte " + std::to_string(position));
  }

 private:
  static constexpr unsigned kAllFields = 7;

  bool Fail(const std::string& what) {
    error = "expected entries of tensors, found " + what;
    if (depth_ > 0 && !name_.empty()) error += " (at '" + name_ + "')";
    return false;
  }

  // What stands open must be filled before the next key; JSON's grammar sees to
  // a value, and the value's own event to its kind.
  bool OpenEntry(const std::string& name) {
    name_ = name;
    text_ = nullptr;
    numbers_ = nullptr;
    if (name == kMetadata) {
      entry_ = nullptr;
      if (std::exchange(has_metadata_, true)) return Fail("metadata twice");
      return true;
    }
    const auto [place, is_new] = header.tensors.try_emplace(name);
    entry_ = &place->second;
    return is_new || Fail("a tensor twice");
  }

  bool OpenField(const std::string& field) {
    unsigned bit = 0;
    if (field == "dtype") {
      bit = 1;
      text_ = &entry_->type;
    } else if (field == "shape") {
      bit = 2;
      numbers_ = &entry_->shape;
    } else if (field == "data_offsets") {
      bit = 4;
      offsets_.clear();
      numbers_ = &offsets_;
    } else {
      return Fail("the unknown key '" + field + "'");
    }
    if ((fields_ & bit) != 0) return Fail("the key '" + field + "' twice");
    fields_ |= bit;
    return true;
  }

  int depth_ = 0;
  bool in_list_ = false;
  bool has_metadata_ = false;
  std::string name_;                    // of the entry that is open
  TensorHeaderEntry* entry_ = nullptr;  // null within the metadata
  unsigned fields_ = 0;                 // of the entry, seen so far
  std::string* text_ = nullptr;         // where the next text belongs
  Shape* numbers_ = nullptr;            // where the numbers of a list belong
  Shape offsets_;
};

}  // namespace

std::string TensorHeaderToJson(const TensorHeader& header) {
  try {
    Json json;
    json[kMetadata] = header.metadata;
    for (const auto& [name, entry] : header.tensors) {
      json[name] = {{"dtype", entry.type},
                    {"shape", entry.shape},
                    {"data_offsets", {entry.begin, entry.end}}};
    }
    return json.dump();
  } catch (const Json::exception& error) {
    throw std::invalid_argument(
        std::string("tensor file: expected names and metadata in UTF-8: ") +
        error.what());
  }
}

Result<TensorHeader> TensorHeaderFromJson(std::string_view json) {
  HeaderReader reader;
  if (!Json::sax_parse(json.begin(), json.end(), &reader)) {
    return DataLoss(reader.error);
  }
  return std::move(reader.header);
}

}  // namespace credo
