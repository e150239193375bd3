#include "sdk/tensor/learner_group.h"

#include <torch/types.h>

#include "sdk/tensor/device.h"

namespace credo {

at::Tensor LearnsAlone::Gather(const at::Tensor& own) {
  return own.unsqueeze(0);
}

void SumWherever(LearnerGroup& group, const at::Tensor& numbers) {
  if (group.Reaches(numbers.device())) {
    group.Sum(numbers);
    return;
  }
  const at::Tensor host = numbers.cpu();
  group.Sum(host);
  numbers.copy_(host);
}

at::Tensor GatherWherever(LearnerGroup& group, const at::Tensor& own) {
  if (group.Reaches(own.device())) return group.Gather(own.contiguous());
  return ToDeviceOf(own, group.Gather(own.cpu().contiguous()));
}

bool AllCan(LearnerGroup& group, bool can) {
  if (group.size() == 1) return can;
  const at::Tensor all = group.Gather(torch::tensor({can}, torch::kByte));
  return all.min().item<uint8_t>() > 0;
}

}  // namespace credo
