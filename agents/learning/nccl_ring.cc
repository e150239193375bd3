#include "agents/learning/nccl_ring.h"

#include <c10/core/DeviceGuard.h>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#ifdef __linux__
#include <dlfcn.h>
#endif

#include "sdk/tensor/device_stream.h"

namespace credo {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// How often it is looked whether work is over, and how long a call that could
// return by itself is given before all is broken off.
constexpr auto kLook = std::chrono::milliseconds(20);
constexpr auto kGrace = std::chrono::seconds(1);

// As nccl.h has them; they are part of the library's binary interface.
constexpr int kSuccess = 0;
constexpr int kInProgress = 7;
constexpr int kSumOperation = 0;
constexpr int kUint8 = 1;
constexpr int kFloat32 = 7;
constexpr int kFloat64 = 8;
struct UniqueId {
  char bytes[128];
};

std::string Whole(double seconds) {
  return std::to_string(static_cast<int64_t>(seconds));
}

class Loaded : public NcclLibrary {
 public:
  explicit Loaded(void* library) : library_(library) {}

  // Empty, or the name of one that is missing.
  std::string Find() {
    std::string missing;
    const auto find = [&]<typename Call>(Call*& call, const char* name) {
#ifdef __linux__
      call = reinterpret_cast<Call*>(dlsym(library_, name));
#endif
      if (call == nullptr) missing = name;
    };
    find(get_unique_id, "ncclGetUniqueId");
    find(comm_init_rank, "ncclCommInitRank");
    find(all_reduce, "ncclAllReduce");
    find(all_gather, "ncclAllGather");
    find(comm_get_async_error, "ncclCommGetAsyncError");
    find(comm_abort, "ncclCommAbort");
    find(get_error_string, "ncclGetErrorString");
    const std::string wanted = missing;
    find(comm_revoke, "ncclCommRevoke");
    return wanted;
  }

  std::string NewId() const override {
    UniqueId id;
    Check(get_unique_id(&id));
    return {id.bytes, sizeof(id.bytes)};
  }

  // Empty: there is none.
  std::string ErrorOf(int result) const {
    if (result == kSuccess || result == kInProgress) return "";
    return std::string("NCCL: ") + get_error_string(result);
  }
  void Check(int result) const {
    const std::string error = ErrorOf(result);
    if (!error.empty()) throw std::runtime_error(error);
  }

  int (*get_unique_id)(UniqueId*) = nullptr;
  int (*comm_init_rank)(void** ring, int size, UniqueId, int rank) = nullptr;
  int (*all_reduce)(const void* from, void* to, size_t count, int type,
                    int operation, void* ring, void* stream) = nullptr;
  int (*all_gather)(const void* from, void* to, size_t count, int type,
                    void* ring, void* stream) = nullptr;
  int (*comm_get_async_error)(void* ring, int* error) = nullptr;
  int (*comm_abort)(void* ring) = nullptr;
  int (*comm_revoke)(void* ring, int flags) = nullptr;  // from 2.29 on
  const char* (*get_error_string)(int) = nullptr;

 private:
  void* library_;  // stays loaded: graphs may call it to the end
};

}  // namespace

Result<std::shared_ptr<const NcclLibrary>> NcclLibrary::Load(
    const std::string& name) {
#ifdef __linux__
  void* const library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Unavailable(dlerror());
  auto loaded = std::make_shared<Loaded>(library);
  if (const std::string missing = loaded->Find(); !missing.empty()) {
    return Unavailable(name + ": expected NCCL, found no " + missing);
  }
  return std::shared_ptr<const NcclLibrary>(std::move(loaded));
#else
  return Unavailable(name + ": not on this system");
#endif
}

// Shared with the thread that watches. That asks nothing of CUDA before all is
// broken off, for it might wait there for what is to be broken off: how much is
// over the device itself writes into memory of the host.
class NcclRing::Ring : public std::enable_shared_from_this<Ring> {
 public:
  // Waits for all ranks without an end.
  Ring(std::shared_ptr<const Loaded> library, const std::string& id,
       const Place& place)
      : library_(std::move(library)),
        place_(place),
        over_there_(at::zeros({1}, at::TensorOptions(place.device)
                                       .dtype(at::kLong))),
        over_here_(place.device.is_cpu()
                       ? torch::zeros({1}, torch::kLong)
                       : torch::zeros({1}, torch::kLong).pin_memory()) {
    UniqueId unique;
    TORCH_CHECK(id.size() == sizeof(unique.bytes), "no identity of a ring");
    std::memcpy(unique.bytes, id.data(), id.size());
    const c10::DeviceGuard there(place.device);
    library_->Check(library_->comm_init_rank(
        &ring_, static_cast<int>(place.size), unique,
        static_cast<int>(place.rank)));
  }

