// Whether a world keeps its contract (environment.h), found out by living in
// it: what `credo check` runs against a world of one's own.
#ifndef CREDO_SDK_WORLDS_WORLD_CHECK_H_
#define CREDO_SDK_WORLDS_WORLD_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/worlds/vector_environment.h"

namespace credo {

struct WorldCheckOptions {
  int64_t episodes = 20;   // that are lived
  int64_t longest = 5000;  // records within which an episode must end
  uint64_t seed = 1;
};

// What was looked at, and what is wrong with it; empty: nothing.
struct WorldFinding {
  std::string check;    // "records", "ends", "repeats", ...
  std::string problem;
  // Not against the contract, but seldom meant.
  bool warning = false;
};

struct WorldCheck {
  // One per check that was made, in order. After a failure on which others
  // stand those are left out.
  std::vector<WorldFinding> findings;
  double records_per_second = 0;

  bool ok() const;  // no problem but warnings
};

// The checks:
//   starts      a world can be made
//   spec        its spec is legal, and that of every other world of the factory
//   records     each record has all observations, finite, in range, of a legal
//               kind; rewards are finite; it answers in time
//   ends        episodes end within `longest` records
//   repeats     the same seed and actions give the same records, in a new world
//   forgets     an episode does not depend on those before it
//   seeds       other seeds give other episodes (a warning)
//   actions     other actions lead elsewhere (a warning)
//   masks       a factor has a legal choice (a warning)
//   scripted    its scripted policy gives legal actions, the same each time
WorldCheck CheckWorld(const EnvironmentFactory& factory,
                      const WorldCheckOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_WORLD_CHECK_H_
