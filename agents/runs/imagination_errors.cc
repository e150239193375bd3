#include "agents/runs/imagination_errors.h"

#include <torch/types.h>

#include <algorithm>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/held_out.h"
#include "agents/runs/imagination.h"

namespace credo {
namespace {

double Error(const at::Tensor& expected, const at::Tensor& truth) {
  return (expected - truth).square().mean().item<double>();
}

class Measurement {
 public:
  Measurement(const LoadedRun& run, const AuxiliaryTask& task,
              const ImaginationErrorOptions& options)
      : run_(run), task_(task), options_(options) {
    const ProbeNet* probes = run.learner->probes();
    if (probes == nullptr) return;
    for (const auto& head : probes->heads()) {
      if (head->seen().empty() || head->visible().empty()) continue;
      seen_ = head->seen();
      visible_ = head->visible();
    }
  }

  void Add(const EpisodeGroup& group) {
    const Beliefs beliefs =
        ReadBeliefs(run_.agent(), *group.records,
                    run_.agent().InitialState(group.size()),
                    run_.reward_clip());
    for (int64_t b = 0; b < group.size(); ++b) {
      for (int64_t t = 0; t < group.lengths[b]; t += options_.every) {
        Add(*group.records, beliefs, t, b,
            std::min(options_.ahead, group.lengths[b] - 1 - t));
      }
    }
  }

  std::vector<OffsetErrors> Means(const std::vector<EpisodeGroup>& groups) {
    std::vector<OffsetErrors> errors;
    for (auto& [name, offsets] : sums_) {
      AddMeanFrame(groups, name, offsets);
      for (OffsetErrors& sum : offsets) {
        if (sum.frames == 0) continue;  // beyond the ends of all episodes
        const auto share = [](double total, int64_t frames) {
          return frames > 0 ? total / static_cast<double>(frames) : 0.0;
        };
        sum.imagined = share(sum.imagined, sum.frames);
        sum.mean_frame = share(sum.mean_frame, sum.frames);
        sum.seen_imagined = share(sum.seen_imagined, sum.seen_frames);
        sum.seen_mean_frame = share(sum.seen_mean_frame, sum.seen_frames);
        errors.push_back(sum);
      }
    }
    return errors;
  }

 private:
  // A frame that was imagined, to be met by the mean frame later.
  struct Frame {
    const Unroll* records;
    int64_t t;
    int64_t b;
    int64_t offset;
    bool seen;
  };

  std::vector<OffsetErrors>& SumsOf(const std::string& name) {
    for (auto& [other, sums] : sums_) {
      if (other == name) return sums;
    }
    sums_.push_back({name, {}});
    std::vector<OffsetErrors>& sums = sums_.back().second;
    for (int64_t k = 0; k <= options_.ahead; ++k) {
      OffsetErrors sum;
      sum.observation = name;
      sum.offset = k;
      sums.push_back(sum);
    }
    return sums;
  }

  // Whether all that record t + k shows had been seen at record t.
  bool WasSeen(const Unroll& records, int64_t t, int64_t k, int64_t b) const {
    if (seen_.empty()) return false;
    const at::Tensor unseen = records.privileged[seen_][t][b].eq(0);
    return !(unseen & records.privileged[visible_][t + k][b].ne(0))
                .any()
                .item<bool>();
  }

  void Add(const Unroll& records, const Beliefs& beliefs, int64_t t, int64_t b,
           int64_t steps) {
    const ImaginedFrames imagined =
        ImagineSamples(run_.agent(), task_, records, beliefs, t, b, steps,
                       options_.seed, options_.samples);
    for (int64_t k = 0; k <= steps; ++k) {
      const bool seen = WasSeen(records, t, k, b);
      frames_.push_back({&records, t + k, b, k, seen});
      for (const auto& [name, mean] : imagined.mean) {
        const double error = Error(mean[k], Truth(records, name, t + k, b));
        OffsetErrors& sum = SumsOf(name)[static_cast<size_t>(k)];
        sum.frames += 1;
        sum.imagined += error;
        sum.seen_frames += seen;
        if (seen) sum.seen_imagined += error;
      }
    }
  }

  at::Tensor Truth(const Unroll& records, const std::string& name, int64_t t,
                   int64_t b) const {
    return AsShown(run_.spec.observations[run_.spec.IndexOf(name)],
                   records.observations[name][t][b]);
  }

  void AddMeanFrame(const std::vector<EpisodeGroup>& groups,
                    const std::string& name,
                    std::vector<OffsetErrors>& offsets) const {
    at::Tensor sum;
    int64_t count = 0;
    for (const EpisodeGroup& group : groups) {
      for (int64_t b = 0; b < group.size(); ++b) {
        for (int64_t t = 0; t < group.lengths[b]; ++t, ++count) {
          const at::Tensor frame = Truth(*group.records, name, t, b);
          sum = sum.defined() ? sum.add_(frame) : frame.clone();
        }
      }
    }
    const at::Tensor mean = sum / static_cast<double>(count);
    for (const Frame& frame : frames_) {
      const double error =
          Error(mean, Truth(*frame.records, name, frame.t, frame.b));
      OffsetErrors& at = offsets[static_cast<size_t>(frame.offset)];
      at.mean_frame += error;
      if (frame.seen) at.seen_mean_frame += error;
    }
  }

  const LoadedRun& run_;
  const AuxiliaryTask& task_;
  const ImaginationErrorOptions& options_;
  std::string seen_;  // names of masks; empty when no probe has them
  std::string visible_;
  std::vector<Frame> frames_;
  std::vector<std::pair<std::string, std::vector<OffsetErrors>>> sums_;
};

}  // namespace

Result<std::vector<OffsetErrors>> ImaginationErrors(
    const LoadedRun& run, const ImaginationErrorOptions& options) {
  const torch::NoGradGuard no_grad;
  const AuxiliaryTask* task = ImaginingTask(*run.learner);
  if (task == nullptr) {
    return FailedPrecondition(
        "expected a simulator whose frame model shows frames, found none");
  }
  CREDO_ASSIGN_OR_RETURN(
      const std::vector<EpisodeGroup> groups,
      HeldOutEpisodes(run, options.seed, options.episodes, run.source()));
  Measurement measurement(run, *task, options);
  for (const EpisodeGroup& group : groups) measurement.Add(group);
  return measurement.Means(groups);
}

}  // namespace credo
