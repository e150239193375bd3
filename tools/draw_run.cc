#include "tools/draw_run.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/imagination.h"
#include "sdk/base/file.h"
#include "tools/draw_observation.h"
#include "tools/picture.h"
#include "tools/png.h"

namespace credo {
namespace {

constexpr int kFrameSize = 48;  // pixels, about
constexpr int kMapSize = 80;
constexpr int kGap = 4;
constexpr int64_t kMoments = 4;    // pairs of rows of imagined frames
constexpr int64_t kAhead = 12;     // steps that are imagined
constexpr int64_t kColumns = 8;    // moments of the forming map

// `count` numbers from `first` to `last`, evenly.
std::vector<int64_t> Spread(int64_t first, int64_t last, int64_t count) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t number =
        first + (last - first) * i / std::max<int64_t>(1, count - 1);
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  return numbers;
}

// An observation, found in the world, with the colours of its categories.
struct Shown {
  ObservationSpec spec;
  std::vector<Rgb> colours;
};

// One episode and what is drawn of it.
class EpisodeDrawer {
 public:
  // `beliefs` are those of the group.
  EpisodeDrawer(const LoadedRun& run, const Environment& world,
                const EpisodeGroup& group, const Beliefs& beliefs,
                int64_t column)
      : run_(run),
        world_(world),
        records_(*group.records),
        beliefs_(beliefs),
        b_(column),
        length_(group.lengths[column]) {}

  Status Imagined(const std::string& path) const {
    const AuxiliaryTask* task = ImaginingTask(*run_.learner);
    const int64_t ahead = std::min(kAhead, length_ - 1);
    if (task == nullptr || ahead < 1) return OkStatus();
    std::vector<std::vector<Picture>> rows;
    for (const int64_t t : Spread(0, length_ - 1 - ahead, kMoments)) {
      const NamedTensors imagined =
          Imagine(run_.agent(), *task, records_, beliefs_, t, b_, ahead)
              .frames;
      for (const auto& [name, expected] : imagined) {
        const Shown shown = Find(name);
        if (!CanDraw(shown.spec)) continue;
        std::vector<Picture> truth;
        std::vector<Picture> guess;
        for (int64_t k = 0; k <= ahead; ++k) {
          truth.push_back(Draw(
              shown,
              AsExpected(shown.spec, records_.observations[name][t + k][b_]),
              kFrameSize));
          guess.push_back(Draw(shown, expected[k], kFrameSize));
        }
        rows.push_back(std::move(truth));
        rows.push_back(std::move(guess));
      }
    }
    return Write(rows, path);
  }

  Status Map(const std::string& path) const {
    const ProbeNet* probes = run_.learner->probes();
    if (probes == nullptr) return OkStatus();
    torch::NoGradGuard no_grad;
    const std::vector<at::Tensor> predictions =
        probes->Predict({beliefs_.beliefs.select(1, b_),
                         beliefs_.memory.select(1, b_)});
    const std::vector<int64_t> moments = Spread(0, length_ - 1, kColumns);
    std::vector<std::vector<Picture>> rows;
    for (size_t h = 0; h < probes->heads().size(); ++h) {
      const ProbeHead& head = *probes->heads()[h];
      const Shown map = Find(head.target().name);
      if (head.seen().empty() || map.spec.kind != ObservationKind::kTiles) {
        continue;
      }
      rows.push_back(TrueMap(map, head.seen(), moments));
      rows.push_back(DecodedMap(map, predictions[h], moments));
      AddPoses(map, predictions, moments, rows);
    }
    return Write(rows, path);
  }

 private:
  static Picture Draw(const Shown& shown, const at::Tensor& expected,
                      int size) {
    return DrawExpected(shown.spec, shown.colours, expected, size);
  }

  static Status Write(const std::vector<std::vector<Picture>>& rows,
                      const std::string& path) {
    if (rows.empty()) return OkStatus();
    const Picture sheet = Arrange(rows, kGap);
    return WritePng(path, sheet.width(), sheet.height(), sheet.pixels());
  }

  Shown Find(const std::string& name) const {
    const int index = run_.spec.IndexOf(name);
    const ObservationSpec& spec = run_.spec.observations[index];
    return {spec, TileColours(spec, world_.Palette(index))};
  }

