// All shards of a process: learner.shards threads that learn one model, each
// with its share of the columns.
#ifndef CREDO_AGENTS_RUNS_SHARDS_H_
#define CREDO_AGENTS_RUNS_SHARDS_H_

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agents/learning/shard_group.h"
#include "agents/runs/shard.h"

namespace credo {

class Shards {
 public:
  // `outer`: the group of processes, each with as many shards. All arguments
  // outlive this.
  static Result<std::unique_ptr<Shards>> Make(
      const ExperimentOptions& options, const Parts& parts,
      const EnvironmentFactory& worlds, const EnvironmentSpec& spec,
      LearnerGroup& outer, at::Device device);
  ~Shards();

  int64_t count() const { return static_cast<int64_t>(shards_.size()); }
  Shard& operator[](int64_t i) { return *shards_[i]; }
  const Shard& operator[](int64_t i) const { return *shards_[i]; }
  // Its learner is that of the run: all are equal.
  Shard& first() { return *shards_.front(); }
  const Shard& first() const { return *shards_.front(); }

  // Calls `work` with the number of each shard, in a thread of each, the first
  // in the caller's; ends when all have ended. When one throws the others are
  // told at their next meeting, and the first error is thrown on.
  void Each(const std::function<void(int64_t)>& work);

  // Seconds that threads spent acting, summed.
  double acting_seconds() const;
  // u8 [T+1, columns()] of the current unrolls.
  at::Tensor kinds() const;

  // Columns of this process.
  int64_t columns() const {
    return count() * first().learner().columns();
  }

  // What goes on with the columns: worlds, unrolls, states that were carried.
  // In a file the columns of all shards are one, so that another number of
  // shards can go on from it.
  void SaveColumns(bool before_fill, const EnvironmentSpec& spec,
                   TensorFile& file) const;
  // The columns of all processes out of what SaveColumns of each gave.
  Status JoinColumns(const std::vector<TensorFile>& all,
                     const EnvironmentSpec& spec, TensorFile& file) const;
  // Takes the columns of this process out of those of the whole run.
  Status LoadColumns(const TensorFile& file, const EnvironmentSpec& spec);

 private:
  explicit Shards(const ExperimentOptions& options) : options_(options) {}
  void ThreadMain(int64_t i);
  void Work(int64_t i, const std::function<void(int64_t)>& work);
  // An unroll of `columns` columns.
  Unroll Room(const EnvironmentSpec& spec, int64_t columns) const;

  const ExperimentOptions& options_;
  std::vector<std::unique_ptr<ShardGroup>> groups_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::thread> threads_;  // of all but the first
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  // Guarded by mutex_.
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t round_ = 0;
  int64_t working_ = 0;  // threads that have not ended this round
  bool stop_ = false;
  std::exception_ptr error_;
};

// The metrics of an update out of those that each share of its batch gave.
// Means over shares, weighted; a gradient's norm is that of the mean of
// gradients as if those of shares were at right angles: they are of other
// columns. What only some shares tell is the mean of theirs.
std::vector<Metric> MetricsOfAll(
    const std::vector<std::vector<Metric>>& shares);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_SHARDS_H_
