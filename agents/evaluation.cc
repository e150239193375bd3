#include "agents/evaluation.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "agents/episodes.h"

namespace credo {

Result<Evaluation> Evaluate(const Agent& agent,
                            const EnvironmentFactory& worlds, uint64_t seed,
                            int64_t episodes, ActionSource source,
                            double reward_clip) {
  const auto begin = std::chrono::steady_clock::now();
  CREDO_ASSIGN_OR_RETURN(
      const std::vector<EpisodeGroup> groups,
      RecordEpisodes(agent, worlds, seed, episodes, source, reward_clip));
  const double seconds = std::chrono::duration<double>(
                             std::chrono::steady_clock::now() - begin)
                             .count();
  std::vector<double> returns;
  double decisions = 0;
  double frames = 0;
  for (const EpisodeGroup& group : groups) {
    frames += static_cast<double>((group.records->steps + 1) * group.size());
    for (int64_t b = 0; b < group.size(); ++b) {
      returns.push_back(group.Return(b));
      decisions += static_cast<double>(group.lengths[b] - 1);
    }
  }
  return Evaluation{.episodes = episodes,
                    .seed = seed,
                    .episode_return = BootstrapMean(returns, seed),
                    .length = decisions / static_cast<double>(episodes),
                    .frames_per_second = frames / seconds};
}

std::string EvaluationToJson(const Evaluation& evaluation) {
  const nlohmann::ordered_json json = {
      {"episodes", evaluation.episodes},
      {"seed", evaluation.seed},
      {"return", evaluation.episode_return.mean},
      {"return_low", evaluation.episode_return.low},
      {"return_high", evaluation.episode_return.high},
      {"length", evaluation.length},
      {"frames_per_second", evaluation.frames_per_second}};
  return json.dump() + "\n";
}

}  // namespace credo
