#include "tools/episode_view.h"

#include <torch/types.h>

#include <algorithm>

#include "agents/runs/imagination.h"
#include "tools/draw_observation.h"

namespace credo {

Picture Shown::Draw(const at::Tensor& expected, int size) const {
  return DrawExpected(spec, colours, expected, size);
}

Picture Shown::DrawObserved(const at::Tensor& observed, int size) const {
  return Draw(AsShown(spec, observed), size);
}

Shown EpisodeView::Find(const std::string& name) const {
  const int index = run_.spec.IndexOf(name);
  const ObservationSpec& spec = run_.spec.observations[index];
  return {spec, TileColours(spec, world_.Palette(index))};
}

std::vector<Shown> EpisodeView::Views() const {
  std::vector<Shown> views;
  for (const ObservationSpec& spec : run_.spec.observations) {
    const bool drawn = spec.privileged
                           ? spec.kind == ObservationKind::kPicture
                           : CanDraw(spec);
    if (drawn) views.push_back(Find(spec.name));
  }
  return views;
}

Picture EpisodeView::DrawView(const Shown& view, int64_t t, int size) const {
  const std::string& name = view.spec.name;
  return view.DrawObserved(
      view.spec.privileged ? Privileged(name, t) : Observed(name, t), size);
}

std::vector<EpisodeView::MapHead> EpisodeView::MapHeads() const {
  std::vector<MapHead> found;
  const ProbeNet* probes = run_.learner->probes();
  for (size_t h = 0; probes != nullptr && h < probes->heads().size(); ++h) {
    const ProbeHead& head = *probes->heads()[h];
    const Shown map = Find(head.target().name);
    if (head.seen().empty() || map.spec.kind != ObservationKind::kTiles) {
      continue;
    }
    found.push_back({h, map, head.seen()});
  }
  return found;
}

std::vector<size_t> EpisodeView::PoseHeads(const Shown& map) const {
  std::vector<size_t> found;
  const ProbeNet* probes = run_.learner->probes();
  for (size_t h = 0; probes != nullptr && h < probes->heads().size(); ++h) {
    const ObservationSpec& pose = probes->heads()[h]->target();
    if (pose.kind == ObservationKind::kTiles && pose.elements() == 1 &&
        pose.categories() == map.spec.elements()) {
      found.push_back(h);
    }
  }
  return found;
}

std::vector<at::Tensor> EpisodeView::Predictions() const {
  const ProbeNet* probes = run_.learner->probes();
  if (probes == nullptr) return {};
  const torch::NoGradGuard no_grad;
  return probes->Predict({beliefs_.beliefs.select(1, column_),
                          beliefs_.memory.select(1, column_)});
}

Picture EpisodeView::TrueMap(const MapHead& head, int64_t t) const {
  const ObservationSpec& spec = head.map.spec;
  const at::Tensor truth = AsShown(spec, Privileged(spec.name, t));
  const at::Tensor seen =
      Privileged(head.seen, t).to(at::kFloat).unsqueeze(-1);
  // What was not seen is drawn as if all categories were as likely, mostly.
  const at::Tensor pale =
      at::full_like(truth, 1.0 / static_cast<double>(spec.categories()));
  return head.map.Draw(truth * (0.3 + 0.7 * seen) + pale * 0.7 * (1 - seen),
                       kMapSize);
}

Picture EpisodeView::DecodedMap(const MapHead& head,
                                const at::Tensor& predictions,
                                int64_t t) const {
  const at::Tensor chances = at::softmax(
      predictions[t].view({-1, head.map.spec.categories()}), -1);
  return head.map.Draw(chances, kMapSize);
}

Picture EpisodeView::Pose(const Shown& map, size_t pose,
                          const at::Tensor& predictions, int64_t t) const {
  const std::string& name =
      run_.learner->probes()->heads()[pose]->target().name;
  const int64_t truth = Privileged(name, t).item<int64_t>();
  const at::Tensor chances = at::softmax(predictions[t], -1).contiguous();
  const int columns = static_cast<int>(map.spec.shape.back());
  const int rows = static_cast<int>(map.spec.elements()) / columns;
  const int side = std::max(3, kMapSize / columns);
  Picture picture(columns * side, rows * side);
  const float* chance = chances.const_data_ptr<float>();
  for (int cell = 0; cell < rows * columns; ++cell) {
    const uint8_t grey = static_cast<uint8_t>(235 * (1 - chance[cell]));
    const int x = cell % columns * side;
    const int y = cell / columns * side;
    if (cell == truth) picture.Fill(x, y, side, side, {220, 40, 40});
    const int border = cell == truth ? std::max(1, side / 8) : 0;
    picture.Fill(x + border, y + border, side - 2 * border, side - 2 * border,
                 {grey, grey, grey});
  }
  return picture;
}

}  // namespace credo
