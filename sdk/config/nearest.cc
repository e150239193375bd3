#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>
#include <vector>

#include "sdk/config/yaml.h"

namespace credo {
namespace {

// Edits between two words, case ignored: a letter put in, left out or replaced,
// or two neighbours exchanged (the optimal string alignment distance).
int Distance(const std::string& a, const std::string& b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<int> before_last;
  std::vector<int> last(b.size() + 1);  // of a without its last letter
  std::iota(last.begin(), last.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    std::vector<int> row(b.size() + 1, static_cast<int>(i));
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1,
                         last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
          same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::exchange(last, std::move(row));
  }
  return last[b.size()];
}

}  // namespace

std::string NearestWord(const std::string& word,
                        const std::vector<std::string>& known) {
  std::string nearest;
  int smallest = -1;
  for (const std::string& candidate : known) {
    const int distance = Distance(word.substr(0, 256), candidate);
    if (smallest < 0 || distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace credo
