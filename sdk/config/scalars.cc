#include "sdk/config/scalars.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace credo {
namespace {

template <typename Number>
std::optional<Number> ParseWhole(const std::string& text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (begin != end && *begin == '+') {
    ++begin;
    if (begin != end && *begin == '-') return std::nullopt;
  }
  Number value{};
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

template <typename Number, typename ToText>
std::string Range(const char* what, Number low, Number high, bool has_low,
                  bool has_high, ToText text) {
  std::string result = what;
  if (has_low && has_high) {
    return result + " in [" + text(low) + ", " + text(high) + "]";
  }
  if (has_low) return result + " of at least " + text(low);
  if (has_high) return result + " of at most " + text(high);
  return result;
}

}  // namespace

std::optional<int64_t> ParseInt(const std::string& text) {
  return ParseWhole<int64_t>(text);
}

std::optional<double> ParseReal(const std::string& text) {
  if (text == ".inf" || text == "+.inf") return INFINITY;
  if (text == "-.inf") return -INFINITY;
  const std::optional<double> value = ParseWhole<double>(text);
  // from_chars reads "inf" and "nan", which YAML spells otherwise.
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::string RealText(double value) {
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  char text[64];
  const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  std::string result(text, end);
  // Readers of YAML 1.1 take "1e-08" for a text and "1.0e-08" for a number.
  const size_t exponent = result.find('e');
  if (exponent != std::string::npos && result.find('.') == std::string::npos) {
    result.insert(exponent, ".0");
  }
  return result;
}

std::string QuotedText(const std::string& text) {
  bool plain = !text.empty();
  for (const char c : text) {
    const bool harmless = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '/' ||
                          c == '.' || c == '-';
    plain = plain && harmless;
  }
  // A word that could be read as something else than text.
  if (plain) {
    const char first = text[0];
    plain = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    std::string lower = text;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    for (const char* other : {"true", "false", "null", "yes", "no", "on",
                              "off", "y", "n"}) {
      if (lower == other) plain = false;
    }
  }
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\x%02x", byte);
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string RangeText(IntRange range) {
  const IntRange all;
  return Range("an integer", range.low, range.high, range.low != all.low,
               range.high != all.high,
               [](int64_t x) { return std::to_string(x); });
}

std::string RangeText(RealRange range) {
  const RealRange all;
  return Range("a number", range.low, range.high, range.low != all.low,
               range.high != all.high, RealText);
}

std::string OneOfText(const std::vector<std::string>& words) {
  std::string text = "one of ";
  for (size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "'" : ", '") + words[i] + "'";
  }
  return text;
}

}  // namespace credo
