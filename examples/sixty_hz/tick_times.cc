#include "examples/sixty_hz/tick_times.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sixty_hz {

float TickTimes::Quantile(double share) const {
  if (times_.empty()) return 0;
  std::vector<float> sorted = times_;
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto nth =
      sorted.begin() + std::max(static_cast<ptrdiff_t>(rank) - 1, ptrdiff_t{0});
  std::nth_element(sorted.begin(), nth, sorted.end());
  return *nth;
}

}  // namespace sixty_hz
