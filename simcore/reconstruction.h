// How well frames were reconstructed, beside the tolerance of each kind of
// observation. A tolerance says which error is welcome, kappa:
//   pictures, vectors  the mean square of what is off, at the tolerance squared
//   tiles              the mean cross entropy of a tile, at the tolerance
#ifndef CREDO_SIMCORE_RECONSTRUCTION_H_
#define CREDO_SIMCORE_RECONSTRUCTION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/tensor/named_tensors.h"

namespace credo {

struct Reconstruction {
  // [F], the sum over the numbers of a frame of error / kappa - 1.
  at::Tensor excess;
  // [F] without gradient: -log p of the frame, with normals whose variance is
  // kappa and with the categories as they are predicted.
  at::Tensor nats;
  int64_t numbers = 0;  // of a frame; a tile is one
};

// Of `numbers` numbers whose squared errors sum to `squares` [F].
Reconstruction OfSquares(const at::Tensor& squares, int64_t numbers,
                         double tolerance);

struct Tolerances {
  double picture = 0;
  double tile = 0;
  double vector = 0;
};

// Of all observations of a frame, whose predictions lie side by side: [F,
// numbers of all], of tiles the logits.
Reconstruction OfFrames(const std::vector<ObservationSpec>& observations,
                        const Tolerances& tolerances,
                        const at::Tensor& predictions,
                        const NamedTensors& observed);

}  // namespace credo

#endif  // CREDO_SIMCORE_RECONSTRUCTION_H_
