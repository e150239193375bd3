// The processes ("ranks") that learn one model together, on one machine or
// many: LibTorch's c10d over Gloo, and NCCL between their GPUs.
//
// Whatever starts processes and tells each its rank, their number and where the
// first one listens will do: torchrun, mpirun, srun, Kubernetes.
#ifndef CREDO_AGENTS_LEARNING_RANK_GROUP_H_
#define CREDO_AGENTS_LEARNING_RANK_GROUP_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/tensor/learner_group.h"

namespace credo {

// Where a process stands among the others.
struct RankPlace {
  int64_t rank = 0;
  int64_t size = 1;
  int64_t local = 0;  // number among those of its machine
  std::string host;  // of rank 0
  int64_t port = 0;
  double timeout = 60;  // seconds that a rank may be waited for
};

// The place that the environment tells, by the names of torchrun, Open MPI,
// Slurm or PMI (in this order):
//   RANK                 WORLD_SIZE           LOCAL_RANK
//   OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE OMPI_COMM_WORLD_LOCAL_RANK
//   SLURM_PROCID         SLURM_NTASKS         SLURM_LOCALID
//   PMI_RANK             PMI_SIZE             MPI_LOCALRANKID
// with MASTER_ADDR and MASTER_PORT; the third is the rank where it is not set.
// Size 1 where no pair is set, and where one but the first is while the latter
// two are not: so it is in the shell of a scheduler. Fails with
// kInvalidArgument that names a variable which is missing or wrong. `read`:
// what std::getenv does; null where a variable is not set.
Result<RankPlace> RankPlaceOf(
    const std::function<const char*(const char*)>& read);

// Calls throw std::runtime_error that names the ranks which are lost, at most
// the timeout and five seconds after one died or stopped. Used by one thread at
// a time. A rank that waits in a call is known to live, by a thread of its own.
class RankGroup : public LearnerGroup {
 public:
  // Waits until all ranks are there. kUnavailable when some do not come.
  static Result<std::unique_ptr<RankGroup>> Join(const RankPlace& place);
  ~RankGroup() override;

  int64_t size() const override;
  int64_t member() const override;
  int64_t local() const;  // RankPlace's

  // Tensors on the ranks' GPUs are taken by `library`, the name of NCCL's, from
  // now on; `device` is this rank's. Empty, or why they are not: a rank has no
  // library (an empty name) or no GPU of its own. Collective.
  std::string Reach(at::Device device, const std::string& library);
  bool Reaches(at::Device device) const override;
  // For no longer than the timeout: else the next call throws.
  void WatchDevice() override;

  void Sum(const at::Tensor& numbers) override;
  at::Tensor Gather(const at::Tensor& own) override;

  // The bytes of all ranks, in their order: at rank 0, elsewhere none.
  std::vector<std::string> Collect(const std::string& own);
  // The bytes of rank 0.
  std::string Broadcast(const std::string& bytes);

  // Tells the others that this rank ends before its time, and why.
  void Leave(const std::string& why);

 private:
  class Ring;
  explicit RankGroup(std::unique_ptr<Ring> ring);
  std::unique_ptr<Ring> ring_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_RANK_GROUP_H_
