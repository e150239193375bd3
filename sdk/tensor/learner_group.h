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
// with tensors of equal type and shape, contiguous, on the CPU or a device that
// the group reaches. They throw std::runtime_error where a member is lost.
class LearnerGroup {
 public:
  virtual ~LearnerGroup() = default;

  virtual int64_t size() const = 0;
  virtual int64_t member() const = 0;  // this one, from 0
  // Whether calls take tensors of this device where they are. If so they are
  // work of the calling thread there, which a repeated program may hold.
  virtual bool Reaches(at::Device device) const { return device.is_cpu(); }

  // Adds to `numbers` (f32 or f64) those of all others. Every member ends with
  // the same bits, and equal groups in every run.
  virtual void Sum(const at::Tensor& numbers) = 0;
  // `own` of all members, in their order: [size, ...].
  virtual at::Tensor Gather(const at::Tensor& own) = 0;

  // Sees to it that what this thread asked of a device up to now does not wait
  // for a lost member without end. Calls do so themselves, but not where a
  // repeated program makes them; no collective.
  virtual void WatchDevice() {}
};

// LearnerGroup's calls with tensors of a device that it may not reach: these go
// by the CPU.
void SumWherever(LearnerGroup& group, const at::Tensor& numbers);
at::Tensor GatherWherever(LearnerGroup& group, const at::Tensor& own);

// Whether all members can do what this one can. Collective.
bool AllCan(LearnerGroup& group, bool can);

// One that learns alone.
class LearnsAlone : public LearnerGroup {
 public:
  int64_t size() const override { return 1; }
  int64_t member() const override { return 0; }
  bool Reaches(at::Device) const override { return true; }
  void Sum(const at::Tensor&) override {}
  at::Tensor Gather(const at::Tensor& own) override;
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LEARNER_GROUP_H_
