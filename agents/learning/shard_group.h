// The threads of one process that learn one model together.
#ifndef CREDO_AGENTS_LEARNING_SHARD_GROUP_H_
#define CREDO_AGENTS_LEARNING_SHARD_GROUP_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sdk/tensor/learner_group.h"

namespace credo {

// A member is used by one thread at a time; members by one thread each.
class ShardGroup : public LearnerGroup {
 public:
  // The `count` members of a process. `outer` is the group of processes, each
  // with as many threads; it outlives them and is called by one at a time.
  static std::vector<std::unique_ptr<ShardGroup>> Make(int64_t count,
                                                       LearnerGroup& outer);

  int64_t size() const override;
  int64_t member() const override;
  // One alone is what its process is.
  bool Reaches(at::Device device) const override;
  void Sum(const at::Tensor& numbers) override;
  at::Tensor Gather(const at::Tensor& own) override;
  void WatchDevice() override;

  // Ends every call that waits for this member, now and later: it will not
  // come. `why` is what they throw.
  void Leave(const std::string& why);
  // Makes those that were left usable again, when no call is under way.
  void Rejoin();

 private:
  class Meeting;
  ShardGroup(std::shared_ptr<Meeting> meeting, int64_t shard)
      : meeting_(std::move(meeting)), shard_(shard) {}

  std::shared_ptr<Meeting> meeting_;
  int64_t shard_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_SHARD_GROUP_H_
