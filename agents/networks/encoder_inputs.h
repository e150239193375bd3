// Observations as the first layer of a network reads them.
#ifndef CREDO_AGENTS_NETWORKS_ENCODER_INPUTS_H_
#define CREDO_AGENTS_NETWORKS_ENCODER_INPUTS_H_

#include <ATen/core/Tensor.h>

#include "sdk/base/spec.h"

namespace credo {

// [R, ...] -> f32 [R, spec.numbers()]: intensities in [0, 1], a one-hot per
// tile, vectors with finite bounds scaled to [-1, 1] and others as they are.
at::Tensor FlatInput(const ObservationSpec& spec, const at::Tensor& observed);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_ENCODER_INPUTS_H_
