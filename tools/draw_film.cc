#include "tools/draw_film.h"

#include <torch/types.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "agents/runs/imagination.h"
#include "tools/animated_png.h"
#include "tools/sheet.h"

namespace credo {
namespace {

constexpr int kSize = 96;               // pixels of a drawn frame, about
constexpr int64_t kAhead = 12;          // steps that are imagined
constexpr uint16_t kMilliseconds = 250;
constexpr int kFrame = 3;               // pixels
constexpr Rgb kGreen = {30, 160, 60};

Picture Framed(const Picture& picture, bool marked) {
  Picture framed(picture.width() + 2 * kFrame, picture.height() + 2 * kFrame,
                 marked ? kGreen : Rgb{255, 255, 255});
  framed.Paste(picture, kFrame, kFrame);
  return framed;
}

class FilmDrawer {
 public:
  explicit FilmDrawer(const EpisodeView& view)
      : view_(view),
        task_(ImaginingTask(*view.run().learner)),
        predictions_(view.Predictions()),
        shown_(view.Views()) {}

  bool empty() const { return shown_.empty() && view_.MapHeads().empty(); }

  Picture At(int64_t t) {
    if (t >= start_ + kAhead || t == 0) Imagine(t);
    std::vector<std::vector<Picture>> rows(1);
    for (const Shown& shown : shown_) AddFrame(shown, t, rows.front());
    for (const EpisodeView::MapHead& head : view_.MapHeads()) {
      rows.push_back({view_.TrueMap(head, t),
                      view_.DecodedMap(head, predictions_[head.index], t)});
      for (const size_t pose : view_.PoseHeads(head.map)) {
        rows.back().push_back(
            view_.Pose(head.map, pose, predictions_[pose], t));
      }
    }
    return Arrange(rows, kPictureGap);
  }

 private:
  void Imagine(int64_t t) {
    start_ = t;
    const int64_t steps = std::min(kAhead, view_.length() - 1 - t);
    if (task_ == nullptr) return;
    imagined_ = credo::Imagine(view_.run().agent(), *task_, view_.records(),
                               view_.beliefs(), t, view_.column(), steps)
                    .frames;
  }

  void AddFrame(const Shown& shown, int64_t t,
                std::vector<Picture>& row) const {
    const std::string& name = shown.spec.name;
    row.push_back(Framed(view_.DrawView(shown, t, kSize), false));
    if (!imagined_.Has(name)) return;
    row.push_back(Framed(shown.Draw(imagined_[name][t - start_], kSize),
                         t == start_));
  }

  const EpisodeView& view_;
  const AuxiliaryTask* task_;
  std::vector<at::Tensor> predictions_;
  std::vector<Shown> shown_;
  int64_t start_ = 0;      // record that was imagined from
  NamedTensors imagined_;  // from there on
};

}  // namespace

Status DrawFilm(const EpisodeView& view, const std::string& path) {
  FilmDrawer drawer(view);
  if (drawer.empty()) return OkStatus();
  std::vector<Picture> pictures;
  const int64_t records = std::min(view.length(), kFilmRecords);
  for (int64_t t = 0; t < records; ++t) pictures.push_back(drawer.At(t));
  return WriteAnimatedPng(path, pictures, kMilliseconds);
}

}  // namespace credo
