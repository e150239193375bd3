#include "sdk/base/int8_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/number_text.h"

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

std::string ScaleOf(const std::string& layer) { return layer + ".scale"; }

// By layer.
using Scales = std::map<std::string, std::vector<float>>;

Status AddScales(const NamedTensor& tensor, Scales& scales) {
  const auto outputs = static_cast<size_t>(tensor.shape[0]);
  const auto [entry, is_new] = scales.try_emplace(LayerOf(tensor.name));
  std::vector<float>& layer = entry->second;
  if (is_new) layer.resize(outputs);
  if (layer.size() != outputs) {
    return InvalidArgument("tensor '" + tensor.name + "': expected " +
                           std::to_string(layer.size()) +
                           " outputs as the rest of its layer has, found " +
                           std::to_string(outputs));
  }
  const std::vector<float> weights = NumbersOf<float>(tensor);
  for (size_t i = 0; i < weights.size(); ++i) {
    float& scale = layer[i / (weights.size() / outputs)];
    scale = std::max(scale, std::abs(weights[i]) / kMost);
    if (std::isfinite(weights[i])) continue;
    return InvalidArgument("tensor '" + tensor.name +
                           "': expected finite weights, found " +
                           NumberText(weights[i]));
  }
  return OkStatus();
}

}  // namespace

Status QuantiseWeights(TensorFile& file,
                       bool (*is_rounded)(const std::string& name)) {
  const auto rounds = [&](const NamedTensor& tensor) {
    return IsWeight(tensor, DType::kF32) && is_rounded(tensor.name);
  };
  Scales scales;
  for (const NamedTensor& tensor : file.tensors) {
    if (!rounds(tensor)) continue;
    CREDO_RETURN_IF_ERROR(AddScales(tensor, scales));
  }
  for (const auto& [layer, values] : scales) {
    if (file.Find(ScaleOf(layer)) == nullptr) continue;
    return InvalidArgument("tensor '" + ScaleOf(layer) +
                           "': expected another name, as the scales of its "
                           "layer take this one");
  }
  for (NamedTensor& tensor : file.tensors) {
    if (!rounds(tensor)) continue;
    const std::vector<float>& layer = scales.at(LayerOf(tensor.name));
    const std::vector<float> weights = NumbersOf<float>(tensor);
    std::vector<int8_t> rounded;
    for (size_t i = 0; i < weights.size(); ++i) {
      const float scale = layer[i / (weights.size() / layer.size())];
      const float number = scale > 0 ? std::round(weights[i] / scale) : 0;
      rounded.push_back(
          static_cast<int8_t>(std::clamp(number, -kMost, kMost)));
    }
    Replace(tensor, DType::kI8, rounded);
  }
  for (const auto& [layer, values] : scales) {
    file.Add(ScaleOf(layer), DType::kF32,
             {static_cast<int64_t>(values.size())},
             std::as_bytes(std::span(values)));
  }
  return OkStatus();
}

void DequantiseWeights(TensorFile& file) {
  Scales scales;
  for (const NamedTensor& tensor : file.tensors) {
    if (!IsWeight(tensor, DType::kI8)) continue;
    const std::string layer = LayerOf(tensor.name);
    scales[layer] = NumbersOf<float>(*file.Find(ScaleOf(layer)));
  }
  for (NamedTensor& tensor : file.tensors) {
    if (!IsWeight(tensor, DType::kI8)) continue;
    const std::vector<float>& layer = scales.at(LayerOf(tensor.name));
    const std::vector<int8_t> rounded = NumbersOf<int8_t>(tensor);
    std::vector<float> weights;
    for (size_t i = 0; i < rounded.size(); ++i) {
      weights.push_back(layer[i / (rounded.size() / layer.size())] *
                        static_cast<float>(rounded[i]));
    }
    Replace(tensor, DType::kF32, weights);
  }
  std::erase_if(file.tensors, [&](const NamedTensor& tensor) {
    return tensor.name.ends_with(".scale") &&
           scales.contains(LayerOf(tensor.name));
  });
}

}  // namespace credo
