#include "sdk/tensor/layers.h"

#include <torch/types.h>

#include "sdk/tensor/precision.h"

namespace credo {

Linear::Linear(Parameters& parameters, const LinearSpec& spec)
    : weight_(parameters.Add(spec.name + ".weight", {spec.out, spec.in},
                             Init::FanIn(spec.in))),
      bias_(parameters.Add(spec.name + ".bias", {spec.out},
                           Init::FanIn(spec.in))) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return LinearProduct(x, weight_->value, bias_->value);
}

Mlp::Mlp(Parameters& parameters, const MlpSpec& spec) {
  TORCH_CHECK(!spec.sizes.empty(), "Mlp '", spec.name, "' has no layers");
  for (size_t i = 0; i < spec.sizes.size(); ++i) {
    layers_.emplace_back(parameters, spec.layer(i));
  }
}

at::Tensor Mlp::operator()(const at::Tensor& x) const {
  at::Tensor y = layers_[0](x);
  for (size_t i = 1; i < layers_.size(); ++i) y = layers_[i](at::relu(y));
  return y;
}

}  // namespace credo
