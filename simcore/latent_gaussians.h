// Latents as they are drawn: independent normal variables, by their means and
// the logarithms of their standard deviations.
#ifndef CREDO_SIMCORE_LATENT_GAUSSIANS_H_
#define CREDO_SIMCORE_LATENT_GAUSSIANS_H_

#include <ATen/core/Tensor.h>

namespace credo {

struct Gaussians {
  at::Tensor mean;
  at::Tensor log_deviation;
};

// moments [..., 2Z]: means, then log deviations, which are clamped to
// [kLeastLogDeviation, kMostLogDeviation]: a tiny deviation in the prior is the
// usual source of a NaN. -> [..., Z] each.
Gaussians GaussiansOf(const at::Tensor& moments);

// mean + noise exp(log deviation), [..., Z]; the means where `noise` is
// undefined.
at::Tensor Draw(const Gaussians& gaussians, const at::Tensor& noise);

// KL(q || p) of each variable in nats, [..., Z]:
//   ln(sp / sq) + (sq^2 + (mq - mp)^2) / (2 sp^2) - 1/2
at::Tensor Divergence(const Gaussians& q, const Gaussians& p);

}  // namespace credo

#endif  // CREDO_SIMCORE_LATENT_GAUSSIANS_H_
