#include "simcore/geco.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "sdk/tensor/tensor_io.h"

namespace credo {

Geco::Geco(const GecoOptions& options)
    : options_(options), multiplier_(options.initial) {}

FrameLoss Geco::Loss(const at::Tensor& kl,
                     const Reconstruction& reconstruction,
                     const at::Tensor& weights) const {
  const auto numbers = static_cast<double>(reconstruction.numbers);
  const at::Tensor excess = reconstruction.excess.detach();
  return {(kl + multiplier_ * reconstruction.excess) /
              (1 + multiplier_ * numbers),
          kl.detach() + reconstruction.nats,
          {{"kl", kl.detach()}},
          (excess * weights).sum() / (weights.sum() * numbers)};
}

void Geco::Update(double constraint) {
  if (!std::isfinite(constraint)) return;
  const double stays = updates_ == 0 ? 0 : options_.average;
  average_ = stays * average_ + (1 - stays) * constraint;
  if (updates_ >= options_.warmup) {
    const double step = std::clamp(average_, -1.0, 1.0);
    const double rate = step > 0 ? options_.rise : options_.fall;
    multiplier_ = std::clamp(multiplier_ * std::exp(rate * step),
                             options_.low, options_.high);
  }
  ++updates_;
}

std::vector<Metric> Geco::Progress() const {
  return {{"multiplier", multiplier_}, {"constraint", average_}};
}

void Geco::Save(const std::string& prefix, TensorFile& file) const {
  AddTensor(file, prefix + "multiplier",
            torch::tensor(multiplier_, torch::kDouble));
  AddTensor(file, prefix + "average", torch::tensor(average_, torch::kDouble));
  AddTensor(file, prefix + "updates", torch::tensor(updates_, torch::kLong));
}

Status Geco::Load(const std::string& prefix, const TensorFile& file) {
  at::Tensor multiplier = torch::zeros({}, torch::kDouble);
  at::Tensor average = torch::zeros({}, torch::kDouble);
  at::Tensor updates = torch::zeros({}, torch::kLong);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "multiplier", multiplier));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "average", average));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "updates", updates));
  multiplier_ = multiplier.item<double>();
  average_ = average.item<double>();
  updates_ = updates.item<int64_t>();
  return OkStatus();
}

}  // namespace credo
