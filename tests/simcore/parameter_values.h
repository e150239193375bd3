// The numbers of parameters and tensors, for oracles.
#ifndef CREDO_TESTS_SIMCORE_PARAMETER_VALUES_H_
#define CREDO_TESTS_SIMCORE_PARAMETER_VALUES_H_

#include <torch/types.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/tensor/parameters.h"

namespace credo {

// The value of the parameter of this name.
inline at::Tensor ValueOf(const Parameters& parameters,
                          const std::string& name) {
  for (const Parameter& parameter : parameters.list()) {
    if (parameter.name == name) return parameter.value.detach();
  }
  throw std::invalid_argument("no parameter " + name);
}

// All numbers of a tensor in their order.
inline std::vector<double> NumbersIn(const at::Tensor& tensor) {
  const at::Tensor flat =
      tensor.detach().to(at::kDouble).contiguous().view({-1});
  const double* data = flat.const_data_ptr<double>();
  return {data, data + flat.numel()};
}

inline std::vector<double> NumbersOf(const Parameters& parameters,
                                     const std::string& name) {
  return NumbersIn(ValueOf(parameters, name));
}

inline void SetValue(Parameters& parameters, const std::string& name,
                     const std::vector<double>& numbers) {
  torch::NoGradGuard no_grad;
  at::Tensor value = ValueOf(parameters, name);
  value.copy_(torch::tensor(numbers, torch::kDouble).view(value.sizes()));
}

// Linear layers with ReLU between them: "NAME.0", ... up to layer `last`.
inline at::Tensor MlpOf(const Parameters& parameters, const std::string& name,
                        int last, at::Tensor x) {
  for (int i = 0; i <= last; ++i) {
    const std::string layer = name + "." + std::to_string(i);
    if (i > 0) x = at::relu(x);
    x = at::matmul(x, ValueOf(parameters, layer + ".weight").t()) +
        ValueOf(parameters, layer + ".bias");
  }
  return x;
}

}  // namespace credo

#endif  // CREDO_TESTS_SIMCORE_PARAMETER_VALUES_H_
