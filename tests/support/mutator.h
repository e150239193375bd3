// Files with something wrong.
//
// Plain mutations change bytes; a file's hashes must find every one. Forged
// ones change the meaning and make the hashes anew, so that what lies behind
// them is reached: names, shapes, options, numbers.
#ifndef CREDO_TESTS_SUPPORT_MUTATOR_H_
#define CREDO_TESTS_SUPPORT_MUTATOR_H_

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sdk/base/hash.h"
#include "sdk/base/random.h"
#include "sdk/base/tensor_file.h"

namespace credo {

class Mutator {
 public:
  explicit Mutator(uint64_t number)
      : draws_(RandomStream(17, "mutation").At(0, number)) {}

  uint32_t Below(size_t n) { return draws_.Below(static_cast<uint32_t>(n)); }
  template <typename List>
  auto& Any(List& list) {
    return list[Below(std::size(list))];
  }

  // `text` with some bytes changed; never as it was.
  std::string Plain(const std::string& text) {
    std::string changed = text;
    while (changed == text) {
      for (uint32_t n = 1 + Below(3); n > 0; --n) ChangeBytes(changed);
    }
    return changed;
  }

  // A file after one change of its meaning, its hashes right. Nothing when no
  // file can hold it.
  std::optional<std::string> Forged(const TensorFile& file) {
    TensorFile changed = file;
    switch (Below(8)) {
      case 0: return ForgedHeader(SerializeTensorFile(file));
      case 1:
      case 2: ChangeMetadata(changed); break;
      case 3: ChangeShape(changed); break;
      case 4: ChangeTensors(changed); break;
      default: ChangeNumbers(changed); break;
    }
    try {
      return SerializeTensorFile(changed);
    } catch (const std::invalid_argument&) {
      return std::nullopt;
    }
  }

  // The tensors of a file after some of their numbers changed.
  void ChangeNumbers(TensorFile& file) {
    NamedTensor& tensor = Any(file.tensors);
    if (tensor.bytes.empty()) return;
    if (tensor.type != DType::kF32) {
      const size_t at = Below(tensor.bytes.size());
      tensor.bytes[at] = static_cast<std::byte>(Below(256));
      return;
    }
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const float wrong[] = {std::nanf(""), kInfinity, -kInfinity, 3e38f,
                           -3e38f,        1e20f,     1e-45f,     0.0f,
                           1.0f,          -1.0f,     1e6f,       1e-3f};
    const size_t at =
        Below(tensor.bytes.size() / sizeof(float)) * sizeof(float);
    float number;
    std::memcpy(&number, tensor.bytes.data() + at, sizeof number);
    // Sometimes by so little that it may pass.
    const uint32_t how = Below(4);
    number = how == 0   ? number + 1e-5f * (2 * draws_.Uniform() - 1)
             : how == 1 ? number * (2 * draws_.Uniform())
                        : wrong[Below(std::size(wrong))];
    std::memcpy(tensor.bytes.data() + at, &number, sizeof number);
  }

 private:
  // Half of them in the header, which is the smaller part.
  size_t Place(const std::string& text) {
    if (text.empty()) return 0;
    const size_t within =
        Below(2) == 0 ? std::min<size_t>(text.size(), 8192) : text.size();
    return Below(within);
  }

  void ChangeBytes(std::string& text) {
    const size_t at = Place(text);
    const size_t size =
        std::min<size_t>(1 + Below(Below(4) == 0 ? 4096 : 8),
                         text.size() - at);
    switch (Below(8)) {
      case 0:
      case 1:
        if (!text.empty()) text[at] ^= static_cast<char>(1 << Below(8));
        break;
      case 2:
        if (!text.empty()) text[at] = static_cast<char>(Below(256));
        break;
      case 3: text.erase(at, size); break;
      case 4: {
        std::string block(1 + Below(8), '\0');
        for (char& c : block) c = static_cast<char>(Below(256));
        text.insert(at, block);
        break;
      }
      case 5: text.insert(at, text.substr(at, size)); break;
      case 6: text.resize(at); break;
      case 7:
        std::fill_n(text.begin() + static_cast<int64_t>(at), size, '\0');
        break;
    }
  }

