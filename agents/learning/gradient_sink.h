// Where the gradient of one loss gathers, cut off from what made beliefs, so
// that time and gradient of each loss can be told apart; and the one backward
// pass that takes all of them on through core and encoder.
#ifndef CREDO_AGENTS_LEARNING_GRADIENT_SINK_H_
#define CREDO_AGENTS_LEARNING_GRADIENT_SINK_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "agents/networks/belief_core.h"
#include "sdk/tensor/learner_batch.h"
#include "sdk/tensor/learner_group.h"

namespace credo {

// Leaves in place of encodings, beliefs and memory.
class GradientSink {
 public:
  GradientSink(const at::Tensor& encoded, const CoreOutput& core);

  // For a loss that compares records: those of all members of the group,
  // [T+1, all columns, E].
  void TakeAll(const at::Tensor& all_encoded);
  // Hands the leaves to a loss.
  void PutInto(LearnerBatch& batch) const;
  // Adds to the gradient of these encodings what the losses of all members left
  // at them. Collective.
  void AddFromOthers(LearnerGroup& group, int64_t first_column);
  // f64 [], of what a backward pass left at beliefs and memory together.
  at::Tensor GradientNorm() const;

 private:
  friend class BackwardPass;
  at::Tensor encoded_;
  at::Tensor beliefs_;
  at::Tensor memory_;
  at::Tensor all_encoded_;
};

// The sum of all losses' gradients, to be taken through core and encoder.
class BackwardPass {
 public:
  // `encoded` and `core` are what the sinks were cut from; they outlive this.
  BackwardPass(const at::Tensor& encoded, const CoreOutput& core)
      : encoded_(encoded), core_(core) {}

  void Add(const GradientSink& sink);
  // A loss that the core brings itself.
  void Add(const NamedLoss& loss);
  void Run();

 private:
  void Add(const at::Tensor& root, const at::Tensor& leaf);

  const at::Tensor& encoded_;
  const CoreOutput& core_;
  std::vector<at::Tensor> roots_;
  std::vector<at::Tensor> gradients_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_GRADIENT_SINK_H_
