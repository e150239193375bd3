#include "memory/memory.h"

#include <torch/types.h>

#include <cmath>

namespace credo {

ReadStatistics Memory::Watch(const at::Tensor&, const at::Tensor&) const {
  return {};
}

at::Tensor ShareOfEntropy(const at::Tensor& weights) {
  torch::NoGradGuard no_grad;
  const int64_t places = weights.size(-1);
  if (places < 2) {
    return weights.new_zeros(weights.sizes().slice(0, weights.dim() - 1));
  }
  const at::Tensor size = weights.detach().abs();
  const at::Tensor share = size / size.sum(-1, true).clamp_min(1e-12);
  const at::Tensor entropy =
      -(share * at::log(share.clamp_min(1e-12))).sum(-1);
  // Round-off may carry it past its ends.
  return (entropy / std::log(static_cast<double>(places))).clamp(0, 1);
}

}  // namespace credo
