#include "agents/runs/held_out.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sdk/worlds/recorded.h"

namespace credo {
namespace {

// Episodes `numbers` side by side; a character stands still after its end.
EpisodeGroup Recorded(const LoadedRun& run,
                      const std::vector<int64_t>& numbers, int64_t first) {
  const RecordedEpisodes& from = *run.recorded;
  int64_t longest = 0;
  for (const int64_t number : numbers) {
    longest = std::max(longest, from.length(number));
  }
  const auto columns = static_cast<int64_t>(numbers.size());
  EpisodeGroup group;
  group.first = first;
  group.records = std::make_unique<Unroll>(
      from.spec, longest - 1, columns, run.agent().core().layout().floats());
  Unroll& records = *group.records;
  const int64_t words = from.spec.action.words();
  const int64_t choices = from.spec.action.choices();
  for (int64_t b = 0; b < columns; ++b) {
    const int64_t length = from.length(numbers[b]);
    group.lengths.push_back(length);
    for (int64_t t = 0; t < longest; ++t) {
      const int64_t record =
          from.begins[numbers[b]] + std::min(t, length - 1);
      const RecordRows rows = records.Rows(t, b);
      for (size_t i = 0; i < rows.observations.size(); ++i) {
        const auto bytes = from.observation(record, i);
        std::memcpy(rows.observations[i], bytes.data(), bytes.size());
      }
      *rows.reward = from.rewards[record];
      // What follows belongs to no episode: another one opens each time.
      *rows.kind = t < length ? from.kinds[record] : Kind::kFirst;
      if (rows.mask != nullptr) {
        std::copy_n(from.masks.data() + record * choices, choices, rows.mask);
      }
      std::copy_n(from.actions.data() + record * words, words,
                  records.actions.data_ptr<float>() +
                      (t * columns + b) * words);
    }
  }
  return group;
}

}  // namespace

Result<std::vector<EpisodeGroup>> HeldOutEpisodes(const LoadedRun& run,
                                                  uint64_t seed, int64_t count,
                                                  ActionSource source) {
  if (run.recorded == nullptr) {
    return RecordEpisodes(run.agent(), run.worlds, seed, count, source,
                          run.reward_clip());
  }
  std::vector<int64_t> numbers;
  for (int64_t e = 0; e < run.recorded->count(); ++e) {
    if (RecordedEpisodes::IsHeldOut(e) &&
        static_cast<int64_t>(numbers.size()) < count) {
      numbers.push_back(e);
    }
  }
  if (numbers.empty()) {
    return FailedPrecondition(
        run.path +
        ": expected whole episodes that its host played, found none yet");
  }
  std::vector<EpisodeGroup> groups;
  for (size_t first = 0; first < numbers.size(); first += kEpisodeGroup) {
    const size_t end = std::min(numbers.size(),
                                first + static_cast<size_t>(kEpisodeGroup));
    groups.push_back(Recorded(
        run, {numbers.begin() + static_cast<ptrdiff_t>(first),
              numbers.begin() + static_cast<ptrdiff_t>(end)},
        static_cast<int64_t>(first)));
  }
  return groups;
}

}  // namespace credo
