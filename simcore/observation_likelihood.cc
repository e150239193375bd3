#include "simcore/observation_likelihood.h"

#include <torch/types.h>

#include <cmath>

#include "sdk/tensor/columns.h"
#include "sdk/tensor/pictures.h"

namespace credo {
namespace {

// The sum of -log N(x; mean, scale) over `numbers` numbers whose squared errors
// sum to `squares` [F].
at::Tensor Gaussian(const at::Tensor& squares, int64_t numbers, double scale) {
  const double constant = std::log(scale) + 0.5 * std::log(2 * M_PI);
  return squares * (0.5 / (scale * scale)) +
         constant * static_cast<double>(numbers);
}

// [F, ...] with the tiles' own shape and the categories last.
std::vector<int64_t> TilesShape(const ObservationSpec& spec, int64_t frames) {
  std::vector<int64_t> shape = {frames};
  shape.insert(shape.end(), spec.shape.begin(), spec.shape.end());
  shape.push_back(spec.categories());
  return shape;
}

// Of the observation around what is expected.
at::Tensor Deviation(const ObservationSpec& spec,
                     const FrameScales& scales,
                     const at::Tensor& expected) {
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return at::full_like(expected, scales.picture);
    case ObservationKind::kVector:
      return at::full_like(expected, scales.vector);
    case ObservationKind::kTiles:
      return at::sqrt(expected * (1 - expected));
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

}  // namespace

at::Tensor SquaredError(const ObservationSpec& spec,
                        const at::Tensor& prediction,
                        const at::Tensor& observed) {
  const at::Tensor flat =
      observed.reshape({prediction.size(0), spec.elements()});
  if (spec.kind == ObservationKind::kPicture) {
    return PictureSquaredError(prediction, flat);
  }
  return (prediction - flat.to(prediction.scalar_type())).square().sum(-1);
}

at::Tensor NegativeLogLikelihood(const ObservationSpec& spec,
                                 const FrameScales& scales,
                                 const at::Tensor& prediction,
                                 const at::Tensor& observed) {
  const int64_t frames = prediction.size(0);
  const at::Tensor flat = observed.reshape({frames, spec.elements()});
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return Gaussian(SquaredError(spec, prediction, flat), spec.elements(),
                      scales.picture);
    case ObservationKind::kVector:
      return Gaussian(SquaredError(spec, prediction, flat), spec.elements(),
                      scales.vector);
    case ObservationKind::kTiles:
      return at::cross_entropy_loss(
                 prediction.reshape({-1, spec.categories()}),
                 flat.reshape({-1}).to(at::kLong), {}, at::Reduction::None)
          .view({frames, -1})
          .sum(-1);
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

at::Tensor ExpectedObservation(const ObservationSpec& spec,
                               const at::Tensor& prediction) {
  std::vector<int64_t> shape = {prediction.size(0)};
  shape.insert(shape.end(), spec.shape.begin(), spec.shape.end());
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return prediction.view(shape).clamp(0, 1);
    case ObservationKind::kVector:
      return prediction.view(shape);
    case ObservationKind::kTiles:
      return at::softmax(prediction.view(TilesShape(spec, prediction.size(0))),
                         -1);
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

at::Tensor FrameLikelihood::Nats(const at::Tensor& predictions,
                                 const NamedTensors& observed) const {
  at::Tensor nats;
  int64_t begin = 0;
  for (const ObservationSpec& spec : observations_) {
    const int64_t size = spec.numbers();
    const at::Tensor term = NegativeLogLikelihood(
        spec, scales_, Columns(predictions, begin, size),
        observed[spec.name]);
    nats = nats.defined() ? nats + term : term;
    begin += size;
  }
  return nats;
}

DecodedFrames FrameLikelihood::Decoded(const at::Tensor& predictions) const {
  DecodedFrames decoded;
  int64_t begin = 0;
  for (const ObservationSpec& spec : observations_) {
    const int64_t size = spec.numbers();
    const at::Tensor expected = ExpectedObservation(
        spec, predictions.narrow(1, begin, size).contiguous());
    decoded.frames.Add(spec.name, expected);
    decoded.deviations.Add(spec.name, Deviation(spec, scales_, expected));
    begin += size;
  }
  return decoded;
}

}  // namespace credo
