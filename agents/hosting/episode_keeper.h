// Keeps the newest whole episodes of what a host's characters lived through,
// for probes and pictures.
#ifndef CREDO_AGENTS_HOSTING_EPISODE_KEEPER_H_
#define CREDO_AGENTS_HOSTING_EPISODE_KEEPER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "agents/hosting/experience.h"
#include "sdk/base/spec.h"
#include "sdk/worlds/recorded.h"

namespace credo {

class EpisodeKeeper {
 public:
  // Keeps up to `episodes` of them.
  EpisodeKeeper(const EnvironmentSpec& spec, int64_t episodes)
      : spec_(spec),
        most_(episodes),
        layout_(spec, /*steps=*/0, /*state_bytes=*/0) {}

  // Columns of a row in the order in which they were filled.
  void Add(const Experience& source, const Experience::Filled& filled);

  RecordedEpisodes Kept();

 private:
  // Records of one episode as a column holds them.
  struct Episode {
    std::vector<std::byte> bytes;
    bool open = false;  // its first record was seen
  };
  using Row = std::pair<const Experience*, int32_t>;

  const EnvironmentSpec spec_;
  int64_t most_;
  const ColumnLayout layout_;  // of episodes: records and no state
  std::map<Row, Episode> begun_;
  std::deque<std::vector<std::byte>> kept_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_HOSTING_EPISODE_KEEPER_H_
