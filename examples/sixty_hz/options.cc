#include "examples/sixty_hz/options.h"

#include <charconv>
#include <string_view>
#include <system_error>

namespace sixty_hz {
namespace {

// The whole text as a number within [low, high].
template <typename T>
bool Read(std::string_view text, T low, T high, T& number) {
  T read = {};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, read);
  // Written so that NaN is refused.
  if (error != std::errc() || rest != end || !(read >= low && read <= high)) {
    return false;
  }
  number = read;
  return true;
}

}  // namespace

const char kUsage[] =
    "usage: sixty_hz MODEL [--seconds N] [--characters N] [--seed N]\n"
    "                [--headless] [--fast]\n";

std::optional<Options> ReadOptions(std::span<const char* const> arguments,
                                   std::string& problem) {
  constexpr double kMaxSeconds = 1e6;
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string name = arguments[i];
    const bool last = i + 1 == arguments.size();
    // For options that take one.
    const std::string value = last ? "nothing" : arguments[i + 1];
    std::string expected;
    if (name == "--help") {
      options.help = true;
      return options;
    } else if (name == "--headless") {
      options.headless = true;
    } else if (name == "--fast") {
      options.fast = true;
    } else if (name == "--seconds") {
      double seconds = 0;
      if (!Read(value, 1.0 / 60, kMaxSeconds, seconds)) {
        expected = "1/60 to 1000000";
      }
      options.seconds = seconds;
      ++i;
    } else if (name == "--characters") {
      if (!Read(value, 1, Options::kMaxCharacters, options.characters)) {
        expected = "1 to " + std::to_string(Options::kMaxCharacters);
      }
      ++i;
    } else if (name == "--seed") {
      if (!Read(value, uint64_t{0}, UINT64_MAX, options.seed)) {
        expected = "0 to 2^64 - 1";
      }
      ++i;
    } else if (name.starts_with("-")) {
      problem = name + ": no such option";
      return std::nullopt;
    } else if (options.model.empty()) {
      options.model = name;
    } else {
      problem = "expected one model file, found '" + name + "' as well";
      return std::nullopt;
    }
    if (!expected.empty()) {
      problem = name + ": expected " + expected + ", found " +
                (last ? value : "'" + value + "'");
      return std::nullopt;
    }
  }
  if (options.model.empty()) {
    problem = "expected a model file, found none";
    return std::nullopt;
  }
  return options;
}

}  // namespace sixty_hz
