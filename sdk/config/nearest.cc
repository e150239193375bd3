#include <algorithm>
#include <cctype>
#include <numeric>

#include "sdk/config/yaml.h"

namespace credo {
namespace {

// Levenshtein's distance, case ignored.
int Distance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  const auto lower = [](char c) {
    return std::tolower(static_cast<unsigned char>(c));
  };
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substituted =
          diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
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
