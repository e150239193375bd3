// All actors of a run, on any number of threads.
#ifndef CREDO_AGENTS_ACTING_ACTOR_POOL_H_
#define CREDO_AGENTS_ACTING_ACTOR_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agents/acting/actor.h"
#include "sdk/tensor/device_stream.h"

namespace credo {

class ActorPool {
 public:
  // Groups of learner.actor_group characters each, `columns` in total. The
  // first of them is character `first` of the run, a multiple of `group`. With
  // `threads` 0 all work is done in the thread that calls Wait.
  static Result<std::unique_ptr<ActorPool>> Make(
      const EnvironmentFactory& worlds, const Agent& agent,
      const ActorSettings& settings, int64_t first, int64_t columns,
      int64_t group, int64_t threads);
  ~ActorPool();

  // Begins to fill `unroll` after `before` (null: the first one). Both must
  // stay as they are until Wait has returned.
  void Start(const Unroll* before, Unroll& unroll);
  // Ends what Start began. The first failure in the order of characters.
  Status Wait();

  const std::vector<std::unique_ptr<Actor>>& actors() const {
    return actors_;
  }
  // Why the device cannot record decisions, which then run operator by
  // operator; empty where it can. Not between Start and Wait.
  std::string graph_fault() const;
  // Seconds that threads spent acting, summed.
  double busy_seconds() const { return busy_seconds_; }

  // REQUIRES: not between Start and Wait. With `before_fill`, what was before
  // the last Start. Groups are named by their number in the run.
  void Save(const std::string& prefix, bool before_fill,
            TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  explicit ActorPool(at::Device device) : started_(device) {}
  // Takes groups until none is left.
  void Work();
  void ThreadMain(const DeviceStream& stream);

  int64_t first_group_ = 0;
  std::vector<std::unique_ptr<Actor>> actors_;
  // One per thread; without threads that of the caller.
  std::vector<std::unique_ptr<DeviceStream>> streams_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  // Guarded by mutex_.
  DeviceMoment started_;  // when the weights of this round are there
  const Unroll* before_ = nullptr;
  Unroll* unroll_ = nullptr;
  size_t next_ = 0;      // group to be taken next
  size_t finished_ = 0;  // groups that are done
  bool stop_ = false;
  std::vector<Status> results_;
  double busy_seconds_ = 0;
};

}  // namespace credo

#endif  // CREDO_AGENTS_ACTING_ACTOR_POOL_H_
