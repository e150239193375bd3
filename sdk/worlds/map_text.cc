#include "sdk/worlds/map_text.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

namespace credo {

std::vector<std::string> MapLines(std::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

Status MapLineError(size_t line, const std::string& expected,
                    const std::string& found) {
  return InvalidArgument(absl::StrCat("map, line ", line + 1, ": expected ",
                                      expected, ", found ", found));
}

}  // namespace credo
