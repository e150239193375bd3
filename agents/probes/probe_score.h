// How well probes read held-out episodes: accuracies or errors, apart for cells
// that the character has seen, remembers or has not seen.
#ifndef CREDO_AGENTS_PROBES_PROBE_SCORE_H_
#define CREDO_AGENTS_PROBES_PROBE_SCORE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agents/acting/episodes.h"
#include "agents/probes/interval.h"
#include "agents/probes/probe.h"

namespace credo {

// One kind of cell of one target.
struct PartScore {
  // "all"; for targets with masks also "seen" (so far in the episode),
  // "remembered" (seen, not in view now) and "unseen".
  std::string part;
  // Over the records of the second half of each episode, with an interval over
  // episodes. NaN when there is no such cell.
  Interval late;
  std::vector<double> curve;  // the mean at each step of the episode, or NaN
  int64_t cells = 0;          // counted in `late`
};

struct HeadScore {
  std::string target;
  // Which reader was used, "flat" or "query"; "" for a constant.
  std::string reader;
  bool is_accuracy = true;  // higher is better; else an error in its units
  std::vector<PartScore> parts;

  // The part of this name, or null.
  const PartScore* Find(const std::string& part) const;
};

// Predictions of each head [R, P] for the records of a group, R = (T+1) * B in
// row-major order of [T+1, B].
using Predictor =
    std::function<std::vector<at::Tensor>(const EpisodeGroup& group)>;

// Scores of every head on every episode. `seed` draws the bootstrap.
std::vector<HeadScore> ScoreProbes(
    const std::vector<const ProbeHead*>& heads,
    const std::vector<EpisodeGroup>& groups, const Predictor& predict,
    uint64_t seed);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_SCORE_H_
