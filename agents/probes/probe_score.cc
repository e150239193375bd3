#include "agents/probes/probe_score.h"

#include <torch/types.h>

#include <limits>

namespace credo {
namespace {

// Sums of scores and numbers of cells, per step and, for the second half of an
// episode, per episode.
struct Tally {
  std::vector<double> step_sums, step_counts;
  std::vector<double> episode_sums, episode_counts;

  void OpenEpisode() {
    episode_sums.push_back(0);
    episode_counts.push_back(0);
  }
  void Add(int64_t t, bool late, double score) {
    if (static_cast<size_t>(t) >= step_sums.size()) {
      step_sums.resize(t + 1, 0);
      step_counts.resize(t + 1, 0);
    }
    step_sums[t] += score;
    step_counts[t] += 1;
    if (!late) return;
    episode_sums.back() += score;
    episode_counts.back() += 1;
  }
  PartScore Score(const std::string& part, uint64_t seed) const {
    PartScore score;
    score.part = part;
    score.late = BootstrapRatio(episode_sums, episode_counts, seed);
    for (const double count : episode_counts) {
      score.cells += static_cast<int64_t>(count);
    }
    for (size_t t = 0; t < step_sums.size(); ++t) {
      score.curve.push_back(step_counts[t] == 0
                                ? std::numeric_limits<double>::quiet_NaN()
                                : step_sums[t] / step_counts[t]);
    }
    return score;
  }
};

enum : size_t { kAll, kSeen, kRemembered, kUnseen };
constexpr const char* kPartNames[] = {"all", "seen", "remembered", "unseen"};

// One head over all episodes.
class HeadTally {
 public:
  explicit HeadTally(const ProbeHead& head)
      : head_(head),
        tallies_(head.seen().empty() ? 1 : std::size(kPartNames)) {}

  void Add(const EpisodeGroup& group, const at::Tensor& predictions) {
    torch::NoGradGuard no_grad;
    const Unroll& records = *group.records;
    const at::Tensor scores =
        head_
            .Score(predictions,
                   records.privileged[head_.target().name].flatten(0, 1))
            .to(at::kFloat)
            .contiguous();
    const int64_t cells = scores.size(1);
    const float* score = scores.const_data_ptr<float>();
    const uint8_t* seen = Mask(records, head_.seen());
    const uint8_t* visible = Mask(records, head_.visible());
    for (int64_t b = 0; b < group.size(); ++b) {
      for (Tally& tally : tallies_) tally.OpenEpisode();
      for (int64_t t = 0; t < group.lengths[b]; ++t) {
        const bool late = 2 * t >= group.lengths[b];
        const int64_t row = t * records.columns + b;
        for (int64_t i = row * cells; i < (row + 1) * cells; ++i) {
          tallies_[kAll].Add(t, late, score[i]);
          if (seen == nullptr) continue;
          if (seen[i] == 0) {
            tallies_[kUnseen].Add(t, late, score[i]);
            continue;
          }
          tallies_[kSeen].Add(t, late, score[i]);
          if (visible != nullptr && visible[i] == 0) {
            tallies_[kRemembered].Add(t, late, score[i]);
          }
        }
      }
    }
  }

  HeadScore Score(uint64_t seed) const {
    HeadScore score;
    score.target = head_.target().name;
    score.is_accuracy = head_.is_accuracy();
    for (size_t i = 0; i < tallies_.size(); ++i) {
      if (i == kRemembered && head_.visible().empty()) continue;
      score.parts.push_back(tallies_[i].Score(kPartNames[i], seed));
    }
    return score;
  }

 private:
  static const uint8_t* Mask(const Unroll& records, const std::string& name) {
    return name.empty() ? nullptr
                        : records.privileged[name].const_data_ptr<uint8_t>();
  }

  const ProbeHead& head_;
  std::vector<Tally> tallies_;
};

}  // namespace

const PartScore* HeadScore::Find(const std::string& part) const {
  for (const PartScore& score : parts) {
    if (score.part == part) return &score;
  }
  return nullptr;
}

std::vector<HeadScore> ScoreProbes(
    const std::vector<const ProbeHead*>& heads,
    const std::vector<EpisodeGroup>& groups, const Predictor& predict,
    uint64_t seed) {
  std::vector<HeadTally> tallies;
  for (const ProbeHead* head : heads) tallies.emplace_back(*head);
  for (const EpisodeGroup& group : groups) {
    const std::vector<at::Tensor> predictions = predict(group);
    for (size_t i = 0; i < tallies.size(); ++i) {
      tallies[i].Add(group, predictions[i]);
    }
  }
  std::vector<HeadScore> scores;
  for (const HeadTally& tally : tallies) scores.push_back(tally.Score(seed));
  return scores;
}

}  // namespace credo
