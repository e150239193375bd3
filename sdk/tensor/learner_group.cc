#include "sdk/tensor/learner_group.h"

#include <torch/types.h>

namespace credo {

at::Tensor LearnsAlone::Gather(const at::Tensor& own) {
  return own.unsqueeze(0);
}

}  // namespace credo