  std::vector<Picture> TrueMap(const Shown& map, const std::string& seen_name,
                               const std::vector<int64_t>& moments) const {
    std::vector<Picture> row;
    for (const int64_t t : moments) {
      const at::Tensor truth =
          AsExpected(map.spec, records_.privileged[map.spec.name][t][b_]);
      const at::Tensor seen = records_.privileged[seen_name][t][b_]
                                  .to(at::kFloat)
                                  .unsqueeze(-1);
      // What was not seen is drawn as if all categories were as likely, mostly.
      const at::Tensor pale = at::full_like(
          truth, 1.0 / static_cast<double>(map.spec.categories()));
      row.push_back(Draw(map,
                         truth * (0.3 + 0.7 * seen) + pale * 0.7 * (1 - seen),
                         kMapSize));
    }
    return row;
  }

  std::vector<Picture> DecodedMap(const Shown& map,
                                  const at::Tensor& predictions,
                                  const std::vector<int64_t>& moments) const {
    std::vector<Picture> row;
    for (const int64_t t : moments) {
      const at::Tensor chances = at::softmax(
          predictions[t].view({-1, map.spec.categories()}), -1);
      row.push_back(Draw(map, chances, kMapSize));
    }
    return row;
  }

  // Classes that number the map's cells: where the probe thinks it is, dark for
  // likely, with the true cell framed in red.
  void AddPoses(const Shown& map, const std::vector<at::Tensor>& predictions,
                const std::vector<int64_t>& moments,
                std::vector<std::vector<Picture>>& rows) const {
    const ProbeNet& probes = *run_.learner->probes();
    for (size_t h = 0; h < probes.heads().size(); ++h) {
      const ObservationSpec& pose = probes.heads()[h]->target();
      if (pose.kind != ObservationKind::kTiles || pose.elements() != 1 ||
          pose.categories() != map.spec.elements()) {
        continue;
      }
      std::vector<Picture> row;
      for (const int64_t t : moments) {
        const at::Tensor chances =
            at::softmax(predictions[h][t], -1).contiguous();
        const int64_t truth =
            records_.privileged[pose.name][t][b_].item<int64_t>();
        row.push_back(DrawPose(map.spec, chances, truth));
      }
      rows.push_back(std::move(row));
    }
  }

  static Picture DrawPose(const ObservationSpec& map, const at::Tensor& chances,
                          int64_t truth) {
    const int columns = static_cast<int>(map.shape.back());
    const int rows = static_cast<int>(map.elements()) / columns;
    const int side = std::max(3, kMapSize / columns);
    Picture picture(columns * side, rows * side);
    const float* chance = chances.const_data_ptr<float>();
    for (int cell = 0; cell < rows * columns; ++cell) {
      const uint8_t grey = static_cast<uint8_t>(235 * (1 - chance[cell]));
      const int x = cell % columns * side;
      const int y = cell / columns * side;
      if (cell == truth) picture.Fill(x, y, side, side, {220, 40, 40});
      const int border = cell == truth ? std::max(1, side / 8) : 0;
      picture.Fill(x + border, y + border, side - 2 * border,
                   side - 2 * border, {grey, grey, grey});
    }
    return picture;
  }

  const LoadedRun& run_;
  const Environment& world_;
  const Unroll& records_;
  const Beliefs& beliefs_;
  int64_t b_;
  int64_t length_;
};

}  // namespace

Status DrawRun(const LoadedRun& run, uint64_t seed, int64_t episodes,
               const std::string& folder) {
  CREDO_RETURN_IF_ERROR(CreateFolders(folder, "the folder"));
  CREDO_ASSIGN_OR_RETURN(const std::unique_ptr<Environment> world,
                         run.worlds());
  CREDO_ASSIGN_OR_RETURN(
      const std::vector<EpisodeGroup> groups,
      RecordEpisodes(run.agent(), run.worlds, seed, episodes, run.source(),
                     run.reward_clip()));
  for (const EpisodeGroup& group : groups) {
    const Beliefs beliefs =
        ReadBeliefs(run.agent(), *group.records,
                    run.agent().InitialState(group.size()), run.reward_clip());
    for (int64_t b = 0; b < group.size(); ++b) {
      char name[64];
      std::snprintf(name, sizeof(name), "/episode_%03d_",
                    static_cast<int>(group.first + b));
      const EpisodeDrawer drawer(run, *world, group, beliefs, b);
      CREDO_RETURN_IF_ERROR(drawer.Imagined(folder + name + "imagined.png"));
      CREDO_RETURN_IF_ERROR(drawer.Map(folder + name + "map.png"));
    }
  }
  return OkStatus();
}

}  // namespace credo
