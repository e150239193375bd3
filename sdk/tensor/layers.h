// Plain layers over Parameters.
#ifndef CREDO_SDK_TENSOR_LAYERS_H_
#define CREDO_SDK_TENSOR_LAYERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/model/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// y = x W^T + b. Parameters "NAME.weight" [out, in] and "NAME.bias" [out].
class Linear {
 public:
  Linear(Parameters& parameters, const LinearSpec& spec);
  Linear(Parameters& parameters, const std::string& name, int64_t in,
         int64_t out)
      : Linear(parameters, LinearSpec{name, in, out}) {}
  const at::Tensor& weight() const { return weight_->value; }
  at::Tensor operator()(const at::Tensor& x) const;  // [..., in] -> [..., out]
  int64_t outputs() const { return weight_->shape[0]; }

 private:
  Parameter* weight_;
  Parameter* bias_;
};

// Linear layers with ReLU between them, none after the last.
// Parameters "NAME.0.weight", "NAME.0.bias", "NAME.1.weight", ...
class Mlp {
 public:
  // `sizes` are the outputs of the layers, the last one included; at least one.
  Mlp(Parameters& parameters, const MlpSpec& spec);
  Mlp(Parameters& parameters, const std::string& name, int64_t in,
      const std::vector<int64_t>& sizes)
      : Mlp(parameters, MlpSpec{name, in, sizes}) {}
  at::Tensor operator()(const at::Tensor& x) const;
  int64_t outputs() const { return layers_.back().outputs(); }

 private:
  std::vector<Linear> layers_;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LAYERS_H_
