#include "simcore/reconstruction.h"

#include <torch/types.h>

#include <cmath>

#include "sdk/tensor/columns.h"
#include "simcore/observation_likelihood.h"

namespace credo {
namespace {

Reconstruction OfTiles(const at::Tensor& entropies, int64_t tiles,
                       double tolerance) {
  return {entropies / tolerance - static_cast<double>(tiles),
          entropies.detach(), tiles};
}

Reconstruction Of(const ObservationSpec& spec, const Tolerances& tolerances,
                  const at::Tensor& prediction, const at::Tensor& observed) {
  if (spec.kind == ObservationKind::kTiles) {
    return OfTiles(NegativeLogLikelihood(spec, {}, prediction, observed),
                   spec.elements(), tolerances.tile);
  }
  return OfSquares(SquaredError(spec, prediction, observed), spec.elements(),
                   spec.kind == ObservationKind::kPicture
                       ? tolerances.picture
                       : tolerances.vector);
}

}  // namespace

Reconstruction OfSquares(const at::Tensor& squares, int64_t numbers,
                         double tolerance) {
  const double kappa = tolerance * tolerance;
  const auto count = static_cast<double>(numbers);
  return {squares / kappa - count,
          squares.detach() * (0.5 / kappa) +
              count * 0.5 * std::log(2 * M_PI * kappa),
          numbers};
}

Reconstruction OfFrames(const std::vector<ObservationSpec>& observations,
                        const Tolerances& tolerances,
                        const at::Tensor& predictions,
                        const NamedTensors& observed) {
  Reconstruction all;
  int64_t begin = 0;
  for (const ObservationSpec& spec : observations) {
    const int64_t size = spec.numbers();
    const Reconstruction one = Of(spec, tolerances,
                                  Columns(predictions, begin, size),
                                  observed[spec.name]);
    all.excess = all.excess.defined() ? all.excess + one.excess : one.excess;
    all.nats = all.nats.defined() ? all.nats + one.nats : one.nats;
    all.numbers += one.numbers;
    begin += size;
  }
  return all;
}

}  // namespace credo
