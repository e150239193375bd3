// A term of a loss that has a name of its own in the log.
#ifndef CREDO_SDK_TENSOR_NAMED_LOSS_H_
#define CREDO_SDK_TENSOR_NAMED_LOSS_H_

#include <ATen/core/Tensor.h>

#include <string>

namespace credo {

struct NamedLoss {
  std::string name;
  at::Tensor value;  // a scalar, already weighted
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_NAMED_LOSS_H_
