#include "agents/acting/episodes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sdk/base/random.h"

namespace credo {
namespace {

constexpr int64_t kFirstGuess = 64;  // steps

// Records of column b's first episode; 0 when it has not ended.
int64_t Length(const Unroll& records, int64_t b) {
  for (int64_t t = 0; t <= records.steps; ++t) {
    if (IsLast(records.kind(t, b))) return t + 1;
  }
  return 0;
}

// One group, recorded for `steps` steps.
Result<EpisodeGroup> Record(const Agent& agent,
                            const EnvironmentFactory& worlds,
                            const ActorSettings& settings, int64_t first,
                            int64_t count, int64_t steps) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<VectorEnvironment> vector,
      VectorEnvironment::Make(worlds, settings.seed, first, count));
  EpisodeGroup group;
  group.first = first;
  group.records = std::make_unique<Unroll>(vector->spec(), steps, count,
                                           agent.core().layout().floats());
  Actor actor(agent, std::move(vector), 0, settings);
  CREDO_RETURN_IF_ERROR(actor.Fill(nullptr, *group.records));
  for (int64_t b = 0; b < count; ++b) {
    group.lengths.push_back(Length(*group.records, b));
  }
  return group;
}

}  // namespace

double EpisodeGroup::Return(int64_t b) const {
  const float* rewards = records->rewards.const_data_ptr<float>();
  double sum = 0;
  for (int64_t t = 1; t < lengths[b]; ++t) {
    sum += rewards[t * records->columns + b];
  }
  return sum;
}

uint64_t HeldOutSeed(uint64_t seed) {
  return RandomStream(seed, "held-out").SeedAt(0, 0);
}

Status EpisodeTooLong(int64_t longest) {
  return FailedPrecondition("expected episodes of at most " +
                            std::to_string(longest) +
                            " records, found a longer one");
}

Result<std::vector<EpisodeGroup>> RecordEpisodes(
    const Agent& agent, const EnvironmentFactory& worlds, uint64_t seed,
    int64_t count, ActionSource source, double reward_clip, int64_t longest) {
  std::vector<EpisodeGroup> groups;
  int64_t steps = std::min(kFirstGuess, longest - 1);
  for (int64_t first = 0; first < count; first += kEpisodeGroup) {
    const ActorSettings settings{source, HeldOutSeed(seed), reward_clip};
    while (true) {
      CREDO_ASSIGN_OR_RETURN(
          EpisodeGroup group,
          Record(agent, worlds, settings, first,
                 std::min(kEpisodeGroup, count - first), steps));
      if (std::ranges::find(group.lengths, 0) == group.lengths.end()) {
        groups.push_back(std::move(group));
        break;
      }
      if (steps >= longest - 1) return EpisodeTooLong(longest);
      // An episode does not depend on how long it is recorded.
      steps = std::min(2 * steps, longest - 1);
    }
  }
  return groups;
}

}  // namespace credo