  // The text of the header after any change of its bytes, its own hash right.
  std::string ForgedHeader(const std::string& bytes) {
    constexpr char kMark[] = "\"credo.header\":\"";
    uint64_t length;
    std::memcpy(&length, bytes.data(), sizeof length);
    std::string json = bytes.substr(8, length);
    if (Below(2) == 0) {
      ChangeBytes(json);
    } else {
      ChangeToken(json);
    }
    json.append((64 - (8 + json.size()) % 64) % 64, ' ');
    length = json.size();
    std::string prefix(8, '\0');
    std::memcpy(prefix.data(), &length, sizeof length);
    prefix += json;
    size_t digits = prefix.find(kMark);
    if (digits != std::string::npos) {
      digits += sizeof kMark - 1;
      if (prefix.size() - digits >= 32) {
        prefix.replace(digits, 32, 32, '0');
        prefix.replace(digits, 32, Hash128Hex(prefix.data(), prefix.size()));
      }
    }
    uint64_t before;
    std::memcpy(&before, bytes.data(), sizeof before);
    return prefix + bytes.substr(8 + before);
  }

  // Some number, text or sign of a JSON text becomes another one.
  void ChangeToken(std::string& json) {
    static const char* const kTokens[] = {
        "0", "-1", "1", "2", "64", "65", "8192", "8193", "16777217",
        "1073741824", "1073741825", "2147483648", "4294967296",
        "72057594037927936", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "-9223372036854775808",
        "1e400", "1e308", "-1e308", "1e-320", "0.5", "1.0", "null", "true",
        "false", "\"\"", "\"inf\"", "\"-inf\"", "\"lstm\"", "\"gru\"",
        "\"memoryless\"", "\"mlp\"", "\"conv\"", "\"none\"", "\"addressed\"",
        "\"slots\"", "\"kanerva\"", "\"delta\"", "\"softmax\"",
        "\"least_squares\"", "\"conv_draw\"", "\"latent\"", "\"reads\"",
        "\"picture\"", "\"tiles\"", "\"vector\"", "\"F32\"", "\"U8\"",
        "\"F64\"", "\"I64\"", "\"view\"", "\"eye\"", "\"speed\"", "\"map\"",
        "\"kind\"", "\"size\"", "\"shape\"", "[]", "{}", "[1]", "[[]]",
        "{\"kind\":\"x\"}", "[1073741824]", "[64,64]", ",", ":", "[", "]",
        "{", "}", ""};
    const size_t at = json.find_first_of("0123456789\"[]{},:", Place(json));
    if (at == std::string::npos) return;
    size_t end = at + 1;
    if (json[at] == '"') {
      end = std::min(json.find('"', at + 1), json.size() - 1) + 1;
    } else {
      while (end < json.size() && std::isdigit(json[end]) != 0) ++end;
    }
    json.replace(at, end - at, Any(kTokens));
  }
  void ChangeMetadata(TensorFile& file) {
    auto at = file.metadata.begin();
    std::advance(at, Below(file.metadata.size()));
    switch (Below(6)) {
      case 0: ChangeBytes(at->second); break;
      case 1: file.metadata.erase(at); break;
      case 2: ChangeToken(at->second); [[fallthrough]];
      default: ChangeToken(at->second); break;
    }
  }

  void ChangeShape(TensorFile& file) {
    NamedTensor& tensor = Any(file.tensors);
    switch (Below(5)) {
      case 0:
        if (!tensor.shape.empty()) Any(tensor.shape) = Below(20);
        break;
      case 1: tensor.shape.push_back(1); break;
      case 2: std::ranges::reverse(tensor.shape); break;
      case 3: tensor.shape = {ElementCount(tensor.shape)}; break;
      default:
        tensor.type = static_cast<DType>(Below(6));
        break;
    }
    tensor.bytes.resize(static_cast<size_t>(ElementCount(tensor.shape) *
                                            DTypeSize(tensor.type)));
  }

  void ChangeTensors(TensorFile& file) {
    const size_t at = Below(file.tensors.size());
    switch (Below(4)) {
      case 0:
        file.tensors.erase(file.tensors.begin() + static_cast<int64_t>(at));
        break;
      case 1: std::swap(file.tensors[at].name, Any(file.tensors).name); break;
      case 2: std::swap(file.tensors[at].bytes, Any(file.tensors).bytes); break;
      default: ChangeBytes(file.tensors[at].name); break;
    }
  }

  Draws draws_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_MUTATOR_H_
