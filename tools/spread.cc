#include "tools/spread.h"

#include <algorithm>

namespace credo {

std::vector<int64_t> Spread(int64_t first, int64_t last, int64_t count) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t number =
        first + (last - first) * i / std::max<int64_t>(1, count - 1);
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace credo
