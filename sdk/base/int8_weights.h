// Weights as whole numbers of 8 bits: a tick reads a quarter of the memory.
//
//   w ~ q s,  q = round(w / s) in [-127, 127],  s = max |w| / 127
//
// with one scale s per output of a layer: symmetric quantisation per channel
// (Jacob et al. 2018, "Quantization and Training of Neural Networks for
// Efficient Integer-Arithmetic-Only Inference", section 2.1, zero point 0).
// Only what is multiplied with inputs is rounded; inputs, sums, biases and
// states stay floats.
#ifndef CREDO_SDK_BASE_INT8_WEIGHTS_H_
#define CREDO_SDK_BASE_INT8_WEIGHTS_H_

#include <string>

#include "sdk/base/tensor_file.h"

namespace credo {

// Makes I8 of each F32 tensor of two or more dimensions, [outputs, ...], whose
// name `is_rounded` holds for, and adds the scales of its layer as F32
// "LAYER.scale" [outputs], where LAYER is the tensor's name up to its last dot.
// The tensors of one layer share their scales. Fails with kInvalidArgument, and
// the file as it was, when the tensors of a layer differ in their outputs, a
// weight is not finite or a tensor has the name of a scale.
Status QuantiseWeights(TensorFile& file,
                       bool (*is_rounded)(const std::string& name));

// The floats that whole numbers of QuantiseWeights stand for; the scales go.
void DequantiseWeights(TensorFile& file);

}  // namespace credo

#endif  // CREDO_SDK_BASE_INT8_WEIGHTS_H_
