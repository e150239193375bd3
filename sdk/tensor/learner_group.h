// Those that learn one model together, each from its share of the columns of a
// batch: threads of learner.shards, processes of many ranks.
//
// Each member holds a whole learner and takes the same steps, since all see the
// same sums; so members stay equal to the bit without ever copying weights.
#ifndef CREDO_SDK_TENSOR_LEARNER_GROUP_H_
#define CREDO_SDK_TENSOR_LEARNER_GROUP_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace credo {

// Calls are collective: every member makes the same ones in the same order,
// with tensors of equal type and shape, contiguous and on the CPU. They throw
// std::runtime_error where a member is lost.
class LearnerGroup {
 public:
  virtual ~LearnerGroup() = default;

  virtual int64_t size() const = 0;
  virtual int64_t member() const = 0;  // this one, from 0

  // Adds to `numbers` (f32 or f64) those of all others. Every member ends with
  // the same bits, and equal groups in every run.
  virtual void Sum(const at::Tensor& numbers) = 0;
  // `own` of all members, in their order: [size, ...].
  virtual at::Tensor Gather(const at::Tensor& own) = 0;
};

// LearnerGroup::Sum of numbers that may lie on another device.
void SumWherever(LearnerGroup& group, const at::Tensor& numbers);

// One that learns alone.
class LearnsAlone : public LearnerGroup {
 public:
  int64_t size() const override { return 1; }
  int64_t member() const override { return 0; }
  void Sum(const at::Tensor&) override {}
  at::Tensor Gather(const at::Tensor& own) override;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LEARNER_GROUP_H_
