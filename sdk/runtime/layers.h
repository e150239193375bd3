// Linear layers on packed weights, and where a model's weights come from.
#ifndef CREDO_SDK_RUNTIME_LAYERS_H_
#define CREDO_SDK_RUNTIME_LAYERS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/layers.h"
#include "sdk/runtime/allocator.h"
#include "sdk/runtime/kernels.h"

namespace credo::runtime {

// A model file that is being loaded.
struct Source {
  const TensorFile& file;
  Allocator allocator;

  // The numbers of an f32 tensor, which must have this shape.
  Result<std::span<const float>> Tensor(const std::string& name,
                                        const Shape& shape) const;
  // The same numbers in memory of their own, which outlives the file's.
  Result<Buffer<float>> Copy(const std::string& name,
                             const Shape& shape) const;
  // A tensor of weights, f32 or i8, which must have this shape.
  Result<const NamedTensor*> Weights(const std::string& name,
                                     const Shape& shape) const;
};

// Rows of floats that lie `stride` apart.
struct FloatRows {
  float* data = nullptr;
  int64_t stride = 0;

  float* operator[](int64_t row) const { return data + row * stride; }
};

class Linear {
 public:
  static Result<Linear> Load(const Source& source, const LinearSpec& spec);
  // A layer whose matrix is that of `weights` side by side, flattened to one
  // row per output. All are of one type; where they are i8, "NAME.scale" [out]
  // holds what a 1 of each output stands for. `order`: for each column of the
  // matrix the one of the weights that goes there, -1 for zeros; empty: as they
  // are.
  static Result<Linear> Pack(const Source& source, const std::string& name,
                             std::span<const float> bias,
                             std::span<const NamedTensor* const> weights,
                             std::span<const int64_t> order = {});

  int64_t in() const { return matrix_.in; }
  int64_t out() const { return matrix_.out; }
  const PackedMatrix& matrix() const { return matrix_; }

  // `y` holds Padded(out()) floats per row.
  void operator()(const Kernels& kernels, int64_t rows, FloatRows x,
                  FloatRows y, bool relu = false) const;

 private:
  template <typename Weight>
  static Result<Buffer<Weight>> Panels(
      const Source& source, const std::string& name, int64_t out,
      std::span<const NamedTensor* const> weights,
      std::span<const int64_t> order);

  Buffer<float> floats_;  // weights of f32
  Buffer<int8_t> bytes_;  // weights of i8
  Buffer<float> vectors_;  // bias, then scales
  PackedMatrix matrix_;
};

class Mlp {
 public:
  static Result<Mlp> Load(const Source& source, const MlpSpec& spec);

  int64_t in() const { return layers_.front().in(); }
  int64_t out() const { return layers_.back().out(); }
  // Floats of scratch for so many rows.
  int64_t scratch(int64_t rows) const { return 2 * widest_ * rows; }

  // `y` holds Padded(out()) floats per row; `relu`: after the last layer too.
  void operator()(const Kernels& kernels, int64_t rows, FloatRows x,
                  FloatRows y, float* scratch, bool relu = false) const;

 private:
  std::vector<Linear> layers_;
  int64_t widest_ = 0;  // padded, of all layers but the last
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_LAYERS_H_
