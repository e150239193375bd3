// One held-out episode of a run, and how its parts are drawn.
#ifndef CREDO_TOOLS_EPISODE_VIEW_H_
#define CREDO_TOOLS_EPISODE_VIEW_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/loaded_run.h"
#include "sdk/base/rgb.h"
#include "sdk/base/spec.h"
#include "sdk/worlds/environment.h"
#include "tools/picture.h"

namespace credo {

inline constexpr int kFrameSize = 48;  // pixels of a drawn frame, about
inline constexpr int kMapSize = 80;

// An observation with the colours of its categories.
struct Shown {
  ObservationSpec spec;
  std::vector<Rgb> colours;

  // One expected observation (FrameModel::Decode), about `size` pixels wide.
  Picture Draw(const at::Tensor& expected, int size) const;
  // One as the world wrote it.
  Picture DrawObserved(const at::Tensor& observed, int size) const;
};

// Refers to all that it is made of.
class EpisodeView {
 public:
  // `beliefs` are those of the group.
  EpisodeView(const LoadedRun& run, const Environment& world,
              const EpisodeGroup& group, const Beliefs& beliefs,
              int64_t column)
      : run_(run),
        world_(world),
        group_(group),
        beliefs_(beliefs),
        column_(column) {}

  const LoadedRun& run() const { return run_; }
  const EpisodeGroup& group() const { return group_; }
  const Unroll& records() const { return *group_.records; }
  const Beliefs& beliefs() const { return beliefs_; }
  int64_t column() const { return column_; }
  int64_t length() const { return group_.lengths[column_]; }  // records

  Shown Find(const std::string& name) const;
  at::Tensor Observed(const std::string& name, int64_t t) const {
    return records().observations[name][t][column_];
  }
  at::Tensor Privileged(const std::string& name, int64_t t) const {
    return records().privileged[name][t][column_];
  }

  // What there is to look at: observations of the agent that can be drawn, and
  // pictures that only probes see.
  std::vector<Shown> Views() const;
  // One of them at record t.
  Picture DrawView(const Shown& view, int64_t t, int size) const;

  // What a probe of kind cells is drawn from: its target and masks.
  struct MapHead {
    size_t index;
    Shown map;
    std::string seen;  // the observation that tells which cells were seen
  };
  std::vector<MapHead> MapHeads() const;
  // Heads whose classes number the cells of `map`.
  std::vector<size_t> PoseHeads(const Shown& map) const;
  // Of all heads of the run at all records, [T + 1, P] each; empty without
  // probes.
  std::vector<at::Tensor> Predictions() const;

  // The true map at record t, unseen cells pale.
  Picture TrueMap(const MapHead& head, int64_t t) const;
  Picture DecodedMap(const MapHead& head, const at::Tensor& predictions,
                     int64_t t) const;
  // Where the probe of head `pose` thinks the character is on `map`, dark for
  // likely, with the true cell framed in red.
  Picture Pose(const Shown& map, size_t pose, const at::Tensor& predictions,
               int64_t t) const;

 private:
  const LoadedRun& run_;
  const Environment& world_;
  const EpisodeGroup& group_;
  const Beliefs& beliefs_;
  int64_t column_;
};

}  // namespace credo

#endif  // CREDO_TOOLS_EPISODE_VIEW_H_
