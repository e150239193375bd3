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

Result<Linear> Linear::Pack(
    const Source& source, const std::string& name, int64_t in,
    std::span<const float> bias,
    const std::function<float(int64_t, int64_t)>& weight) {
  const auto out = static_cast<int64_t>(bias.size());
  const int64_t padded = Padded(out);
  Linear linear;
  CREDO_ASSIGN_OR_RETURN(
      linear.numbers_,
      Buffer<float>::Make(source.allocator, padded * (in + 1),
                          "the weights of '" + name + "'"));
  float* to = linear.numbers_.data();
  for (int64_t panel = 0; panel < padded; panel += kPad) {
    const int64_t used = std::min(kPad, out - panel);
    for (int64_t o = 0; o < used; ++o) {
      for (int64_t i = 0; i < in; ++i) to[i * kPad + o] = weight(panel + o, i);
    }
    to += kPad * in;
  }
  std::ranges::copy(bias, to);
  linear.matrix_ = {linear.numbers_.data(), to, in, out};
  return linear;
}

Result<Linear> Linear::Load(const Source& source, const std::string& name,
                            int64_t in, int64_t out) {
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> weight,
                         source.Tensor(name + ".weight", {out, in}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(name + ".bias", {out}));
  return Pack(source, name, in, bias, [&](int64_t o, int64_t i) {
    return weight[o * in + i];
  });
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

Result<Mlp> Mlp::Load(const Source& source, const std::string& name,
                      int64_t in, const std::vector<int64_t>& sizes) {
  Mlp mlp;
  for (size_t i = 0; i < sizes.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(
        Linear layer, Linear::Load(source, name + "." + std::to_string(i), in,
                                   sizes[i]));
    mlp.layers_.push_back(std::move(layer));
    if (i + 1 < sizes.size()) {
      mlp.widest_ = std::max(mlp.widest_, Padded(sizes[i]));
    }
    in = sizes[i];
  }
  if (mlp.layers_.empty()) {
    return InvalidArgument("'" + name + "': expected layers, found none");
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
