#include "agents/probes/categorical_probe.h"

#include <torch/types.h>

#include <utility>
#include <vector>

#include "agents/probes/probe_options.h"

namespace credo {
namespace {

class CategoricalProbe : public ProbeHead {
 public:
  explicit CategoricalProbe(ProbeTarget target)
      : target_(std::move(target)),
        cells_(target_.target.elements()),
        categories_(target_.target.categories()) {}

  const ObservationSpec& target() const override { return target_.target; }
  int64_t predictions() const override { return cells_ * categories_; }

  at::Tensor Loss(const at::Tensor& predictions,
                  const at::Tensor& truth) const override {
    return at::cross_entropy_loss(predictions.reshape({-1, categories_}),
                                  Flat(truth).reshape({-1}), {},
                                  at::Reduction::None)
        .view({-1, cells_})
        .sum(-1);
  }

  at::Tensor Score(const at::Tensor& predictions,
                   const at::Tensor& truth) const override {
    return predictions.reshape({-1, cells_, categories_})
        .argmax(-1)
        .eq(Flat(truth))
        .to(at::kFloat);
  }

  at::Tensor Constant(const at::Tensor& truth) const override {
    // The logarithm of each cell's frequencies; +1 keeps it finite.
    const at::Tensor flat = Flat(truth);
    std::vector<at::Tensor> counts;
    for (int64_t c = 0; c < categories_; ++c) {
      counts.push_back(flat.eq(c).sum(0).to(at::kFloat) + 1);
    }
    const at::Tensor each = at::stack(counts, -1);  // [cells, categories]
    return at::log(each / each.sum(-1, true)).flatten();
  }

  bool is_accuracy() const override { return true; }
  const std::string& seen() const override { return target_.seen; }
  const std::string& visible() const override { return target_.visible; }

 private:
  at::Tensor Flat(const at::Tensor& truth) const {
    return truth.reshape({-1, cells_}).to(at::kLong);
  }

  ProbeTarget target_;
  int64_t cells_;
  int64_t categories_;
};

}  // namespace

ProbePart CellsProbe() {
  return ProbePartOf<CategoricalProbe>(CellsProbeInfo());
}

ProbePart ClassProbe() {
  return ProbePartOf<CategoricalProbe>(ClassProbeInfo());
}

}  // namespace credo
