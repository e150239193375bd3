#include "memory/value_net.h"

#include <torch/types.h>

namespace credo {

ValueNet::ValueNet(Parameters& parameters, const WrittenValue& value)
    : linear_(parameters, value.linear) {
  if (value.sees_hidden()) mlp_.emplace(parameters, value.mlp);
}

at::Tensor ValueNet::operator()(const at::Tensor& encoded,
                                const at::Tensor& hidden) const {
  const at::Tensor values = linear_(encoded);
  return mlp_ ? values + (*mlp_)(at::cat({encoded, hidden}, -1)) : values;
}

}  // namespace credo
