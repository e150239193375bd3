// Moments of an episode to be drawn.
#ifndef CREDO_TOOLS_SPREAD_H_
#define CREDO_TOOLS_SPREAD_H_

#include <cstdint>
#include <vector>

namespace credo {

// `count` whole numbers from `first` to `last`, evenly; fewer where two would
// be the same.
std::vector<int64_t> Spread(int64_t first, int64_t last, int64_t count);

}  // namespace credo

#endif  // CREDO_TOOLS_SPREAD_H_
