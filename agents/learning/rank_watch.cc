#include "agents/learning/rank_watch.h"

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <exception>
#include <thread>
#include <utility>

namespace credo {
namespace {

// How often a rank says that it lives.
constexpr auto kBeat = std::chrono::milliseconds(500);

// How long the store may take to answer.
constexpr auto kPatience = std::chrono::milliseconds(1500);

std::vector<uint8_t> Bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string Beat(int64_t rank) { return "beat." + std::to_string(rank); }
std::string Left(int64_t rank) { return "left." + std::to_string(rank); }
std::string Bye(int64_t rank) { return "bye." + std::to_string(rank); }

}  // namespace

RankWatch::RankWatch(c10::intrusive_ptr<c10d::Store> store, int64_t rank,
                     int64_t size)
    : store_(std::move(store)), rank_(rank), size_(size) {}
RankWatch::~RankWatch() = default;

void RankWatch::Begin() {
  std::thread([self = shared_from_this()] { self->Main(); }).detach();
}

void RankWatch::End(bool stays) {
  std::unique_lock lock(mutex_);
  over_ = true;
  if (stays) stays_until_ = std::chrono::steady_clock::now() + 2 * kSilence;
  wake_.notify_all();
  wake_.wait_for(lock, kPatience + (stays ? 2 * kSilence : 0 * kSilence),
                 [this] { return ended_; });
}

void RankWatch::Leave(const std::string& why) {
  std::unique_lock lock(mutex_);
  leaving_ = why;
  wake_.notify_all();
  wake_.wait_for(lock, kPatience, [this] { return leaving_.empty(); });
}

std::string RankWatch::WhoIsLost() {
  std::unique_lock lock(mutex_);
  asked_ = true;
  wake_.notify_all();
  if (!wake_.wait_for(lock, kSilence + kPatience, [this] {
        return answer_.has_value() || ended_;
      }) ||
      !answer_.has_value()) {
    return "rank 0 does not answer";
  }
  return *answer_;
}

void RankWatch::Main() {
  try {
    std::unique_lock lock(mutex_);
    while (!over_) {
      const bool asked = asked_ && !answer_.has_value();
      const std::string leaving = leaving_;
      lock.unlock();
      store_->add(Beat(rank_), 1);
      if (!leaving.empty()) store_->set(Left(rank_), Bytes(leaving));
      std::optional<std::string> answer;
      if (asked) answer = Look();
      lock.lock();
      if (!leaving.empty()) leaving_.clear();
      if (answer.has_value()) answer_ = answer;
      wake_.notify_all();
      wake_.wait_for(lock, kBeat, [&] {
        return over_ || !leaving_.empty() || (asked_ && !answer_.has_value());
      });
    }
    const auto until = stays_until_;
    lock.unlock();
    store_->set(Bye(rank_), Bytes("bye"));
    while (std::chrono::steady_clock::now() < until && !AllLeft()) {
      std::this_thread::sleep_for(kBeat / 10);
    }
  } catch (const std::exception&) {
    // The store is gone, and rank 0 with it.
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  wake_.notify_all();
}

bool RankWatch::AllLeft() {
  for (int64_t rank = 0; rank < size_; ++rank) {
    if (!store_->check({Bye(rank)})) return false;
  }
  return true;
}

std::vector<int64_t> RankWatch::Beats() {
  std::vector<int64_t> beats;
  for (int64_t rank = 0; rank < size_; ++rank) {
    beats.push_back(store_->add(Beat(rank), 0));
  }
  return beats;
}

std::string RankWatch::Look() {
  const std::vector<int64_t> then = Beats();
  const auto until = std::chrono::steady_clock::now() + kSilence;
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kBeat / 2);
    store_->add(Beat(rank_), 1);  // others look as well
  }
  const std::vector<int64_t> now = Beats();
  std::string lost;
  for (int64_t rank = 0; rank < size_; ++rank) {
    if (rank == rank_) continue;
    std::string one;
    if (store_->check({Left(rank)})) {
      const std::vector<uint8_t> why = store_->get(Left(rank));
      one = " ended: " + std::string(why.begin(), why.end());
    } else if (now[rank] == then[rank]) {
      one = " does not answer";
    } else {
      continue;
    }
    lost += (lost.empty() ? "rank " : "; rank ") + std::to_string(rank) + one;
  }
  return lost;
}

}  // namespace credo
