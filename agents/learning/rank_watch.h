// Who of the ranks lives: each says so in a store that rank 0 keeps.
#ifndef CREDO_AGENTS_LEARNING_RANK_WATCH_H_
#define CREDO_AGENTS_LEARNING_RANK_WATCH_H_

#include <ATen/core/Tensor.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace c10d {
class Store;
}  // namespace c10d

namespace credo {

// A call to the store may wait for a rank 0 that hangs, so all are made by a
// thread that nobody waits for without an end. Used by one thread.
class RankWatch : public std::enable_shared_from_this<RankWatch> {
 public:
  // For how long a rank may be silent before it is called lost.
  static constexpr auto kSilence = std::chrono::milliseconds(2500);

  RankWatch(c10::intrusive_ptr<c10d::Store> store, int64_t rank, int64_t size);
  ~RankWatch();

  void Begin();
  // Ends the thread, when it can be ended. With `stays`, once all others have
  // ended theirs or had the time to look who is lost.
  void End(bool stays);
  // Tells the others that this rank ends before its time, and why.
  void Leave(const std::string& why);
  // Names those that are silent or left; empty: there are none. Takes the
  // silence, and somewhat more where rank 0 hangs.
  std::string WhoIsLost();

 private:
  void Main();
  bool AllLeft();
  // How often each rank said that it lives.
  std::vector<int64_t> Beats();
  std::string Look();

  const c10::intrusive_ptr<c10d::Store> store_;
  const int64_t rank_;
  const int64_t size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_.
  bool over_ = false;
  bool ended_ = false;
  bool asked_ = false;
  std::optional<std::string> answer_;
  std::string leaving_;
  std::chrono::steady_clock::time_point stays_until_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_RANK_WATCH_H_
