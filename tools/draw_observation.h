// Observations as pictures for people.
#ifndef CREDO_TOOLS_DRAW_OBSERVATION_H_
#define CREDO_TOOLS_DRAW_OBSERVATION_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "sdk/base/rgb.h"
#include "sdk/base/spec.h"
#include "tools/picture.h"

namespace credo {

// Whether there is a picture of such an observation: of pictures, and of tiles.
bool CanDraw(const ObservationSpec& spec);

// Colours of an observation's categories: `palette` when it has one for each,
// else colours of our own.
std::vector<Rgb> TileColours(const ObservationSpec& spec,
                             std::vector<Rgb> palette);

// One expected observation (FrameModel::Decode) as a picture about `size`
// pixels wide. A tile has the mean of the colours of its categories, weighted
// by their probabilities: an unsure one looks washed out.
// REQUIRES: CanDraw(spec).
Picture DrawExpected(const ObservationSpec& spec,
                     const std::vector<Rgb>& colours,
                     const at::Tensor& expected, int size);

}  // namespace credo

#endif  // CREDO_TOOLS_DRAW_OBSERVATION_H_
