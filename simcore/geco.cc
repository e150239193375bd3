#include "simcore/geco.h"

#include <torch/types.h>

#include "sdk/tensor/tensor_io.h"

namespace credo {

Geco::Geco(const GecoOptions& options)
    : options_(options),
      multiplier_(torch::tensor(options.initial, torch::kDouble)),
      average_(torch::zeros({}, torch::kDouble)),
      updates_(torch::zeros({}, torch::kLong)) {}

FrameLoss Geco::Loss(const at::Tensor& kl,
                     const Reconstruction& reconstruction,
                     const at::Tensor& weights) const {
  const auto numbers = static_cast<double>(reconstruction.numbers);
  const at::Tensor excess = reconstruction.excess.detach();
  const at::Tensor multiplier = multiplier_.to(kl.device());
  return {(kl + multiplier * reconstruction.excess) /
              (1 + multiplier * numbers),
          kl.detach() + reconstruction.nats,
          {{"kl", kl.detach()}},
          (excess * weights).sum() / (weights.sum() * numbers)};
}

void Geco::Update(const at::Tensor& constraint) {
  torch::NoGradGuard no_grad;
  for (at::Tensor* x : {&multiplier_, &average_, &updates_}) {
    *x = x->to(constraint.device());
  }
  const at::Tensor c = constraint.to(at::kDouble);
  const at::Tensor finite = c.isfinite();
  const at::Tensor average =
      torch::where(updates_.eq(0), c,
                   options_.average * average_ + (1 - options_.average) * c);
  const at::Tensor step = average.clamp(-1.0, 1.0);
  const at::Tensor rate =
      torch::where(step.gt(0), at::full_like(step, options_.rise),
                   at::full_like(step, options_.fall));
  const at::Tensor multiplier = (multiplier_ * (rate * step).exp())
                                    .clamp(options_.low, options_.high);
  const at::Tensor moves = finite.logical_and(updates_.ge(options_.warmup));
  multiplier_.copy_(torch::where(moves, multiplier, multiplier_));
  average_.copy_(torch::where(finite, average, average_));
  updates_.add_(finite);
}

MetricTensors Geco::Progress() const {
  MetricTensors progress;
  progress.Add("multiplier", multiplier_);
  progress.Add("constraint", average_);
  return progress;
}

void Geco::Save(const std::string& prefix, TensorFile& file) const {
  AddTensor(file, prefix + "multiplier", multiplier_);
  AddTensor(file, prefix + "average", average_);
  AddTensor(file, prefix + "updates", updates_);
}

Status Geco::Load(const std::string& prefix, const TensorFile& file) {
  at::Tensor multiplier = torch::zeros({}, torch::kDouble);
  at::Tensor average = torch::zeros({}, torch::kDouble);
  at::Tensor updates = torch::zeros({}, torch::kLong);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "multiplier", multiplier));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "average", average));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "updates", updates));
  multiplier_ = multiplier;
  average_ = average;
  updates_ = updates;
  return OkStatus();
}

}  // namespace credo
