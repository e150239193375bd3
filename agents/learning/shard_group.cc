#include "agents/learning/shard_group.h"

#include <torch/types.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace credo {

// Where the threads meet, and what each brought.
class ShardGroup::Meeting {
 public:
  Meeting(int64_t count, LearnerGroup& outer)
      : outer_(outer), brought_(count) {}

  int64_t count() const { return static_cast<int64_t>(brought_.size()); }
  LearnerGroup& outer() { return outer_; }
  std::vector<at::Tensor>& brought() { return brought_; }
  at::Tensor& all() { return all_; }

  // Waits until all are here.
  void Arrive() {
    std::unique_lock lock(mutex_);
    if (!left_.empty()) throw std::runtime_error(left_);
    if (++here_ == count()) {
      here_ = 0;
      ++meeting_;
      arrived_.notify_all();
      return;
    }
    const int64_t meeting = meeting_;
    arrived_.wait(lock,
                  [&] { return meeting_ != meeting || !left_.empty(); });
    if (meeting_ == meeting) throw std::runtime_error(left_);
  }

  void Leave(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (left_.empty()) left_ = why.empty() ? "a shard ended" : why;
    arrived_.notify_all();
  }

  void Rejoin() {
    const std::lock_guard lock(mutex_);
    left_.clear();
    here_ = 0;
  }

 private:
  LearnerGroup& outer_;
  std::vector<at::Tensor> brought_;
  at::Tensor all_;  // what was gathered
  std::mutex mutex_;
  std::condition_variable arrived_;
  int64_t here_ = 0;
  int64_t meeting_ = 0;  // number of the one that is awaited
  std::string left_;
};

namespace {

// Sums the elements begin .. end - 1 in the order of members, into all of them.
template <typename Real>
void SumSlice(std::vector<at::Tensor>& tensors, int64_t begin, int64_t end) {
  Real* const sum = tensors.front().data_ptr<Real>();
  for (size_t i = 1; i < tensors.size(); ++i) {
    const Real* const more = tensors[i].const_data_ptr<Real>();
    for (int64_t j = begin; j < end; ++j) sum[j] += more[j];
  }
  for (size_t i = 1; i < tensors.size(); ++i) {
    std::copy(sum + begin, sum + end, tensors[i].data_ptr<Real>() + begin);
  }
}

}  // namespace

std::vector<std::unique_ptr<ShardGroup>> ShardGroup::Make(
    int64_t count, LearnerGroup& outer) {
  const auto meeting = std::make_shared<Meeting>(count, outer);
  std::vector<std::unique_ptr<ShardGroup>> members;
  for (int64_t i = 0; i < count; ++i) {
    members.push_back(
        std::unique_ptr<ShardGroup>(new ShardGroup(meeting, i)));
  }
  return members;
}

int64_t ShardGroup::size() const {
  return meeting_->outer().size() * meeting_->count();
}

int64_t ShardGroup::member() const {
  return meeting_->outer().member() * meeting_->count() + shard_;
}

bool ShardGroup::Reaches(at::Device device) const {
  return meeting_->count() == 1 ? meeting_->outer().Reaches(device)
                                : device.is_cpu();
}

void ShardGroup::WatchDevice() {
  if (meeting_->count() == 1) meeting_->outer().WatchDevice();
}

void ShardGroup::Sum(const at::Tensor& numbers) {
  Meeting& meeting = *meeting_;
  if (meeting.count() == 1) return meeting.outer().Sum(numbers);
  meeting.brought()[shard_] = numbers;
  meeting.Arrive();
  const int64_t count = meeting.count();
  const int64_t size = numbers.numel();
  const int64_t begin = size * shard_ / count;
  const int64_t end = size * (shard_ + 1) / count;
  if (numbers.scalar_type() == at::kFloat) {
    SumSlice<float>(meeting.brought(), begin, end);
  } else {
    SumSlice<double>(meeting.brought(), begin, end);
  }
  meeting.Arrive();
  if (meeting.outer().size() == 1) return;
  if (shard_ == 0) meeting.outer().Sum(numbers);
  meeting.Arrive();
  if (shard_ != 0) numbers.copy_(meeting.brought().front());
  meeting.Arrive();  // before the first one changes what it brought
}

at::Tensor ShardGroup::Gather(const at::Tensor& own) {
  Meeting& meeting = *meeting_;
  if (meeting.count() == 1) return meeting.outer().Gather(own);
  meeting.brought()[shard_] = own;
  meeting.Arrive();
  if (shard_ == 0) {
    meeting.all() =
        meeting.outer().Gather(at::stack(meeting.brought())).flatten(0, 1);
  }
  meeting.Arrive();
  at::Tensor all = meeting.all().clone();
  meeting.Arrive();  // before the next one is gathered
  return all;
}

void ShardGroup::Leave(const std::string& why) { meeting_->Leave(why); }

void ShardGroup::Rejoin() { meeting_->Rejoin(); }

}  // namespace credo
