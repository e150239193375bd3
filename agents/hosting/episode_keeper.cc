#include "agents/hosting/episode_keeper.h"

#include <utility>

namespace credo {

void EpisodeKeeper::Add(const Experience& source,
                        const Experience::Filled& filled) {
  if (most_ == 0) return;
  const Column& column = filled.column;
  Episode& episode = begun_[{&source, filled.row}];
  if (!filled.follows) episode.open = false;
  // Record 0 of a column that follows was record T of the one before.
  for (int64_t t = filled.follows ? 1 : 0; t <= column.layout().steps; ++t) {
    if (column.kind(t) == Kind::kFirst) {
      episode.open = true;
      episode.bytes.clear();
    }
    if (!episode.open) continue;
    const std::byte* const record = column.record(t);
    episode.bytes.insert(episode.bytes.end(), record,
                         record + layout_.record);
    if (!IsLast(column.kind(t))) continue;
    episode.open = false;
    kept_.push_back(std::exchange(episode.bytes, {}));
    if (static_cast<int64_t>(kept_.size()) > most_) kept_.pop_front();
  }
}

RecordedEpisodes EpisodeKeeper::Kept() {
  RecordedEpisodes kept(spec_);
  for (std::vector<std::byte>& bytes : kept_) {
    const Column episode(layout_, bytes.data());
    kept.begins.push_back(kept.records());
    const auto records = static_cast<int64_t>(bytes.size()) / layout_.record;
    for (int64_t t = 0; t < records; ++t) {
      for (size_t i = 0; i < layout_.sizes.size(); ++i) {
        const std::byte* const from = episode.observation(t, i);
        kept.observations[i].insert(kept.observations[i].end(), from,
                                    from + layout_.sizes[i]);
      }
      kept.actions.insert(kept.actions.end(), episode.action(t),
                          episode.action(t) + layout_.words);
      kept.rewards.push_back(episode.reward(t));
      kept.kinds.push_back(episode.kind(t));
      kept.masks.insert(kept.masks.end(), episode.mask(t),
                        episode.mask(t) + layout_.choices);
    }
  }
  return kept;
}

}  // namespace credo
