#include "agents/runs/evaluation.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "agents/acting/unroll.h"

namespace credo {
namespace {

// Of the unrolls in which episodes are lived.
constexpr int64_t kSteps = 32;

// A character's first episode, summed up while it is lived.
struct Episode {
  double sum = 0;  // of rewards, unclipped
  int64_t decisions = 0;
  bool ended = false;
};

// Adds an unroll's records 1 .. T: record 0 opened the episodes, or was record
// T of the unroll before.
void Add(const Unroll& unroll, std::vector<Episode>& episodes) {
  const float* rewards = unroll.rewards.const_data_ptr<float>();
  for (int64_t b = 0; b < unroll.columns; ++b) {
    Episode& episode = episodes[b];
    for (int64_t t = 1; t <= unroll.steps && !episode.ended; ++t) {
      episode.sum += rewards[t * unroll.columns + b];
      ++episode.decisions;
      episode.ended = IsLast(unroll.kind(t, b));
    }
  }
}

bool AllEnded(const std::vector<Episode>& episodes) {
  return std::ranges::all_of(episodes, &Episode::ended);
}

// Lives episodes first .. first + count - 1; `frames` counts their records.
Result<std::vector<Episode>> Live(const Agent& agent,
                                  const EnvironmentFactory& worlds,
                                  const ActorSettings& settings, int64_t first,
                                  int64_t count, int64_t longest,
                                  const std::atomic<int>* stop,
                                  int64_t& frames) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<VectorEnvironment> vector,
      VectorEnvironment::Make(worlds, settings.seed, first, count));
  const int64_t floats = agent.core().layout().floats();
  Unroll even(vector->spec(), kSteps, count, floats);
  Unroll odd(vector->spec(), kSteps, count, floats);
  Unroll* now = &even;
  Unroll* next = &odd;
  const Unroll* before = nullptr;
  Actor actor(agent, std::move(vector), 0, settings);
  std::vector<Episode> episodes(count);
  while (!AllEnded(episodes)) {
    if (stop != nullptr && stop->load() != 0) {
      return Cancelled("stopped in an evaluation");
    }
    CREDO_RETURN_IF_ERROR(actor.Fill(before, *now));
    Add(*now, episodes);
    for (const Episode& episode : episodes) {
      // Records are one more than decisions.
      if (episode.decisions + (episode.ended ? 1 : 2) > longest) {
        return EpisodeTooLong(longest);
      }
    }
    before = now;
    std::swap(now, next);
  }
  frames += actor.worlds().frames();
  return episodes;
}

const char* SourceName(ActionSource source) {
  switch (source) {
    case ActionSource::kPolicy: return "policy";
    case ActionSource::kGreedy: return "greedy";
    case ActionSource::kScripted: return "scripted";
  }
  return "";
}

}  // namespace

Result<Evaluation> Evaluate(const Agent& agent,
                            const EnvironmentFactory& worlds, uint64_t seed,
                            int64_t episodes, ActionSource source,
                            double reward_clip, int64_t longest,
                            const std::atomic<int>* stop) {
  const auto begin = std::chrono::steady_clock::now();
  const ActorSettings settings{source, HeldOutSeed(seed), reward_clip};
  std::vector<double> returns;
  int64_t decisions = 0;
  int64_t frames = 0;
  for (int64_t first = 0; first < episodes; first += kEpisodeGroup) {
    CREDO_ASSIGN_OR_RETURN(
        const std::vector<Episode> lived,
        Live(agent, worlds, settings, first,
             std::min(kEpisodeGroup, episodes - first), longest, stop,
             frames));
    for (const Episode& episode : lived) {
      returns.push_back(episode.sum);
      decisions += episode.decisions;
    }
  }
  const double seconds = std::chrono::duration<double>(
                             std::chrono::steady_clock::now() - begin)
                             .count();
  return Evaluation{.episodes = episodes,
                    .seed = seed,
                    .source = source,
                    .episode_return = BootstrapMean(returns, seed),
                    .length = static_cast<double>(decisions) /
                              static_cast<double>(episodes),
                    .frames_per_second =
                        static_cast<double>(frames) / seconds};
}

std::string EvaluationToJson(const Evaluation& evaluation) {
  const nlohmann::ordered_json json = {
      {"episodes", evaluation.episodes},
      {"seed", evaluation.seed},
      {"actions", SourceName(evaluation.source)},
      {"return", evaluation.episode_return.mean},
      {"return_low", evaluation.episode_return.low},
      {"return_high", evaluation.episode_return.high},
      {"length", evaluation.length},
      {"frames_per_second", evaluation.frames_per_second}};
  return json.dump() + "\n";
}

}  // namespace credo
