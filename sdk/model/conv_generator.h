// The generator of a conditional ConvDRAW: from a condition, and at each of
// several steps latents, to a picture. The picture is a grid of square patches;
// [gh, gw] maps of patches, P = patch * patch * 3 numbers each.
//
//   c = ReLU(MLP(s)) as a map [gh, gw, condition]
//   at each step  h, cell = LSTM cell with gates conv_c(c) + conv_h([z, h])
//                 u <- u + conv_u(h)
//   picture = u + 1/2
//
// Convolutions are 3x3. Source: Gregor et al. 2016, "Towards Conceptual
// Compression" (ConvDRAW); Eslami et al. 2018 for the condition.
#ifndef CREDO_SDK_MODEL_CONV_GENERATOR_H_
#define CREDO_SDK_MODEL_CONV_GENERATOR_H_

#include <cstdint>
#include <string>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/frame_shape.h"
#include "sdk/model/layers.h"
#include "sdk/model/options.h"

namespace credo {

// Part of the options of those that have such a generator.
struct ConvGeneratorOptions {
  int64_t patch = 4;
  int64_t steps = 3;
  int64_t channels = 32;
  int64_t condition = 32;
  int64_t condition_hidden = 256;
  void Visit(FieldVisitor& v);
};

struct ConvGeneratorModel {
  // `latents`: channels of z, 0 without. Fails unless the observations are one
  // picture that patches divide, or for what sdk/model/limits.h says of
  // convolutions.
  static Result<ConvGeneratorModel> Make(const ConvGeneratorOptions& options,
                                         const FramePlace& place,
                                         int64_t latents);

  int64_t cells() const { return height * width; }
  int64_t patch_numbers() const { return patch * patch * colours; }

  int64_t patch = 0;
  int64_t colours = 0;
  int64_t height = 0;  // of the grid, in patches
  int64_t width = 0;
  int64_t steps = 0;
  int64_t channels = 0;
  int64_t latents = 0;
  MlpSpec condition;
  Conv3Spec gates_condition;  // of c
  Conv3Spec gates;            // of [z, h], without bias
  Conv3Spec canvas;
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_CONV_GENERATOR_H_
