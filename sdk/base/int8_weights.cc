#include "sdk/base/int8_weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace credo {
namespace {

constexpr float kMost = 127;

std::string LayerOf(const std::string& name) {
  return name.substr(0, name.rfind('.'));
}

template <typename Number>
std::vector<Number> NumbersOf(const NamedTensor& tensor) {
  std::vector<Number> numbers(tensor.bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
  return numbers;
}

template <typename Number>
void Replace(NamedTensor& tensor, DType type,
             const std::vector<Number>& numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  tensor.type = type;
  tensor.bytes.assign(bytes.begin(), bytes.end());
}

bool IsWeight(const NamedTensor& tensor, DType type) {
  return tensor.type == type && tensor.shape.size() >= 2;
}

}  // namespace

void QuantiseWeights(TensorFile& file) {
  std::map<std::string, std::vector<float>> scales;  // by layer
  for (const NamedTensor& tensor : file.tensors) {
    if (!IsWeight(tensor, DType::kF32)) continue;
    const std::vector<float> weights = NumbersOf<float>(tensor);
    const auto outputs = static_cast<size_t>(tensor.shape[0]);
    const size_t row = weights.size() / outputs;
    std::vector<float>& layer = scales[LayerOf(tensor.name)];
    layer.resize(outputs);
    for (size_t i = 0; i < weights.size(); ++i) {
      layer[i / row] = std::max(layer[i / row], std::abs(weights[i]) / kMost);
    }
  }
  for (NamedTensor& tensor : file.tensors) {
    if (!IsWeight(tensor, DType::kF32)) continue;
    const std::vector<float>& layer = scales.at(LayerOf(tensor.name));
    const std::vector<float> weights = NumbersOf<float>(tensor);
    const size_t row = weights.size() / layer.size();
    std::vector<int8_t> rounded;
    for (size_t i = 0; i < weights.size(); ++i) {
      const float scale = layer[i / row];
      const float number = scale > 0 ? std::round(weights[i] / scale) : 0;
      rounded.push_back(
          static_cast<int8_t>(std::clamp(number, -kMost, kMost)));
    }
    Replace(tensor, DType::kI8, rounded);
  }
  for (const auto& [layer, values] : scales) {
    file.Add(layer + ".scale", DType::kF32,
             {static_cast<int64_t>(values.size())},
             std::as_bytes(std::span(values)));
  }
}

void DequantiseWeights(TensorFile& file) {
  std::map<std::string, std::vector<float>> scales;
  std::erase_if(file.tensors, [&](const NamedTensor& tensor) {
    if (!tensor.name.ends_with(".scale")) return false;
    scales[tensor.name] = NumbersOf<float>(tensor);
    return true;
  });
  for (NamedTensor& tensor : file.tensors) {
    if (!IsWeight(tensor, DType::kI8)) continue;
    const std::vector<float>& layer =
        scales.at(LayerOf(tensor.name) + ".scale");
    const std::vector<int8_t> rounded = NumbersOf<int8_t>(tensor);
    const size_t row = rounded.size() / layer.size();
    std::vector<float> weights;
    for (size_t i = 0; i < rounded.size(); ++i) {
      weights.push_back(layer[i / row] * static_cast<float>(rounded[i]));
    }
    Replace(tensor, DType::kF32, weights);
  }
}

}  // namespace credo
