#include "agents/runs/shards.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <cmath>
#include <map>
#include <utility>

#include "sdk/tensor/tensor_io.h"

namespace credo {

Result<std::unique_ptr<Shards>> Shards::Make(const ExperimentOptions& options,
                                             const Parts& parts,
                                             const EnvironmentFactory& worlds,
                                             const EnvironmentSpec& spec,
                                             LearnerGroup& outer,
                                             at::Device device) {
  std::unique_ptr<Shards> shards(new Shards(options));
  shards->groups_ = ShardGroup::Make(options.learner.shards, outer);
  for (const auto& group : shards->groups_) {
    CREDO_ASSIGN_OR_RETURN(
        std::unique_ptr<Shard> shard,
        Shard::Make(options, parts, worlds, spec, *group, device));
    shards->shards_.push_back(std::move(shard));
  }
  for (int64_t i = 1; i < shards->count(); ++i) {
    shards->threads_.emplace_back(
        [s = shards.get(), i] { s->ThreadMain(i); });
  }
  return shards;
}

Shards::~Shards() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Shards::Work(int64_t i, const std::function<void(int64_t)>& work) {
  try {
    work(i);
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      if (error_ == nullptr) error_ = std::current_exception();
    }
    groups_[i]->Leave("shard " + std::to_string(i) + " failed");
  }
}

void Shards::ThreadMain(int64_t i) {
  // Parallelism is ours to place: no thread of ours starts others.
  at::set_num_threads(1);
  int64_t round = 0;
  while (true) {
    const std::function<void(int64_t)>* work = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || round_ != round; });
      if (stop_) return;
      round = round_;
      work = work_;
    }
    Work(i, *work);
    const std::lock_guard lock(mutex_);
    if (--working_ == 0) done_.notify_all();
  }
}

void Shards::Each(const std::function<void(int64_t)>& work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    working_ = static_cast<int64_t>(threads_.size());
    error_ = nullptr;
    ++round_;
  }
  wake_.notify_all();
  Work(0, work);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return working_ == 0; });
  if (error_ == nullptr) return;
  for (const auto& group : groups_) group->Rejoin();
  std::rethrow_exception(error_);
}

at::Tensor Shards::kinds() const {
  std::vector<at::Tensor> kinds;
  for (const auto& shard : shards_) kinds.push_back(shard->current().kinds);
  return at::cat(kinds, 1);
}

double Shards::acting_seconds() const {
  double seconds = 0;
  for (const auto& shard : shards_) seconds += shard->actors().busy_seconds();
  return seconds;
}

Unroll Shards::Room(const EnvironmentSpec& spec, int64_t columns) const {
  return Unroll(spec, options_.learner.unroll, columns,
                first().current().state.size(1));
}

void Shards::SaveColumns(bool before_fill, const EnvironmentSpec& spec,
                         TensorFile& file) const {
  Unroll current = Room(spec, columns());
  Unroll before = Room(spec, columns());
  std::vector<at::Tensor> carried;
  for (int64_t i = 0; i < count(); ++i) {
    const Shard& shard = *shards_[i];
    shard.actors().Save("actors.", before_fill, file);
    current.PutColumns(shard.current(), i * shard.current().columns);
    before.PutColumns(shard.before(), i * shard.current().columns);
    carried.push_back(shard.learner().carried());
  }
  current.Save("unroll.", file);
  before.Save("unroll_before.", file);
  AddTensor(file, "learner.carried", at::cat(carried));
}

Status Shards::JoinColumns(const std::vector<TensorFile>& all,
                           const EnvironmentSpec& spec,
                           TensorFile& file) const {
  Unroll share = Room(spec, columns());
  std::vector<at::Tensor> carried;
  for (const TensorFile& one : all) {
    for (const NamedTensor& tensor : one.tensors) {
      if (!tensor.name.starts_with("actors.")) continue;
      file.Add(tensor.name, tensor.type, tensor.shape, tensor.bytes);
    }
    carried.push_back(torch::zeros_like(share.state));
    CREDO_RETURN_IF_ERROR(
        LoadTensor(one, "learner.carried", carried.back()));
  }
  AddTensor(file, "learner.carried", at::cat(carried));
  for (const std::string prefix : {"unroll.", "unroll_before."}) {
    Unroll whole = Room(spec, options_.learner.batch);
    for (size_t i = 0; i < all.size(); ++i) {
      CREDO_RETURN_IF_ERROR(share.Load(prefix, all[i]));
      whole.PutColumns(share, static_cast<int64_t>(i) * columns());
    }
    whole.Save(prefix, file);
  }
  return OkStatus();
}

Status Shards::LoadColumns(const TensorFile& file,
                           const EnvironmentSpec& spec) {
  const int64_t all = options_.learner.batch;
  Unroll current = Room(spec, all);
  Unroll before = Room(spec, all);
  at::Tensor carried = torch::zeros_like(current.state);
  CREDO_RETURN_IF_ERROR(current.Load("unroll.", file));
  CREDO_RETURN_IF_ERROR(before.Load("unroll_before.", file));
  CREDO_RETURN_IF_ERROR(LoadTensor(file, "learner.carried", carried));
  for (const auto& shard : shards_) {
    CREDO_RETURN_IF_ERROR(shard->actors().Load("actors.", file));
    const int64_t first = shard->learner().first_column();
    current.GetColumns(first, shard->current());
    before.GetColumns(first, shard->before());
    shard->learner().TakeCarried(
        carried.narrow(0, first, shard->learner().columns()));
  }
  return OkStatus();
}

std::vector<Metric> MetricsOfAll(
    const std::vector<std::vector<Metric>>& shares) {
  if (shares.size() == 1) return shares.front();
  struct Sum {
    double value = 0;
    double squares = 0;
    double weight = 0;
  };
  std::vector<std::string> names;
  std::map<std::string, Sum> sums;
  for (const std::vector<Metric>& share : shares) {
    for (const Metric& metric : share) {
      const auto [found, is_new] = sums.try_emplace(metric.name);
      if (is_new) names.push_back(metric.name);
      found->second.value += metric.weight * metric.value;
      found->second.squares += metric.value * metric.value;
      found->second.weight += metric.weight;
    }
  }
  const auto count = static_cast<double>(shares.size());
  std::vector<Metric> all;
  for (const std::string& name : names) {
    const Sum& sum = sums[name];
    const bool norm = name.starts_with("gradient.") && name != "gradient.norm";
    all.push_back({name,
                   norm ? std::sqrt(sum.squares) / count
                        : sum.value / sum.weight,
                   sum.weight});
  }
  return all;
}

}  // namespace credo
