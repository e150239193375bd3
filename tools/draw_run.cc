#include "tools/draw_run.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "agents/runs/held_out.h"
#include "agents/runs/imagination.h"
#include "sdk/base/file.h"
#include "sdk/base/spec_json.h"
#include "tools/draw_belief.h"
#include "tools/draw_film.h"
#include "tools/draw_observation.h"
#include "tools/episode_view.h"
#include "tools/sheet.h"
#include "tools/spread.h"

namespace credo {
namespace {

constexpr int64_t kMoments = 4;    // pairs of rows of imagined frames
constexpr int64_t kAhead = 12;     // steps that are imagined
constexpr int64_t kColumns = 8;    // moments of the forming map

using Rows = std::vector<std::vector<Picture>>;

Status DrawImagined(const EpisodeView& view, const std::string& path) {
  const AuxiliaryTask* task = ImaginingTask(*view.run().learner);
  const int64_t ahead = std::min(kAhead, view.length() - 1);
  if (task == nullptr || ahead < 1) return OkStatus();
  Rows rows;
  for (const int64_t t : Spread(0, view.length() - 1 - ahead, kMoments)) {
    const NamedTensors imagined =
        Imagine(view.run().agent(), *task, view.records(), view.beliefs(), t,
                view.column(), ahead)
            .frames;
    for (const auto& [name, expected] : imagined) {
      const Shown shown = view.Find(name);
      if (!CanDraw(shown.spec)) continue;
      std::vector<Picture> truth;
      std::vector<Picture> guess;
      for (int64_t k = 0; k <= ahead; ++k) {
        truth.push_back(
            shown.DrawObserved(view.Observed(name, t + k), kFrameSize));
        guess.push_back(shown.Draw(expected[k], kFrameSize));
      }
      rows.push_back(std::move(truth));
      rows.push_back(std::move(guess));
    }
  }
  return WriteSheet(rows, path);
}

Status DrawMap(const EpisodeView& view, const std::string& path) {
  const std::vector<at::Tensor> predictions = view.Predictions();
  Rows rows;
  const auto row = [&](const auto& draw) {
    rows.emplace_back();
    for (const int64_t t : Spread(0, view.length() - 1, kColumns)) {
      rows.back().push_back(draw(t));
    }
  };
  for (const EpisodeView::MapHead& head : view.MapHeads()) {
    row([&](int64_t t) { return view.TrueMap(head, t); });
    row([&](int64_t t) {
      return view.DecodedMap(head, predictions[head.index], t);
    });
    for (const size_t pose : view.PoseHeads(head.map)) {
      row([&](int64_t t) {
        return view.Pose(head.map, pose, predictions[pose], t);
      });
    }
  }
  return WriteSheet(rows, path);
}

Status DrawEpisode(const EpisodeView& view,
                   const std::vector<EpisodeView>& beside,
                   const DrawOptions& options, const std::string& begin) {
  CREDO_RETURN_IF_ERROR(DrawImagined(view, begin + "imagined.png"));
  CREDO_RETURN_IF_ERROR(DrawMap(view, begin + "map.png"));
  if (options.paths) {
    CREDO_RETURN_IF_ERROR(
        DrawPaths(view, *options.paths, begin + "paths.png"));
  }
  if (options.belief) {
    CREDO_RETURN_IF_ERROR(DrawBelief(view, beside, begin + "belief.png"));
  }
  return options.film ? DrawFilm(view, begin + "film.png") : OkStatus();
}

// What the agent of a run believes along these records.
Beliefs BeliefsOf(const LoadedRun& run, const EpisodeGroup& group) {
  return ReadBeliefs(run.agent(), *group.records,
                     run.agent().InitialState(group.size()),
                     run.reward_clip());
}

}  // namespace

Status DrawRun(const LoadedRun& run, const DrawOptions& options,
               const std::string& folder) {
  for (const LoadedRun* other : options.beside) {
    const Status same = CompareSpecs(other->spec, run.spec);
    if (!same.ok()) return same.At(other->path);
  }
  CREDO_RETURN_IF_ERROR(CreateFolders(folder, "the folder"));
  CREDO_ASSIGN_OR_RETURN(const std::unique_ptr<Environment> world,
                         run.worlds());
  // Their actions are the paths that were not taken.
  const int64_t others = options.paths ? options.paths->others : 0;
  CREDO_ASSIGN_OR_RETURN(
      const std::vector<EpisodeGroup> groups,
      HeldOutEpisodes(run, options.seed, options.episodes + others,
                      run.source()));
  for (const EpisodeGroup& group : groups) {
    const Beliefs beliefs = BeliefsOf(run, group);
    std::vector<Beliefs> others;
    for (const LoadedRun* other : options.beside) {
      others.push_back(BeliefsOf(*other, group));
    }
    const int64_t drawn =
        std::min(group.size(), options.episodes - group.first);
    for (int64_t b = 0; b < drawn; ++b) {
      char name[64];
      std::snprintf(name, sizeof(name), "/episode_%03d_",
                    static_cast<int>(group.first + b));
      std::vector<EpisodeView> beside;
      for (size_t i = 0; i < others.size(); ++i) {
        beside.emplace_back(*options.beside[i], *world, group, others[i], b);
      }
      CREDO_RETURN_IF_ERROR(DrawEpisode({run, *world, group, beliefs, b},
                                        beside, options, folder + name));
    }
  }
  return OkStatus();
}

}  // namespace credo
