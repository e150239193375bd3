#include "agents/learning/gradient_sink.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace credo {
namespace {

at::Tensor Leaf(const at::Tensor& tensor) {
  return tensor.detach().requires_grad_(true);
}

}  // namespace

GradientSink::GradientSink(const at::Tensor& encoded, const CoreOutput& core)
    : encoded_(Leaf(encoded)),
      beliefs_(Leaf(core.beliefs)),
      memory_(Leaf(core.memory)) {}

void GradientSink::TakeAll(const at::Tensor& all_encoded) {
  all_encoded_ = Leaf(all_encoded);
}

void GradientSink::AddFromOthers(LearnerGroup& group, int64_t first_column) {
  const at::Tensor& left = all_encoded_.grad();
  const at::Tensor sum =
      left.defined() ? left.contiguous() : at::zeros_like(all_encoded_);
  SumWherever(group, sum);
  const at::Tensor own = sum.narrow(1, first_column, encoded_.size(1));
  encoded_.mutable_grad() =
      encoded_.grad().defined() ? encoded_.grad() + own : own;
}

void GradientSink::PutInto(LearnerBatch& batch) const {
  batch.all_encoded = all_encoded_;
  batch.encoded = encoded_;
  batch.beliefs = beliefs_;
  batch.memory = memory_;
}

at::Tensor GradientSink::GradientNorm() const {
  at::Tensor square = beliefs_.new_zeros({}, at::kDouble);
  for (const at::Tensor* tensor : {&beliefs_, &memory_}) {
    if (!tensor->grad().defined() || tensor->numel() == 0) continue;
    square = square + tensor->grad().norm().to(at::kDouble).square();
  }
  return square.sqrt();
}

void BackwardPass::Add(const at::Tensor& root, const at::Tensor& leaf) {
  if (!leaf.grad().defined() || !root.requires_grad()) return;
  for (size_t i = 0; i < roots_.size(); ++i) {
    if (!roots_[i].is_same(root)) continue;
    gradients_[i] = gradients_[i] + leaf.grad();
    return;
  }
  roots_.push_back(root);
  gradients_.push_back(leaf.grad());
}

void BackwardPass::Add(const GradientSink& sink) {
  Add(encoded_, sink.encoded_);
  Add(core_.beliefs, sink.beliefs_);
  Add(core_.memory, sink.memory_);
}

void BackwardPass::Add(const NamedLoss& loss) {
  roots_.push_back(loss.value);
  gradients_.push_back(at::ones_like(loss.value));
}

void BackwardPass::Run() {
  if (!roots_.empty()) torch::autograd::backward(roots_, gradients_);
}

}  // namespace credo
