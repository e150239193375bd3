// The GPUs of many processes: NCCL, NVIDIA's library for collective calls, that
// comes with LibTorch's half for CUDA. It is loaded where it is needed, so that
// a build needs nothing of CUDA
// (docs/design/0012-nccl-by-its-c-interface.md).
//
// Source of the calls: NVIDIA, NCCL user guide, "API" and "Using NCCL with CUDA
// graphs".
#ifndef CREDO_AGENTS_LEARNING_NCCL_RING_H_
#define CREDO_AGENTS_LEARNING_NCCL_RING_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "sdk/base/status.h"

namespace credo {

class NcclLibrary {
 public:
  // The library of this name, as the system's loader finds it. kUnavailable
  // with what the loader says.
  static Result<std::shared_ptr<const NcclLibrary>> Load(
      const std::string& name);
  virtual ~NcclLibrary() = default;

  // What a new ring is known by: made by one of its ranks, told to all.
  virtual std::string NewId() const = 0;
};

// One process among those that share a ring. Calls are collective and are work
// of the calling thread on the device: they return before it is done, and a
// graph may hold them. Used by one thread. Where that work stands still for the
// timeout, or the library has lost a rank, it is broken off: nothing waits for
// it any more, and what it left in tensors means nothing.
class NcclRing {
 public:
  struct Place {
    int64_t rank = 0;
    int64_t size = 1;
    at::Device device = at::kCPU;  // of this rank's tensors
    double timeout = 60;  // seconds
  };
  // Waits until all ranks are there and sums were tried, two thirds of the
  // timeout at most. kUnavailable when some do not come, where two ranks have
  // one device, and where sums come out wrong or not at all.
  static Result<std::unique_ptr<NcclRing>> Join(
      const std::shared_ptr<const NcclLibrary>& library, const std::string& id,
      const Place& place);
  ~NcclRing();

  at::Device device() const;
  // As LearnerGroup's, of tensors on that device. They throw std::runtime_error
  // where the ring is broken off.
  void Sum(const at::Tensor& numbers);
  at::Tensor Gather(const at::Tensor& own);

  // Sees to it that what this thread asked of the device up to now, by graphs
  // as well, is over within the timeout.
  void Watch();
  // Breaks all off: nobody waits for it any more.
  void Break(const std::string& why);
  // Why all was broken off; empty where it was not.
  std::string fault() const;

 private:
  class Ring;
  explicit NcclRing(std::shared_ptr<Ring> ring);
  // Whether sums come out right, within so many seconds.
  Status Try(double patience);
  std::shared_ptr<Ring> ring_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_NCCL_RING_H_
