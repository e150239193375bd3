// What most memories write at each step: see sdk/model/memory_shape.h.
#ifndef CREDO_MEMORY_VALUE_NET_H_
#define CREDO_MEMORY_VALUE_NET_H_

#include <ATen/core/Tensor.h>

#include <optional>

#include "sdk/model/memory_shape.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class ValueNet {
 public:
  ValueNet(Parameters& parameters, const WrittenValue& value);
  // encoded [T, B, E], hidden [T, B, H] -> [T, B, width].
  at::Tensor operator()(const at::Tensor& encoded,
                        const at::Tensor& hidden) const;

 private:
  Linear linear_;
  std::optional<Mlp> mlp_;
};

}  // namespace credo

#endif  // CREDO_MEMORY_VALUE_NET_H_
