#include "simcore/latent_gaussians.h"

#include <torch/types.h>

#include <vector>

#include "sdk/model/frame_models.h"

namespace credo {

Gaussians GaussiansOf(const at::Tensor& moments) {
  const std::vector<at::Tensor> halves = moments.chunk(2, -1);
  return {halves[0],
          halves[1].clamp(kLeastLogDeviation, kMostLogDeviation)};
}

at::Tensor Draw(const Gaussians& gaussians, const at::Tensor& noise) {
  if (!noise.defined()) return gaussians.mean;
  return at::addcmul(gaussians.mean, noise, gaussians.log_deviation.exp());
}

at::Tensor Divergence(const Gaussians& q, const Gaussians& p) {
  const at::Tensor ratio = p.log_deviation - q.log_deviation;
  const at::Tensor apart = (q.mean - p.mean) * (-p.log_deviation).exp();
  return ratio + 0.5 * ((-2 * ratio).exp() + apart.square()) - 0.5;
}

}  // namespace credo
