// Layers as trainer and runtime name their weights: what a layer is, without
// its arithmetic. Shapes are those of the tensors in a model file.
#ifndef CREDO_SDK_MODEL_LAYERS_H_
#define CREDO_SDK_MODEL_LAYERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"

namespace credo {

// y = x W^T + b. "NAME.weight" [out, in] and "NAME.bias" [out].
struct LinearSpec {
  std::string name;
  int64_t in = 0;
  int64_t out = 0;
};

// Linear layers with ReLU between them, none after the last: "NAME.0",
// "NAME.1", ... `sizes` are the outputs of the layers; at least one.
struct MlpSpec {
  std::string name;
  int64_t in = 0;
  std::vector<int64_t> sizes;

  int64_t out() const { return sizes.back(); }
  LinearSpec layer(size_t i) const {
    return {name + "." + std::to_string(i), i == 0 ? in : sizes[i - 1],
            sizes[i]};
  }
};

// Gates i, f, g, o. "NAME.input" [4 size, inputs], "NAME.recurrent" [4 size,
// size], "NAME.bias" [4 size].
struct LstmSpec {
  std::string name;
  int64_t inputs = 0;
  int64_t size = 0;
};

// Gates r, z, n. "NAME.input" [3 size, inputs], "NAME.recurrent" [3 size,
// size], "NAME.bias" [3 size], "NAME.recurrent_bias" [size].
struct GruSpec {
  std::string name;
  int64_t inputs = 0;
  int64_t size = 0;
};

// A convolution of 3x3 cells on [H, W, in] maps that keeps H and W: zeros lie
// around the map. "NAME.weight" [out, 3, 3, in] and, with `bias`, "NAME.bias"
// [out].
struct Conv3Spec {
  std::string name;
  int64_t in = 0;
  int64_t out = 0;
  bool bias = true;
};

// A parameter that is no layer's.
struct TensorSpec {
  std::string name;
  Shape shape;
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_LAYERS_H_
