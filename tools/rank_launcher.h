// Several ranks of one run on this machine.
#ifndef CREDO_TOOLS_RANK_LAUNCHER_H_
#define CREDO_TOOLS_RANK_LAUNCHER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// Starts this program `ranks` times with `arguments` and the environment that
// RankPlaceOf (agents/learning/rank_group.h) reads, and waits for all. The
// first one prints where this process does; of another that fails the last line
// is part of the message. A signal (`stop`) is passed on. When a rank is killed
// the others have `timeout` seconds and fifteen to end, when one gave up those
// fifteen, and rank 0, which may save, 45 more; then they are killed. After a
// signal there is no end to the patience.
// Returns the exit code of the run, or the failure.
Result<int> LaunchRanks(int64_t ranks,
                        const std::vector<std::string>& arguments,
                        double timeout, const std::atomic<int>& stop);

}  // namespace credo

#endif  // CREDO_TOOLS_RANK_LAUNCHER_H_
