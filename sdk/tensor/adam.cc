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

// The norm of a gradient whose squares would overflow, and freeze their values
// for ever.
const double kLargest = std::sqrt(std::numeric_limits<float>::max());

at::Tensor Scalar(int64_t value) { return torch::full({}, value, at::kLong); }

}  // namespace

Adam::Adam(int64_t size, const AdamOptions& options, at::ScalarType type)
    : options_(options),
      steps_(Scalar(0)),
      skipped_(Scalar(0)),
      mean_(torch::zeros({size}, type)),
      square_(torch::zeros({size}, type)) {}

int64_t Adam::skipped() const { return skipped_.item<int64_t>(); }

Adam::Step Adam::Update(double learning_rate, const at::Tensor& gradients,
                        const at::Tensor& values) {
  return Update(ToDeviceOf(values, torch::tensor(learning_rate, at::kDouble)),
                gradients, values);
}

Adam::Step Adam::Update(const at::Tensor& learning_rate,
                        const at::Tensor& gradients,
                        const at::Tensor& values) {
  torch::NoGradGuard no_grad;
  for (const at::Tensor& x : {gradients, values}) {
    TORCH_CHECK(x.sizes() == mean_.sizes() &&
                    x.scalar_type() == mean_.scalar_type(),
                "Adam: expected ", mean_.sizes(), " of ", mean_.scalar_type(),
                ", found ", x.sizes(), " of ", x.scalar_type());
  }
  const bool fused = mean_.scalar_type() == at::kFloat &&
                     UsesKernels(gradients) && gradients.is_contiguous() &&
                     values.is_contiguous();
  return fused ? UpdateFused(learning_rate.item<double>(), gradients, values)
               : UpdateThere(learning_rate, gradients, values);
}

Adam::Step Adam::UpdateFused(double learning_rate, const at::Tensor& gradients,
                             const at::Tensor& values) {
  const double norm = std::sqrt(
      SquaredNorm(gradients.const_data_ptr<float>(), gradients.numel()));
  const bool clipped = options_.clip > 0 && norm > options_.clip;
  const double scale = clipped ? options_.clip / norm : 1.0;
  const bool taken = std::isfinite(norm) && norm * scale <= kLargest;
  const Step step = {.norm = torch::tensor(norm, at::kDouble),
                     .taken = torch::tensor(taken)};
  (taken ? steps_ : skipped_).add_(1);
  if (!taken) return step;
  const auto n = static_cast<double>(steps_.item<int64_t>());
  const Factors factors = {
      .scale = scale,
      .beta1 = options_.beta1,
      .beta2 = options_.beta2,
      .rate = learning_rate / (1.0 - std::pow(options_.beta1, n)),
      .root_scale = 1.0 / std::sqrt(1.0 - std::pow(options_.beta2, n)),
      .epsilon = options_.epsilon};
  StepFloats(factors, values.numel(), gradients.const_data_ptr<float>(),
             values.mutable_data_ptr<float>(),
             mean_.mutable_data_ptr<float>(),
             square_.mutable_data_ptr<float>());
  return step;
}

Adam::Step Adam::UpdateThere(const at::Tensor& learning_rate,
                             const at::Tensor& gradients,
                             const at::Tensor& values) {
  for (at::Tensor* x : {&steps_, &skipped_, &mean_, &square_}) {
    *x = x->to(values.device());
  }
  const at::Tensor norm = gradients.to(at::kDouble).square().sum().sqrt();
  const at::Tensor scale =
      options_.clip > 0 ? (options_.clip / norm).clamp_max(1.0)
                        : at::ones_like(norm);
  at::Tensor taken = norm.isfinite();
  if (mean_.scalar_type() == at::kFloat) {
    taken = taken.logical_and((norm * scale).le(kLargest));
  }
  steps_.add_(taken);
  skipped_.add_(taken.logical_not());
  const at::Tensor n = steps_.to(at::kDouble);
  const at::Tensor rate = learning_rate / (1.0 - at::pow(options_.beta1, n));
  const at::Tensor root_scale = (1.0 - at::pow(options_.beta2, n)).rsqrt();
  const at::Tensor scaled = gradients * scale;
  const at::Tensor mean =
      (mean_ * options_.beta1).add_(scaled, 1.0 - options_.beta1);
  const at::Tensor square =
      (square_ * options_.beta2)
          .addcmul_(scaled, scaled, 1.0 - options_.beta2);
  const at::Tensor step =
      mean * rate / (square.sqrt().mul_(root_scale).add_(options_.epsilon));
  values.sub_(torch::where(taken, step, torch::zeros_like(step)));
  mean_.copy_(torch::where(taken, mean, mean_));
  square_.copy_(torch::where(taken, square, square_));
  return {.norm = norm, .taken = taken};
}

void Adam::Save(const std::string& prefix, TensorFile& file) const {
  AddTensor(file, prefix + "mean", mean_);
  AddTensor(file, prefix + "square", square_);
  AddTensor(file, prefix + "steps", steps_);
  AddTensor(file, prefix + "skipped", skipped_);
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
  steps_ = steps;
  skipped_ = skipped;
  return OkStatus();
}

}  // namespace credo
