// Names as messages list them.
#ifndef CREDO_SDK_RUNTIME_NAMES_TEXT_H_
#define CREDO_SDK_RUNTIME_NAMES_TEXT_H_

#include <functional>
#include <string>

namespace credo::runtime {

// "'a', 'b'" for the `name` of each entry of `list`; "" when there is none.
template <typename List, typename Name>
std::string NamesText(const List& list, Name name) {
  std::string names;
  for (const auto& entry : list) {
    names += (names.empty() ? "'" : ", '") + std::invoke(name, entry) + "'";
  }
  return names;
}

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_NAMES_TEXT_H_
