#include "sdk/tensor/named_tensors.h"

#include <torch/types.h>

namespace credo {

void NamedTensors::Add(std::string name, at::Tensor tensor) {
  TORCH_CHECK(!Has(name), "tensor added twice: ", name);
  list_.emplace_back(std::move(name), std::move(tensor));
}

const at::Tensor& NamedTensors::operator[](const std::string& name) const {
  for (const auto& [known, tensor] : list_) {
    if (known == name) return tensor;
  }
  TORCH_CHECK(false, "no tensor named ", name);
}

bool NamedTensors::Has(const std::string& name) const {
  for (const auto& [known, tensor] : list_) {
    if (known == name) return true;
  }
  return false;
}

}  // namespace credo
