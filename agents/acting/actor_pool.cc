#include "agents/acting/actor_pool.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace credo {

Result<std::unique_ptr<ActorPool>> ActorPool::Make(
    const EnvironmentFactory& worlds, const Agent& agent,
    const ActorSettings& settings, int64_t first, int64_t columns,
    int64_t group, int64_t threads) {
  std::unique_ptr<ActorPool> pool(new ActorPool(settings.device));
  pool->first_group_ = first / group;
  for (int64_t column = 0; column < columns; column += group) {
    const int64_t count = std::min(group, columns - column);
    CREDO_ASSIGN_OR_RETURN(
        std::unique_ptr<VectorEnvironment> vector,
        VectorEnvironment::Make(worlds, settings.seed, first + column, count));
    pool->actors_.push_back(std::make_unique<Actor>(
        agent, std::move(vector), column, settings));
  }
  pool->results_.resize(pool->actors_.size());
  pool->next_ = pool->finished_ = pool->actors_.size();
  for (int64_t i = 0; i < std::max<int64_t>(1, threads); ++i) {
    pool->streams_.push_back(std::make_unique<DeviceStream>(settings.device));
  }
  for (int64_t i = 0; i < threads; ++i) {
    pool->threads_.emplace_back(
        [p = pool.get(), i] { p->ThreadMain(*p->streams_[i]); });
  }
  return pool;
}

ActorPool::~ActorPool() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ActorPool::Start(const Unroll* before, Unroll& unroll) {
  {
    std::lock_guard lock(mutex_);
    TORCH_CHECK(finished_ == actors_.size(), "ActorPool::Start before Wait");
    started_.Mark();
    before_ = before;
    unroll_ = &unroll;
    next_ = 0;
    finished_ = 0;
  }
  wake_.notify_all();
}

Status ActorPool::Wait() {
  if (threads_.empty()) {
    const DeviceStream::Scope aside(*streams_.front());
    Work();
  }
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return finished_ == actors_.size(); });
  for (Status& result : results_) {
    if (!result.ok()) return result;
  }
  return OkStatus();
}

void ActorPool::Work() {
  std::unique_lock lock(mutex_);
  while (next_ < actors_.size()) {
    const size_t group = next_++;
    const auto begin = std::chrono::steady_clock::now();
    Status result;
    try {
      // Each time: it may be a group of the next round.
      started_.Await();
      lock.unlock();
      result = actors_[group]->Fill(before_, *unroll_);
    } catch (const std::exception& error) {
      result = Internal(std::string("acting failed: ") + error.what());
    } catch (...) {
      result = Internal("acting failed with what is no std::exception");
    }
    const std::chrono::duration<double> spent =
        std::chrono::steady_clock::now() - begin;
    if (!lock.owns_lock()) lock.lock();
    results_[group] = std::move(result);
    busy_seconds_ += spent.count();
    if (++finished_ == actors_.size()) done_.notify_all();
  }
}

void ActorPool::ThreadMain(const DeviceStream& stream) {
  // Parallelism is ours to place: no thread of ours starts others.
  at::set_num_threads(1);
  const DeviceStream::Scope aside(stream);
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || next_ < actors_.size(); });
      if (stop_) return;
    }
    Work();
  }
}

std::string ActorPool::graph_fault() const {
  for (const auto& actor : actors_) {
    if (!actor->graph_fault().empty()) return actor->graph_fault();
  }
  return "";
}

void ActorPool::Save(const std::string& prefix, bool before_fill,
                     TensorFile& file) const {
  for (size_t i = 0; i < actors_.size(); ++i) {
    actors_[i]->Save(prefix + std::to_string(first_group_ + i) + ".",
                     before_fill, file);
  }
}

Status ActorPool::Load(const std::string& prefix, const TensorFile& file) {
  for (size_t i = 0; i < actors_.size(); ++i) {
    CREDO_RETURN_IF_ERROR(
        actors_[i]->Load(prefix + std::to_string(first_group_ + i) + ".",
                         file));
  }
  return OkStatus();
}

}  // namespace credo
