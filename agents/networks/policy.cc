#include "agents/networks/policy.h"

#include <torch/types.h>

#include <cmath>
#include <span>

#include "sdk/tensor/columns.h"

namespace credo {
namespace {

// The logit of an illegal choice: so low that its probability is exactly zero,
// yet finite, so that zero times its logarithm is zero and not NaN.
constexpr double kIllegalLogit = -1e30;

const double kLogTwoPi = std::log(2.0 * M_PI);

void AddTerms(const at::Tensor& log_probability, const at::Tensor& entropy,
              PolicyTerms& sum) {
  const bool first = !sum.log_probability.defined();
  sum.log_probability =
      first ? log_probability : sum.log_probability + log_probability;
  sum.entropy = first ? entropy : sum.entropy + entropy;
}

// logits [R, N], choice i64 [R, 1], mask u8 [R, N] or undefined.
void AddFactor(const at::Tensor& logits, const at::Tensor& choice,
               const at::Tensor& mask, PolicyTerms& sum) {
  at::Tensor allowed = logits;
  if (mask.defined()) {
    const at::Tensor legal = mask.ne(0);
    const at::Tensor illegal =
        legal.logical_not().logical_and_(legal.any(-1, /*keepdim=*/true));
    allowed = logits.masked_fill(illegal, kIllegalLogit);
  }
  const at::Tensor logs = allowed.log_softmax(-1);
  AddTerms(logs.gather(1, choice).squeeze(1), (logs.exp() * logs).sum(-1).neg(),
           sum);
}

// mean, log_std and words [R, N].
void AddNormals(const at::Tensor& mean, const at::Tensor& log_std,
                const at::Tensor& words, PolicyTerms& sum) {
  const auto dimensions = static_cast<double>(mean.size(1));
  const at::Tensor clamped = log_std.clamp(ActionDistribution::kLogStdLow,
                                           ActionDistribution::kLogStdHigh);
  const at::Tensor spread = clamped.sum(-1);
  const at::Tensor distance =
      ((words - mean) * clamped.neg().exp()).square().sum(-1);
  AddTerms(distance * -0.5 - spread - 0.5 * dimensions * kLogTwoPi,
           spread + 0.5 * dimensions * (kLogTwoPi + 1.0), sum);
}

void CheckRows(const char* name, const at::Tensor& x, int64_t rows,
               int64_t columns) {
  TORCH_CHECK(x.sizes() == at::IntArrayRef({rows, columns}),
              "EvaluatePolicy: ", name, " expected [", rows, ", ", columns,
              "], found ", x.sizes());
}

}  // namespace

PolicyTerms EvaluatePolicy(const ActionDistribution& distribution,
                           const at::Tensor& parameters,
                           const at::Tensor& actions, const at::Tensor& mask) {
  const int64_t rows = parameters.size(0);
  CheckRows("parameters", parameters, rows, distribution.parameters());
  CheckRows("actions", actions, rows, distribution.words());
  if (mask.defined()) CheckRows("mask", mask, rows, distribution.mask_size());

  PolicyTerms sum;
  int64_t parameter = 0;  // next column of each
  int64_t word = 0;
  int64_t choice = 0;
  for (const ActionField& field : distribution.spec().fields) {
    if (field.kind == ActionField::Kind::kDiscrete) {
      for (const int64_t count : field.choices) {
        AddFactor(Columns(parameters, parameter, count),
                  Columns(actions, word, 1).to(at::kLong),
                  mask.defined() ? Columns(mask, choice, count) : mask, sum);
        parameter += count;
        choice += count;
        word += 1;
      }
    } else {
      const int64_t count = field.dimensions;
      AddNormals(parameters.narrow(1, parameter, count),
                 parameters.narrow(1, parameter + count, count),
                 Columns(actions, word, count).to(parameters.scalar_type()),
                 sum);
      parameter += 2 * count;
      word += count;
    }
  }
  return sum;
}

at::Tensor EncodeActions(const ActionDistribution& distribution,
                         const at::Tensor& actions,
                         const std::vector<Kind>& kinds) {
  TORCH_CHECK(actions.dim() == 3 && actions.size(2) == distribution.words(),
              "EncodeActions: expected [T+1, B, ", distribution.words(),
              "], found ", actions.sizes());
  const int64_t rows = actions.size(0) * actions.size(1);
  TORCH_CHECK(static_cast<int64_t>(kinds.size()) == rows,
              "EncodeActions: expected ", rows, " kinds, found ",
              kinds.size());
  const size_t words = distribution.words();
  const size_t inputs = distribution.inputs();
  const at::Tensor dense = actions.contiguous();
  at::Tensor encoded = torch::zeros(
      {actions.size(0), actions.size(1), distribution.inputs()}, at::kFloat);
  const float* from = dense.const_data_ptr<float>();
  float* to = encoded.mutable_data_ptr<float>();
  for (int64_t row = 0; row < rows; ++row) {
    if (kinds[row] == Kind::kFirst) continue;
    distribution.Encode(std::span(from + row * words, words),
                        std::span(to + row * inputs, inputs));
  }
  return encoded;
}

}  // namespace credo
