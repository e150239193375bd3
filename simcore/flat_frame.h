// Frames as rows of numbers: what a posterior and a contrastive model read.
#ifndef CREDO_SIMCORE_FLAT_FRAME_H_
#define CREDO_SIMCORE_FLAT_FRAME_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "sdk/base/spec.h"
#include "sdk/tensor/named_tensors.h"

namespace credo {

// [F, ...] -> [F, numbers of all] of `type`, side by side: intensities in [0,
// 1], a one-hot per tile, vectors as they are.
at::Tensor FlatFrame(const std::vector<ObservationSpec>& observations,
                     const NamedTensors& observed, at::ScalarType type);

}  // namespace credo

#endif  // CREDO_SIMCORE_FLAT_FRAME_H_
