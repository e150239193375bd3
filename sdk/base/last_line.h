// The last thing that a program said.
#ifndef CREDO_SDK_BASE_LAST_LINE_H_
#define CREDO_SDK_BASE_LAST_LINE_H_

#include <string>
#include <string_view>

namespace credo {

// The last line of `text` that is not blank, without its end; empty when all
// are.
inline std::string LastLine(std::string_view text) {
  const size_t end = text.find_last_not_of("\r\n ");
  if (end == std::string_view::npos) return "";
  const size_t before = text.find_last_of("\r\n", end);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return std::string(text.substr(begin, end - begin + 1));
}

}  // namespace credo

#endif  // CREDO_SDK_BASE_LAST_LINE_H_
