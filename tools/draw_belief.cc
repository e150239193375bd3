#include "tools/draw_belief.h"

#include <utility>

#include "tools/sheet.h"
#include "tools/spread.h"

namespace credo {
namespace {

constexpr int64_t kColumns = 6;  // moments
constexpr int kSize = 96;        // pixels of a drawn frame, about

class Sheet {
 public:
  explicit Sheet(const EpisodeView& view)
      : moments_(Spread(0, view.length() - 1, kColumns)) {}

  template <typename DrawAt>
  void AddRow(const DrawAt& draw) {
    rows_.emplace_back();
    for (const int64_t t : moments_) rows_.back().push_back(draw(t));
  }

  // All maps that the view's own probes decode.
  void AddDecoded(const EpisodeView& view) {
    const std::vector<at::Tensor> predictions = view.Predictions();
    for (const EpisodeView::MapHead& head : view.MapHeads()) {
      AddRow([&](int64_t t) {
        return view.DecodedMap(head, predictions[head.index], t);
      });
    }
  }

  Status Write(const std::string& path) const {
    return WriteSheet(rows_, path);
  }

 private:
  std::vector<int64_t> moments_;
  std::vector<std::vector<Picture>> rows_;
};

}  // namespace

Status DrawBelief(const EpisodeView& view,
                  const std::vector<EpisodeView>& beside,
                  const std::string& path) {
  const std::vector<EpisodeView::MapHead> heads = view.MapHeads();
  if (heads.empty()) return OkStatus();
  Sheet sheet(view);
  bool above = false;
  for (const Shown& shown : view.Views()) {
    above |= shown.spec.privileged;
    sheet.AddRow(
        [&](int64_t t) { return view.DrawView(shown, t, kSize); });
  }
  if (!above) {
    for (const EpisodeView::MapHead& head : heads) {
      sheet.AddRow([&](int64_t t) { return view.TrueMap(head, t); });
    }
  }
  sheet.AddDecoded(view);
  for (const EpisodeView& other : beside) sheet.AddDecoded(other);
  return sheet.Write(path);
}

}  // namespace credo
