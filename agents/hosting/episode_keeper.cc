#include "agents/hosting/episode_keeper.h"

#include <utility>

namespace credo {

void EpisodeKeeper::Add(const Experience& source,
                        const Experience::Filled& filled) {
  if (most_ == 0) return;
  const Column& column = filled.column;
  if (layout_.empty()) layout_.push_back(column.layout());
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
                         record + column.layout().record);
    if (!IsLast(column.kind(t))) continue;
    episode.open = false;
    kept_.push_back(std::exchange(episode.bytes, {}));
    if (static_cast<int64_t>(kept_.size()) > most_) kept_.pop_front();
  }
}

RecordedEpisodes EpisodeKeeper::Kept() const {
  RecordedEpisodes kept(spec_);
  for (const std::vector<std::byte>& episode : kept_) {
    const ColumnLayout& layout = layout_.front();
    kept.begins.push_back(kept.records());
    const auto records =
        static_cast<int64_t>(episode.size()) / layout.record;
    for (int64_t r = 0; r < records; ++r) {
      const std::byte* const record = episode.data() + r * layout.record;
      const auto floats = [&](int64_t offset) {
        return reinterpret_cast<const float*>(record + offset);
      };
      for (size_t i = 0; i < layout.sizes.size(); ++i) {
        const std::byte* const from = record + layout.observations[i];
        kept.observations[i].insert(kept.observations[i].end(), from,
                                    from + layout.sizes[i]);
      }
      const float* const action = floats(layout.action);
      kept.actions.insert(kept.actions.end(), action, action + layout.words);
      kept.rewards.push_back(*floats(layout.reward));
      kept.kinds.push_back(
          *reinterpret_cast<const Kind*>(record + layout.kind));
      const auto* const mask =
          reinterpret_cast<const uint8_t*>(record + layout.mask);
      kept.masks.insert(kept.masks.end(), mask, mask + layout.choices);
    }
  }
  return kept;
}

}  // namespace credo
