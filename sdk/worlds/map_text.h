// Maps as text, one line per row: what the worlds that read them share.
#ifndef CREDO_SDK_WORLDS_MAP_TEXT_H_
#define CREDO_SDK_WORLDS_MAP_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// The character as it faces north, east, south, west.
inline constexpr std::string_view kHeadingCharacters = "^>v<";

// Spaces around lines and empty lines do not count.
std::vector<std::string> MapLines(std::string_view text);

// What is wrong with a line, counted from 0.
Status MapLineError(size_t line, const std::string& expected,
                    const std::string& found);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_MAP_TEXT_H_
