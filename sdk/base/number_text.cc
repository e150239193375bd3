#include "sdk/base/number_text.h"

#include <charconv>

namespace credo {
namespace {

template <typename Number>
std::string ShortestText(Number value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  return std::string(text, end);
}

}  // namespace

std::string NumberText(double value) { return ShortestText(value); }
std::string NumberText(float value) { return ShortestText(value); }

}  // namespace credo
