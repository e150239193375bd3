// Held-out episodes, recorded once and read as often as needed.
#ifndef CREDO_AGENTS_ACTING_EPISODES_H_
#define CREDO_AGENTS_ACTING_EPISODES_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "agents/acting/actor.h"
#include "agents/acting/unroll.h"
#include "agents/networks/agent.h"
#include "sdk/base/status.h"

namespace credo {

// Characters that live held-out episodes together.
inline constexpr int64_t kEpisodeGroup = 64;
// Records of the longest episode that is lived to its end.
inline constexpr int64_t kLongestEpisode = 1 << 16;

// Episodes side by side: column b of `records` opens with the first record of
// episode number first + b; what follows its last record belongs to others.
struct EpisodeGroup {
  std::unique_ptr<Unroll> records;
  int64_t first = 0;
  std::vector<int64_t> lengths;  // records of each episode, first and last ones

  int64_t size() const { return static_cast<int64_t>(lengths.size()); }
  // The sum of rewards of episode first + b, unclipped.
  double Return(int64_t b) const;
};

// The seed of episodes that no training has seen. A run trains on the episodes
// of its own seed; those of this one are drawn apart from them.
uint64_t HeldOutSeed(uint64_t seed);

// The failure of an episode of more records than `longest`:
// kFailedPrecondition.
Status EpisodeTooLong(int64_t longest);

// Episodes 0 .. count - 1 of HeldOutSeed(seed), in groups of kEpisodeGroup,
// each lived by a character of its own with actions from `source`. A function
// of world, seed, source and, unless scripted, the agent. Fails when a world
// fails, and with kFailedPrecondition when an episode has more than `longest`
// records.
Result<std::vector<EpisodeGroup>> RecordEpisodes(
    const Agent& agent, const EnvironmentFactory& worlds, uint64_t seed,
    int64_t count, ActionSource source, double reward_clip,
    int64_t longest = kLongestEpisode);

}  // namespace credo

#endif  // CREDO_AGENTS_ACTING_EPISODES_H_
