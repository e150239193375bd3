#include "tools/draw_paths.h"

#include <torch/types.h>

#include <algorithm>
#include <memory>

#include "agents/runs/imagination.h"
#include "agents/runs/path.h"
#include "tools/draw_observation.h"
#include "tools/sheet.h"

namespace credo {
namespace {

constexpr int64_t kAhead = 12;      // steps that are imagined
constexpr int64_t kOfMean = 16;     // samples that mean and deviation are of
constexpr double kDeviations = 2;   // a deviation of 1 / 2 is white

using Rows = std::vector<std::vector<Picture>>;

class PathDrawer {
 public:
  PathDrawer(const EpisodeView& view, const AuxiliaryTask& task,
             const PathOptions& options, int64_t start)
      : view_(view), task_(task), options_(options), start_(start) {}

  // The actions of column b of the group from the start on, [n, W].
  at::Tensor ActionsOf(int64_t b) const {
    const int64_t last = std::min(
        {start_ + kAhead, view_.group().lengths[b] - 1, view_.length() - 1});
    return view_.records().actions.select(1, b).slice(0, start_ + 1, last + 1);
  }

  // The path that was taken.
  void AddTaken(Rows& rows) const {
    const int64_t b = view_.column();
    Add(*view_.records().Column(view_.run().spec, b,
                                start_ + ActionsOf(b).size(0)),
        rows);
  }

  // The path of `actions` [n, W] after the start.
  Status AddOther(const at::Tensor& actions, Rows& rows) const {
    const at::Tensor before = view_.records()
                                  .actions.select(1, view_.column())
                                  .slice(0, 1, start_ + 1);
    const LoadedRun& run = view_.run();
    if (run.recorded != nullptr) {
      return FailedPrecondition(
          run.path +
          ": expected a world that can be lived again, found one that its "
          "host plays");
    }
    CREDO_ASSIGN_OR_RETURN(
        const std::unique_ptr<Unroll> lived,
        RecordPath(run.agent(), run.worlds, options_.seed,
                   view_.group().first + view_.column(),
                   at::cat({before, actions})));
    Add(*lived, rows);
    return OkStatus();
  }

 private:
  void Add(const Unroll& lived, Rows& rows) const {
    const LoadedRun& run = view_.run();
    const Beliefs beliefs = ReadBeliefs(
        run.agent(), lived, run.agent().InitialState(1), run.reward_clip());
    const int64_t steps = StepsOf(lived);
    const ImaginedFrames imagined =
        ImagineSamples(run.agent(), task_, lived, beliefs, start_, 0, steps,
                       options_.seed, std::max(kOfMean, options_.samples));
    for (const auto& [name, mean] : imagined.mean) {
      const Shown shown = view_.Find(name);
      if (CanDraw(shown.spec)) AddRows(shown, lived, imagined, steps, rows);
    }
  }

  // Steps from the start to the last record of the episode, or of the path.
  int64_t StepsOf(const Unroll& lived) const {
    int64_t t = start_;
    while (t < lived.steps && !IsLast(lived.kind(t, 0))) ++t;
    return t - start_;
  }

  void AddRows(const Shown& shown, const Unroll& lived,
               const ImaginedFrames& imagined, int64_t steps,
               Rows& rows) const {
    const std::string& name = shown.spec.name;
    const auto row = [&](const auto& draw) {
      std::vector<Picture> pictures;
      for (int64_t k = 0; k <= steps; ++k) pictures.push_back(draw(k));
      rows.push_back(std::move(pictures));
    };
    row([&](int64_t k) {
      return shown.DrawObserved(lived.observations[name][start_ + k][0],
                                kFrameSize);
    });
    row([&](int64_t k) {
      return shown.Draw(imagined.mean[name][k], kFrameSize);
    });
    if (shown.spec.kind == ObservationKind::kPicture) {
      const at::Tensor deviation = imagined.deviation[name] * kDeviations;
      row([&](int64_t k) { return shown.Draw(deviation[k], kFrameSize); });
    }
    if (imagined.samples.size() < 2) return;
    for (int64_t i = 0; i < options_.samples; ++i) {
      row([&](int64_t k) {
        return shown.Draw(imagined.samples[i][name][k], kFrameSize);
      });
    }
  }

  const EpisodeView& view_;
  const AuxiliaryTask& task_;
  const PathOptions& options_;
  int64_t start_;
};

}  // namespace

Status DrawPaths(const EpisodeView& view, const PathOptions& options,
                 const std::string& path) {
  const AuxiliaryTask* task = ImaginingTask(*view.run().learner);
  if (task == nullptr || view.length() < 2) return OkStatus();
  const int64_t last = view.length() - 1;
  const int64_t start =
      std::min(last * 2 / 3, std::max<int64_t>(0, last - kAhead));
  const PathDrawer drawer(view, *task, options, start);
  Rows rows;
  drawer.AddTaken(rows);
  // What a host played is not lived again along another's path.
  const int64_t others =
      view.run().recorded == nullptr ? options.others : 0;
  for (int64_t i = 1; i <= others; ++i) {
    const int64_t other = (view.column() + i) % view.group().size();
    if (other == view.column()) break;
    const at::Tensor actions = drawer.ActionsOf(other);
    if (actions.size(0) == 0) continue;
    CREDO_RETURN_IF_ERROR(drawer.AddOther(actions, rows));
  }
  const int64_t words = view.run().agent().distribution().words();
  for (const std::vector<float>& then : options.then) {
    CREDO_RETURN_IF_ERROR(
        drawer.AddOther(torch::tensor(then).view({-1, words}), rows));
  }
  return WriteSheet(rows, path);
}

}  // namespace credo