  const Place& place() const { return place_; }
  const Loaded& library() const { return *library_; }

  void Begin() {
    std::thread([self = shared_from_this()] { self->Main(); }).detach();
  }

  // Waits for what was asked for, unless all was broken off.
  void End() {
    std::unique_lock lock(mutex_);
    ends_ = true;
    wake_.notify_all();
    ended_.wait_for(lock, Seconds(place_.timeout) + 3 * kGrace,
                    [this] { return ring_ == nullptr; });
  }

  template <typename Call>
  void Run(const Call& call) {
    void* ring = nullptr;
    {
      const std::lock_guard lock(mutex_);
      ThrowIfBroken();
      ring = ring_;
      called_ = Clock::now();
      calling_ = true;
      wake_.notify_all();
    }
    const int result = call(ring);
    const std::lock_guard lock(mutex_);
    calling_ = false;
    wake_.notify_all();
    ThrowIfBroken();
    // A graph that cannot hold it is no harm to others.
    if (!IsRecording(place_.device)) fault_ = library_->ErrorOf(result);
    library_->Check(result);
  }

  void Watch() {
    const at::NoGradGuard no_grad;
    over_there_.add_(1);
    over_here_.copy_(over_there_, /*non_blocking=*/true);
    const std::lock_guard lock(mutex_);
    asked_.push_back(Clock::now());
    wake_.notify_all();
  }

  // Whether what is watched is over.
  bool IsIdle() {
    const std::lock_guard lock(mutex_);
    TakeWhatIsOver();
    return asked_.empty();
  }

  void Break(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (fault_.empty()) fault_ = why;
    wake_.notify_all();
  }

  std::string fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  void ThrowIfBroken() const {
    if (!fault_.empty()) throw std::runtime_error(fault_);
  }

  bool IsLate(Clock::time_point since) const {
    return Clock::now() - since > Seconds(place_.timeout);
  }

  void TakeWhatIsOver() {
    const int64_t over =
        std::atomic_ref(*over_here_.mutable_data_ptr<int64_t>()).load();
    for (; taken_ < over && !asked_.empty(); ++taken_) {
      asked_.pop_front();
      moved_ = Clock::now();
    }
  }

  // What is wrong by now; empty: nothing.
  std::string Look() {
    TakeWhatIsOver();
    int error = kSuccess;
    const int told = library_->comm_get_async_error(ring_, &error);
    for (const int result : {told, error}) {
      const std::string text = library_->ErrorOf(result);
      if (!text.empty()) return text;
    }
    // A host may be far ahead of its device: that is late once it stands still.
    if ((calling_ && IsLate(called_)) ||
        (!asked_.empty() && IsLate(std::max(asked_.front(), moved_)))) {
      return "NCCL: not over after " + Whole(place_.timeout) + " s";
    }
    return "";
  }

  void Main() {
    std::unique_lock lock(mutex_);
    while (fault_.empty()) {
      wake_.wait(lock, [this] {
        return ends_ || calling_ || !asked_.empty() || !fault_.empty();
      });
      if (fault_.empty()) fault_ = Look();
      if (ends_ && asked_.empty()) break;
      if (fault_.empty()) wake_.wait_for(lock, kLook);
    }
    if (!fault_.empty() && library_->comm_revoke != nullptr) {
      // What is under way ends; a call returns before its ring is gone.
      lock.unlock();
      library_->comm_revoke(ring_, 0);
      lock.lock();
    }
    wake_.wait_for(lock, kGrace, [this] { return !calling_; });
    const bool stays = calling_ && library_->comm_revoke != nullptr;
    lock.unlock();
    if (!stays) library_->comm_abort(ring_);
    lock.lock();
    ring_ = nullptr;
    ended_.notify_all();
  }

