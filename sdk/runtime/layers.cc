#include "sdk/runtime/layers.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {

Result<std::span<const float>> Source::Tensor(const std::string& name,
                                              const Shape& shape) const {
  const NamedTensor* const tensor = file.Find(name);
  const std::string expected =
      std::string("expected F32 ") + ShapeText(shape);
  if (tensor == nullptr) {
    return InvalidArgument("tensor '" + name + "': " + expected +
                           ", found none");
  }
  if (tensor->type != DType::kF32 || tensor->shape != shape) {
    return InvalidArgument("tensor '" + name + "': " + expected + ", found " +
                           DTypeName(tensor->type) + " " +
                           ShapeText(tensor->shape));
  }
  return std::span(reinterpret_cast<const float*>(tensor->bytes.data()),
                   tensor->bytes.size() / sizeof(float));
}

Result<Buffer<float>> Source::Copy(const std::string& name,
                                   const Shape& shape) const {
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> numbers,
                         Tensor(name, shape));
  CREDO_ASSIGN_OR_RETURN(
      Buffer<float> copy,
      Buffer<float>::Make(allocator, static_cast<int64_t>(numbers.size()),
                          "tensor '" + name + "'"));
  std::ranges::copy(numbers, copy.data());
  return copy;
}

Result<const NamedTensor*> Source::Weights(const std::string& name,
                                           const Shape& shape) const {
  const NamedTensor* const tensor = file.Find(name);
  if (tensor == nullptr || tensor->type != DType::kI8) {
    CREDO_RETURN_IF_ERROR(Tensor(name, shape).status());
  } else if (tensor->shape != shape) {
    return InvalidArgument("tensor '" + name + "': expected I8 " +
                           ShapeText(shape) + ", found " +
                           ShapeText(tensor->shape));
  }
  return tensor;
}

// The panels that PackedMatrix describes.
template <typename Weight>
Result<Buffer<Weight>> Linear::Panels(
    const Source& source, const std::string& name, int64_t out,
    std::span<const NamedTensor* const> weights,
    std::span<const int64_t> order) {
  // Where output 0 finds a column, and how far the next output is from there.
  struct Column {
    const Weight* first;
    int64_t stride;
  };
  std::vector<Column> columns;
  for (const NamedTensor* tensor : weights) {
    const auto* const numbers =
        reinterpret_cast<const Weight*>(tensor->bytes.data());
    const int64_t stride = ElementCount(tensor->shape) / out;
    for (int64_t i = 0; i < stride; ++i) {
      columns.push_back({numbers + i, stride});
    }
  }
  if (!order.empty()) {
    std::vector<Column> ordered;
    for (const int64_t from : order) {
      ordered.push_back(from < 0 ? Column{} : columns[from]);
    }
    columns = std::move(ordered);
  }
  const auto in = static_cast<int64_t>(columns.size());
  CREDO_ASSIGN_OR_RETURN(
      Buffer<Weight> panels,
      Buffer<Weight>::Make(source.allocator, Padded(out) * in,
                           "the weights of '" + name + "'"));
  Weight* to = panels.data();
  for (int64_t first = 0; first < out; first += kPad) {
    const int64_t used = std::min(kPad, out - first);
    for (const Column& column : columns) {
      if (column.first != nullptr) {
        const Weight* from = column.first + first * column.stride;
        for (int64_t o = 0; o < used; ++o) to[o] = from[o * column.stride];
      }
      to += kPad;
    }
  }
  return panels;
}

Result<Linear> Linear::Pack(const Source& source, const std::string& name,
                            std::span<const float> bias,
                            std::span<const NamedTensor* const> weights,
                            std::span<const int64_t> order) {
  const auto out = static_cast<int64_t>(bias.size());
  const int64_t padded = Padded(out);
  const bool scaled = weights.front()->type == DType::kI8;
  Linear linear;
  CREDO_ASSIGN_OR_RETURN(
      linear.vectors_,
      Buffer<float>::Make(source.allocator, scaled ? 2 * padded : padded,
                          "the biases of '" + name + "'"));
  std::ranges::copy(bias, linear.vectors_.data());
  linear.matrix_.bias = linear.vectors_.data();
  linear.matrix_.out = out;
  for (const NamedTensor* tensor : weights) {
    if ((tensor->type == DType::kI8) == scaled) continue;
    return InvalidArgument("tensor '" + tensor->name + "': expected " +
                           DTypeName(weights.front()->type) + " as '" +
                           weights.front()->name + "' has, found " +
                           DTypeName(tensor->type));
  }
  if (scaled) {
    CREDO_ASSIGN_OR_RETURN(const std::span<const float> scales,
                           source.Tensor(name + ".scale", {out}));
    std::ranges::copy(scales, linear.vectors_.data() + padded);
    CREDO_ASSIGN_OR_RETURN(
        linear.bytes_,
        Panels<int8_t>(source, name, out, weights, order));
    linear.matrix_.bytes = linear.bytes_.data();
    linear.matrix_.scales = linear.vectors_.data() + padded;
    linear.matrix_.in = linear.bytes_.size() / padded;
  } else {
    CREDO_ASSIGN_OR_RETURN(linear.floats_,
                           Panels<float>(source, name, out, weights, order));
    linear.matrix_.floats = linear.floats_.data();
    linear.matrix_.in = linear.floats_.size() / padded;
  }
  return linear;
}

Result<Linear> Linear::Load(const Source& source, const LinearSpec& spec) {
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const weight,
      source.Weights(spec.name + ".weight", {spec.out, spec.in}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(spec.name + ".bias", {spec.out}));
  return Pack(source, spec.name, bias, {{weight}});
}

void Linear::operator()(const Kernels& kernels, int64_t rows, FloatRows x,
                        FloatRows y, bool relu) const {
  kernels.product(matrix_, {.count = rows,
                            .x = x.data,
                            .row_stride = 0,
                            .per_line = 1,
                            .line_stride = x.stride,
                            .segments = 1,
                            .segment_length = matrix_.in,
                            .segment_stride = 0,
                            .y = y.data,
                            .y_stride = y.stride,
                            .relu = relu});
}

Result<Mlp> Mlp::Load(const Source& source, const MlpSpec& spec) {
  Mlp mlp;
  for (size_t i = 0; i < spec.sizes.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(Linear layer, Linear::Load(source, spec.layer(i)));
    if (i + 1 < spec.sizes.size()) {
      mlp.widest_ = std::max(mlp.widest_, Padded(layer.out()));
    }
    mlp.layers_.push_back(std::move(layer));
  }
  if (mlp.layers_.empty()) {
    return InvalidArgument("'" + spec.name + "': expected layers, found none");
  }
  return mlp;
}

void Mlp::operator()(const Kernels& kernels, int64_t rows, FloatRows x,
                     FloatRows y, float* scratch, bool relu) const {
  FloatRows between = {scratch, widest_};
  FloatRows other = {scratch + rows * widest_, widest_};
  for (size_t i = 0; i + 1 < layers_.size(); ++i) {
    layers_[i](kernels, rows, x, between, /*relu=*/true);
    x = between;
    std::swap(between, other);
  }
  layers_.back()(kernels, rows, x, y, relu);
}

}  // namespace credo::runtime
