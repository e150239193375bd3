#include "sdk/tensor/pictures.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include "sdk/tensor/clones.h"
#include "sdk/tensor/device.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Of an intensity, as in the runtime: divisions would take longer than a small
// layer. 255 of these are exactly 1.
constexpr float kStep = 1.0f / 255.0f;

CREDO_CLONES void Divide(int64_t numbers, const uint8_t* __restrict bytes,
                         float* __restrict out) {
  for (int64_t i = 0; i < numbers; ++i) {
    out[i] = static_cast<float>(bytes[i]) * kStep;
  }
}

CREDO_CLONES void Standardise(int64_t rows, int64_t numbers,
                              const uint8_t* __restrict bytes,
                              const float* __restrict mean,
                              const float* __restrict inverse,
                              float* __restrict out) {
  for (int64_t r = 0; r < rows; ++r) {
    const uint8_t* const from = bytes + r * numbers;
    float* const to = out + r * numbers;
    for (int64_t i = 0; i < numbers; ++i) {
      to[i] = (static_cast<float>(from[i]) * kStep - mean[i]) * inverse[i];
    }
  }
}

// Leaves predicted - x / 255 in `off` and its sums of squares in `sums`.
// `stride`: of the rows of `predicted`.
CREDO_CLONES void SumSquares(int64_t rows, int64_t numbers, int64_t stride,
                             const float* __restrict predicted,
                             const uint8_t* __restrict bytes,
                             float* __restrict off, float* __restrict sums) {
  // As many sums as a register holds: the order does not depend on its size.
  constexpr int64_t kLanes = 16;
  for (int64_t r = 0; r < rows; ++r) {
    const float* const p = predicted + r * stride;
    const uint8_t* const x = bytes + r * numbers;
    float* const d = off + r * numbers;
    float lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= numbers; i += kLanes) {
      for (int64_t k = 0; k < kLanes; ++k) {
        d[i + k] = p[i + k] - static_cast<float>(x[i + k]) * kStep;
        lanes[k] += d[i + k] * d[i + k];
      }
    }
    for (; i < numbers; ++i) {
      d[i] = p[i] - static_cast<float>(x[i]) * kStep;
      lanes[i % kLanes] += d[i] * d[i];
    }
    float sum = 0;
    for (const float lane : lanes) sum += lane;
    sums[r] = sum;
  }
}

bool Fits(const at::Tensor& numbers, const at::Tensor& bytes) {
  return UsesKernels(numbers) && numbers.scalar_type() == at::kFloat &&
         bytes.scalar_type() == at::kByte;
}

struct SquaredErrorFunction : torch::autograd::Function<SquaredErrorFunction> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& predicted,
                            const at::Tensor& bytes) {
    at::AutoDispatchBelowADInplaceOrView below;
    const int64_t rows = predicted.size(0);
    const int64_t numbers = predicted.size(1);
    at::Tensor off = at::empty({rows, numbers}, predicted.options());
    at::Tensor sums = at::empty({rows}, predicted.options());
    SumSquares(rows, numbers, predicted.stride(0),
               predicted.const_data_ptr<float>(),
               bytes.const_data_ptr<uint8_t>(), off.data_ptr<float>(),
               sums.data_ptr<float>());
    context->save_for_backward({off});
    return sums;
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor off = context->get_saved_variables()[0];
    return {off * (2 * gradients[0]).unsqueeze(1), at::Tensor()};
  }
};

}  // namespace

at::Tensor Intensities(const at::Tensor& bytes) {
  if (!UsesKernels(bytes)) return bytes.to(at::kFloat) * kStep;
  const at::Tensor whole = bytes.contiguous();
  at::Tensor out = at::empty(whole.sizes(), whole.options().dtype(at::kFloat));
  Divide(whole.numel(), whole.const_data_ptr<uint8_t>(),
         out.data_ptr<float>());
  return out;
}

at::Tensor StandardisedIntensities(const at::Tensor& bytes,
                                   const at::Tensor& mean,
                                   const at::Tensor& inverse) {
  if (!UsesKernels(bytes)) return (Intensities(bytes) - mean) * inverse;
  const at::Tensor whole = bytes.contiguous();
  at::Tensor out = at::empty(whole.sizes(), whole.options().dtype(at::kFloat));
  Standardise(whole.size(0), whole.size(1), whole.const_data_ptr<uint8_t>(),
              mean.const_data_ptr<float>(), inverse.const_data_ptr<float>(),
              out.data_ptr<float>());
  return out;
}

at::Tensor PictureSquaredError(const at::Tensor& predicted,
                               const at::Tensor& bytes) {
  if (!Fits(predicted, bytes)) {
    return (predicted - bytes.to(predicted.scalar_type()) / 255.0)
        .square()
        .sum(1);
  }
  return SquaredErrorFunction::apply(
      predicted.stride(1) == 1 ? predicted : predicted.contiguous(),
      bytes.contiguous());
}

}  // namespace credo
