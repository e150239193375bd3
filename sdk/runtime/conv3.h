// A convolution of 3x3 cells that keeps the sides of its map: the twin of
// sdk/tensor/conv3.h.
#ifndef CREDO_SDK_RUNTIME_CONV3_H_
#define CREDO_SDK_RUNTIME_CONV3_H_

#include <cstdint>

#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

// Where a map [height, width, channels] lies within a border of one cell, whose
// numbers are zeros: what a convolution reads.
struct BorderedMap {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;

  int64_t floats() const { return (height + 2) * (width + 2) * channels; }
  // Where the numbers of a cell begin, cells row by row.
  int64_t At(int64_t cell) const {
    return ((cell / width + 1) * (width + 2) + cell % width + 1) * channels;
  }
};

class Conv3 {
 public:
  static Result<Conv3> Load(const Source& source, const Conv3Spec& spec);

  // Floats of a cell that it writes.
  int64_t stride() const { return Padded(weights_.out()); }
  // A bordered map of the size `at` into cells [height * width, stride()].
  void operator()(const Kernels& kernels, const BorderedMap& at,
                  const float* from, float* to) const;

 private:
  Linear weights_;  // columns: line, column, channel
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_CONV3_H_
