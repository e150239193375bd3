#include "sdk/tensor/layers.h"

#include <torch/torch.h>

namespace credo {

Linear::Linear(Parameters& parameters, const std::string& name, int64_t in,
               int64_t out)
    : weight_(parameters.Add(name + ".weight", {out, in}, Init::FanIn(in))),
      bias_(parameters.Add(name + ".bias", {out}, Init::FanIn(in))) {}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return at::linear(x, weight_->value, bias_->value);
}

Mlp::Mlp(Parameters& parameters, const std::string& name, int64_t in,
         const std::vector<int64_t>& sizes) {
  TORCH_CHECK(!sizes.empty(), "Mlp '", name, "' has no layers");
  for (size_t i = 0; i < sizes.size(); ++i) {
    layers_.emplace_back(parameters, name + "." + std::to_string(i), in,
                         sizes[i]);
    in = sizes[i];
  }
}

at::Tensor Mlp::operator()(const at::Tensor& x) const {
  at::Tensor y = layers_[0](x);
  for (size_t i = 1; i < layers_.size(); ++i) y = layers_[i](at::relu(y));
  return y;
}

}  // namespace credo
