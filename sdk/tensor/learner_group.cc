#include "sdk/tensor/learner_group.h"

#include <torch/types.h>

namespace credo {

at::Tensor LearnsAlone::Gather(const at::Tensor& own) {
  return own.unsqueeze(0);
}

void SumWherever(LearnerGroup& group, const at::Tensor& numbers) {
  const at::Tensor host = numbers.cpu();  // on the CPU, the same numbers
  group.Sum(host);
  if (!numbers.is_cpu()) numbers.copy_(host);
}

}  // namespace credo
