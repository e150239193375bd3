#include "sdk/tensor/adam.h"

#include <torch/types.h>

#include <cmath>
#include <limits>

#include "sdk/tensor/clones.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

// What one step multiplies by, corrections of the start included:
//   mean = beta1 mean + (1 - beta1) scale g, square likewise
//   value -= rate mean / (sqrt(square) root_scale + epsilon)
struct Factors {
  double scale;  // of the gradient: clipping
  double beta1;
  double beta2;
  double rate;        // learning rate / (1 - beta1^n)
  double root_scale;  // 1 / sqrt(1 - beta2^n)
  double epsilon;
};

// Partial sums in a fixed order let the compiler vectorise. A square of a float
// is exact in double, so the result is the same on every instruction set.
CREDO_CLONES double SquaredNorm(const float* x, int64_t size) {
  constexpr int64_t kLanes = 16;
  double lanes[kLanes] = {};
  const int64_t whole = size - size % kLanes;
  for (int64_t i = 0; i < whole; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const double value = x[i + lane];
      lanes[lane] += value * value;
    }
  }
  for (int64_t i = whole; i < size; ++i) {
    const double value = x[i];
    lanes[i - whole] += value * value;
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

// The mean of a part that no longer learns decays into subnormal numbers and
// would stay there: rounding holds it up, and processors handle it slowly.
[[gnu::always_inline]] inline float Flushed(float x) {
  return std::fabs(x) < std::numeric_limits<float>::min() ? 0.0f : x;
}

CREDO_CLONES void StepFloats(const Factors& factors, int64_t size,
                             const float* __restrict gradient,
                             float* __restrict value, float* __restrict mean,
                             float* __restrict square) {
  const auto scale = static_cast<float>(factors.scale);
  const auto beta1 = static_cast<float>(factors.beta1);
  const auto beta2 = static_cast<float>(factors.beta2);
  const auto fresh1 = static_cast<float>(1.0 - factors.beta1);
  const auto fresh2 = static_cast<float>(1.0 - factors.beta2);
  const auto rate = static_cast<float>(factors.rate);
  const auto root_scale = static_cast<float>(factors.root_scale);
  const auto epsilon = static_cast<float>(factors.epsilon);
  for (int64_t i = 0; i < size; ++i) {
    const float g = gradient[i] * scale;
    mean[i] = Flushed(beta1 * mean[i] + fresh1 * g);
    square[i] = beta2 * square[i] + fresh2 * g * g;
    value[i] -= rate * mean[i] / (std::sqrt(square[i]) * root_scale + epsilon);
  }
}

void StepTensors(const Factors& factors, const at::Tensor& gradients,
                 const at::Tensor& values, at::Tensor& mean,
                 at::Tensor& square) {
  const at::Tensor scaled = gradients * factors.scale;
  mean.mul_(factors.beta1).add_(scaled, 1.0 - factors.beta1);
  square.mul_(factors.beta2).addcmul_(scaled, scaled, 1.0 - factors.beta2);
  values.addcdiv_(mean,
                  square.sqrt().mul_(factors.root_scale).add_(factors.epsilon),
                  -factors.rate);
}

at::Tensor Scalar(int64_t value) { return torch::full({}, value, at::kLong); }

}  // namespace

Adam::Adam(int64_t size, const AdamOptions& options, at::ScalarType type)
    : options_(options),
      mean_(torch::zeros({size}, type)),
      square_(torch::zeros({size}, type)) {}

Adam::Step Adam::Update(double learning_rate, const at::Tensor& gradients,
                        const at::Tensor& values) {
  torch::NoGradGuard no_grad;
  for (const at::Tensor& x : {gradients, values}) {
    TORCH_CHECK(x.sizes() == mean_.sizes() &&
                    x.scalar_type() == mean_.scalar_type(),
                "Adam::Update: expected ", mean_.sizes(), " of ",
                mean_.scalar_type(), ", found ", x.sizes(), " of ",
                x.scalar_type());
  }
  const bool floats = mean_.scalar_type() == at::kFloat;
  const bool fused = floats && UsesKernels(gradients) &&
                     gradients.is_contiguous() && values.is_contiguous();

  const double squared_norm =
      fused ? SquaredNorm(gradients.const_data_ptr<float>(), gradients.numel())
            : gradients.to(at::kDouble).square().sum().item<double>();
  const double norm = std::sqrt(squared_norm);
  const bool clipped = options_.clip > 0 && norm > options_.clip;
  const double scale = clipped ? options_.clip / norm : 1.0;
  // A square that overflows would freeze its value for ever.
  const double largest = std::sqrt(std::numeric_limits<float>::max());
  if (!std::isfinite(norm) || (floats && norm * scale > largest)) {
    ++skipped_;
    return {.norm = norm, .skipped = true};
  }

  ++steps_;
  const auto n = static_cast<double>(steps_);
  const Factors factors = {
      .scale = scale,
      .beta1 = options_.beta1,
      .beta2 = options_.beta2,
      .rate = learning_rate / (1.0 - std::pow(options_.beta1, n)),
      .root_scale = 1.0 / std::sqrt(1.0 - std::pow(options_.beta2, n)),
      .epsilon = options_.epsilon};
  mean_ = mean_.to(values.device());
  square_ = square_.to(values.device());
  if (fused) {
    StepFloats(factors, values.numel(), gradients.const_data_ptr<float>(),
               values.mutable_data_ptr<float>(),
               mean_.mutable_data_ptr<float>(),
               square_.mutable_data_ptr<float>());
  } else {
    StepTensors(factors, gradients, values, mean_, square_);
  }
  return {.norm = norm, .skipped = false};
}

void Adam::Save(const std::string& prefix, TensorFile& file) const {
  AddTensor(file, prefix + "mean", mean_);
  AddTensor(file, prefix + "square", square_);
  AddTensor(file, prefix + "steps", Scalar(steps_));
  AddTensor(file, prefix + "skipped", Scalar(skipped_));
}

Status Adam::Load(const std::string& prefix, const TensorFile& file) {
  // Read aside first: a failure leaves this as it was.
  at::Tensor mean = torch::empty_like(mean_);
  at::Tensor square = torch::empty_like(square_);
  at::Tensor steps = Scalar(0);
  at::Tensor skipped = Scalar(0);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "mean", mean));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "square", square));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "steps", steps));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "skipped", skipped));
  mean_ = mean;
  square_ = square;
  steps_ = steps.item<int64_t>();
  skipped_ = skipped.item<int64_t>();
  return OkStatus();
}

}  // namespace credo