  const std::shared_ptr<const Loaded> library_;
  const Place place_;
  // How much of what is watched is over: there, and as the host sees it.
  const at::Tensor over_there_;
  const at::Tensor over_here_;
  void* ring_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  // Guarded by mutex_.
  bool ends_ = false;
  bool calling_ = false;
  Clock::time_point called_;
  std::deque<Clock::time_point> asked_;  // what is watched and not over
  int64_t taken_ = 0;                    // what was watched and is over
  Clock::time_point moved_;              // when the last of it was
  std::string fault_;
};

NcclRing::NcclRing(std::shared_ptr<Ring> ring) : ring_(std::move(ring)) {
  ring_->Begin();
}

NcclRing::~NcclRing() { ring_->End(); }

Result<std::unique_ptr<NcclRing>> NcclRing::Join(
    const std::shared_ptr<const NcclLibrary>& library, const std::string& id,
    const Place& place) {
  // Others that wait for this one's answer wait for as long as the timeout.
  const Seconds patience(place.timeout / 3);
  // To meet a rank that hangs has no end of its own.
  std::packaged_task<std::shared_ptr<Ring>()> meet(
      [loaded = std::static_pointer_cast<const Loaded>(library), id, place] {
        return std::make_shared<Ring>(loaded, id, place);
      });
  std::future<std::shared_ptr<Ring>> ring = meet.get_future();
  std::thread(std::move(meet)).detach();
  if (ring.wait_for(patience) != std::future_status::ready) {
    return Unavailable("NCCL: not all ranks met within " +
                       Whole(patience.count()) + " s");
  }
  std::unique_ptr<NcclRing> joined;
  Status tried;
  try {
    joined.reset(new NcclRing(ring.get()));
    tried = joined->Try(patience.count());
  } catch (const std::exception& error) {
    tried = Unavailable(error.what());
  }
  if (tried.ok()) return joined;
  if (joined != nullptr) joined->Break(tried.message());
  return tried;
}

Status NcclRing::Try(double patience) {
  // Ways between the ranks are opened by the first calls of a kind.
  at::Tensor numbers;
  for (const int64_t size : {int64_t{1}, int64_t{1} << 22}) {
    numbers = at::ones(
        {size}, at::TensorOptions(device()).dtype(at::kFloat));
    Sum(numbers);
    (void)Gather(numbers.narrow(0, 0, 1));
  }
  const auto until = Clock::now() + Seconds(patience);
  while (!ring_->IsIdle()) {
    if (!fault().empty()) return Unavailable(fault());
    if (Clock::now() > until) {
      return Unavailable("NCCL: the first sums are not over after " +
                         Whole(patience) + " s");
    }
    std::this_thread::sleep_for(kLook / 20);
  }
  const auto sum = numbers[0].item<float>();
  if (sum == static_cast<float>(ring_->place().size)) return OkStatus();
  return Unavailable("NCCL: a sum of " + std::to_string(ring_->place().size) +
                     " ones is " + std::to_string(sum));
}

at::Device NcclRing::device() const { return ring_->place().device; }

void NcclRing::Sum(const at::Tensor& numbers) {
  TORCH_CHECK(numbers.is_contiguous(), "expected contiguous numbers");
  const Loaded& library = ring_->library();
  const int type =
      numbers.scalar_type() == at::kDouble ? kFloat64 : kFloat32;
  ring_->Run([&](void* ring) {
    return library.all_reduce(
        numbers.const_data_ptr(), numbers.mutable_data_ptr(),
        static_cast<size_t>(numbers.numel()), type, kSumOperation, ring,
        StreamHandle(device()));
  });
  if (!IsRecording(device())) Watch();
}

at::Tensor NcclRing::Gather(const at::Tensor& own) {
  const Loaded& library = ring_->library();
  const at::Tensor from = own.contiguous();
  std::vector<int64_t> shape = {ring_->place().size};
  shape.insert(shape.end(), from.sizes().begin(), from.sizes().end());
  const at::Tensor all = at::empty(shape, from.options());
  ring_->Run([&](void* ring) {
    return library.all_gather(from.const_data_ptr(), all.mutable_data_ptr(),
                              from.nbytes(), kUint8, ring,
                              StreamHandle(device()));
  });
  if (!IsRecording(device())) Watch();
  return all;
}

void NcclRing::Watch() { ring_->Watch(); }

void NcclRing::Break(const std::string& why) { ring_->Break(why); }

std::string NcclRing::fault() const { return ring_->fault(); }

}  // namespace credo
