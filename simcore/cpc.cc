#include "simcore/cpc.h"

#include <torch/types.h>

#include <limits>
#include <vector>

#include "sdk/model/frame_models.h"
#include "sdk/tensor/layers.h"
#include "simcore/flat_frame.h"

namespace credo {
namespace {

// Which candidates are nearly the true frame: [F, C]. `flat` [C, N] are all
// candidates.
at::Tensor Duplicates(const at::Tensor& flat, const at::Tensor& places,
                      double below) {
  // Distances stay when all frames move, and are exact for small numbers.
  const at::Tensor centred = flat - flat.mean(0);
  const at::Tensor squares = centred.square().sum(1);
  const at::Tensor frames = centred.index_select(0, places);
  // |a|^2 + |b|^2 - 2 a b; rounding must not leave it below 0.
  const at::Tensor distances =
      at::addmm(squares.index_select(0, places).unsqueeze(1) + squares, frames,
                centred.t(), /*beta=*/1, /*alpha=*/-2)
          .clamp_min(0);
  return distances < below * static_cast<double>(flat.size(1));
}

// Which candidates are of the true frame's episode and at most `within` records
// away: [F, C] of ids [F, 3] and [C, 3].
at::Tensor Neighbours(const at::Tensor& frames, const at::Tensor& candidates,
                      int64_t within) {
  const auto apart = [&](int64_t number) {
    return frames.select(1, number).unsqueeze(1) -
           candidates.select(1, number);
  };
  const int64_t column = 0, time = 1, episode = 2;  // of a FrameId
  return apart(column).eq(0)
      .logical_and_(apart(episode).eq(0))
      .logical_and_(apart(time).abs_().le(within));
}

class Cpc : public FrameModel {
 public:
  Cpc(const CpcOptions& options, const CpcModel& model, Parameters& parameters,
      const FramePlace& place)
      : observations_(place.observations),
        of_encodings_(options.target == "encoding"),
        temperature_(options.temperature),
        duplicate_(options.duplicate),
        neighbours_(options.neighbours),
        state_(parameters, model.state),
        target_(parameters, model.target) {}

  bool repeats() const override { return true; }
  bool couples_frames() const override { return true; }

  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor&) const override {
    at::Tensor flat;
    if (!of_encodings_ || duplicate_ > 0) {
      flat = FlatFrame(observations_, targets.candidates.observations,
                       states.scalar_type());
    }
    const at::Tensor keys =
        target_(of_encodings_ ? targets.candidates.encodings : flat);
    // One that is no negative has no score, so a frame without negatives has a
    // loss of 0.
    const at::Tensor scores =
        at::matmul(state_(states) / temperature_, keys.t())
            .masked_fill(NoNegatives(flat, targets),
                         -std::numeric_limits<double>::infinity());
    const at::Tensor loss = at::cross_entropy_loss(
        scores, targets.places, /*weight=*/{}, at::Reduction::None);
    const at::Tensor right = scores.detach().argmax(1).eq(targets.places);
    return {loss,
            loss.detach(),
            {{"accuracy", right.to(states.scalar_type())}},
            {}};
  }

  bool Decodes() const override { return false; }
  DecodedFrames Decode(const at::Tensor&, const at::Tensor&) const override {
    TORCH_CHECK(false, "cpc: a contrastive model draws no frames");
  }

 private:
  // [F, C]: candidates that a frame is not told from. Never the frame itself.
  at::Tensor NoNegatives(const at::Tensor& flat,
                         const FrameTargets& targets) const {
    torch::NoGradGuard no_grad;
    at::Tensor no_negatives = targets.places.new_zeros(
        {targets.places.size(0), targets.candidates.ids.size(0)}, at::kBool);
    if (duplicate_ > 0) {
      no_negatives.logical_or_(Duplicates(flat, targets.places, duplicate_));
    }
    if (neighbours_ > 0) {
      no_negatives.logical_or_(
          Neighbours(targets.ids, targets.candidates.ids, neighbours_));
    }
    return no_negatives.scatter_(1, targets.places.unsqueeze(1), false);
  }

  std::vector<ObservationSpec> observations_;
  bool of_encodings_;
  double temperature_;
  double duplicate_;
  int64_t neighbours_;
  Mlp state_;
  Linear target_;
};

}  // namespace

FrameModelPart CpcPart() {
  return {CpcInfo(),
          [](const Options& any, Parameters& parameters,
             const FramePlace& place) -> Result<std::unique_ptr<FrameModel>> {
            const auto& options = As<CpcOptions>(any);
            return std::unique_ptr<FrameModel>(std::make_unique<Cpc>(
                options, CpcModel(options, place), parameters, place));
          }};
}

}  // namespace credo
