// Comparing gradients of two ways to compute the same thing.
#ifndef CREDO_TESTS_SUPPORT_GRADIENT_CHECK_H_
#define CREDO_TESTS_SUPPORT_GRADIENT_CHECK_H_

#include <torch/types.h>

#include <functional>
#include <vector>

namespace credo {

// A tensor of normal draws that gathers gradients. Each call takes the next
// seed, so that tests do not depend on each other.
inline at::Tensor RandomLeaf(at::IntArrayRef shape, int64_t seed,
                             at::ScalarType type = at::kDouble) {
  auto generator = at::detail::createCPUGenerator(seed);
  return at::randn(shape, generator, type).requires_grad_(true);
}

// The gradients of sum(weights_i * output_i) with respect to `inputs`, where
// the weights are fixed draws: every output matters, each entry differently.
inline std::vector<at::Tensor> GradientsOf(
    const std::function<std::vector<at::Tensor>(
        const std::vector<at::Tensor>&)>& function,
    const std::vector<at::Tensor>& inputs) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& input : inputs) {
    leaves.push_back(input.detach().clone().requires_grad_(true));
  }
  const std::vector<at::Tensor> outputs = function(leaves);
  at::Tensor sum = torch::zeros({}, outputs[0].options());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor weights =
        RandomLeaf(outputs[i].sizes(), 1000 + static_cast<int64_t>(i),
                   outputs[i].scalar_type())
            .detach();
    sum = sum + (weights * outputs[i]).sum();
  }
  sum.backward();
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& leaf : leaves) {
    gradients.push_back(leaf.grad().defined() ? leaf.grad()
                                              : at::zeros_like(leaf));
  }
  return gradients;
}

inline double LargestDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_GRADIENT_CHECK_H_
