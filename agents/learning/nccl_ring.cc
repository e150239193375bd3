#include "agents/learning/nccl_ring.h"

#include <c10/core/DeviceGuard.h>
#include <torch/types.h>

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

class Loaded : public NcclLibrary {
 public:
  explicit Loaded(void* library) : library_(library) {}

  // Null where one is missing, which is then named.
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
    return missing;
  }

  std::string NewId() const override {
    UniqueId id;
    Check(get_unique_id(&id));
    return {id.bytes, sizeof(id.bytes)};
  }

  void Check(int result) const {
    if (result == kSuccess || result == kInProgress) return;
    throw std::runtime_error(std::string("NCCL: ") + get_error_string(result));
  }

  int (*get_unique_id)(UniqueId*) = nullptr;
  int (*comm_init_rank)(void** ring, int size, UniqueId, int rank) = nullptr;
  int (*all_reduce)(const void* from, void* to, size_t count, int type,
                    int operation, void* ring, void* stream) = nullptr;
  int (*all_gather)(const void* from, void* to, size_t count, int type,
                    void* ring, void* stream) = nullptr;
  int (*comm_get_async_error)(void* ring, int* error) = nullptr;
  int (*comm_abort)(void* ring) = nullptr;
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

// Shared with the thread that watches.
class NcclRing::Ring : public std::enable_shared_from_this<Ring> {
 public:
  // Waits for all ranks without an end.
  Ring(std::shared_ptr<const Loaded> library, const std::string& id,
       const Place& place)
      : library_(std::move(library)), place_(place) {
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
  void* handle() const { return ring_; }

  void Begin() {
    std::thread([self = shared_from_this()] { self->Main(); }).detach();
  }

  void End() {
    std::unique_lock lock(mutex_);
    over_ = true;
    wake_.notify_all();
    ended_.wait(lock, [this] { return ring_ == nullptr; });
  }

  template <typename Call>
  void Run(const Call& call) {
    {
      const std::lock_guard lock(mutex_);
      ThrowIfBroken();
      called_ = Clock::now();
      calling_ = true;
      wake_.notify_all();
    }
    const int result = call();
    const std::lock_guard lock(mutex_);
    calling_ = false;
    wake_.notify_all();
    ThrowIfBroken();
    library_->Check(result);
  }

  void Watch() {
    auto moment = std::make_unique<DeviceMoment>(place_.device);
    moment->Mark();
    const std::lock_guard lock(mutex_);
    asked_.push_back({std::move(moment), Clock::now()});
    wake_.notify_all();
  }

  std::string fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  struct Asked {
    std::unique_ptr<DeviceMoment> moment;
    Clock::time_point when;
  };

  void ThrowIfBroken() const {
    if (!fault_.empty()) throw std::runtime_error(fault_);
  }

  bool IsLate(Clock::time_point since) const {
    return Clock::now() - since > Seconds(place_.timeout);
  }

  // What is wrong by now; empty: nothing.
  std::string Look() {
    while (!asked_.empty() && asked_.front().moment->IsOver()) {
      asked_.pop_front();
    }
    int error = kSuccess;
    const int told = library_->comm_get_async_error(ring_, &error);
    for (const int result : {told, error}) {
      if (result != kSuccess && result != kInProgress) {
        return std::string("NCCL: ") + library_->get_error_string(result);
      }
    }
    if ((calling_ && IsLate(called_)) ||
        (!asked_.empty() && IsLate(asked_.front().when))) {
      return "NCCL: not over after " +
             std::to_string(static_cast<int64_t>(place_.timeout)) + " s";
    }
    return "";
  }

  void Main() {
    std::unique_lock lock(mutex_);
    while (fault_.empty()) {
      wake_.wait(lock,
                 [this] { return over_ || calling_ || !asked_.empty(); });
      fault_ = Look();
      if (over_ && asked_.empty()) break;
      wake_.wait_for(lock, kLook);
    }
    // Not under the feet of a call that could return.
    wake_.wait_for(lock, kGrace, [this] { return !calling_; });
    asked_.clear();
    lock.unlock();
    library_->comm_abort(ring_);
    lock.lock();
    ring_ = nullptr;
    ended_.notify_all();
  }

  const std::shared_ptr<const Loaded> library_;
  const Place place_;
  void* ring_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  // Guarded by mutex_.
  bool over_ = false;
  bool calling_ = false;
  Clock::time_point called_;
  std::deque<Asked> asked_;
  std::string fault_;
};

NcclRing::NcclRing(std::shared_ptr<Ring> ring) : ring_(std::move(ring)) {
  ring_->Begin();
}

NcclRing::~NcclRing() { ring_->End(); }

Result<std::unique_ptr<NcclRing>> NcclRing::Join(
    const std::shared_ptr<const NcclLibrary>& library, const std::string& id,
    const Place& place) {
  // To meet a rank that hangs has no end of its own.
  std::promise<std::shared_ptr<Ring>> promise;
  std::future<std::shared_ptr<Ring>> ring = promise.get_future();
  std::thread([loaded = std::static_pointer_cast<const Loaded>(library), id,
               place, promise = std::move(promise)]() mutable {
    try {
      promise.set_value(std::make_shared<Ring>(loaded, id, place));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }).detach();
  if (ring.wait_for(Seconds(place.timeout)) != std::future_status::ready) {
    return Unavailable("NCCL: not all ranks met within " +
                       std::to_string(static_cast<int64_t>(place.timeout)) +
                       " s");
  }
  try {
    std::unique_ptr<NcclRing> joined(new NcclRing(ring.get()));
    // Ways between the ranks are opened by the first calls of a kind.
    for (const int64_t size : {int64_t{1}, int64_t{1} << 22}) {
      const at::Tensor numbers = at::zeros(
          {size}, at::TensorOptions(place.device).dtype(at::kFloat));
      joined->Sum(numbers);
      (void)joined->Gather(numbers.narrow(0, 0, 1));
    }
    return joined;
  } catch (const std::exception& error) {
    return Unavailable(error.what());
  }
}

at::Device NcclRing::device() const { return ring_->place().device; }

void NcclRing::Sum(const at::Tensor& numbers) {
  TORCH_CHECK(numbers.is_contiguous(), "expected contiguous numbers");
  const Loaded& library = ring_->library();
  const int type =
      numbers.scalar_type() == at::kDouble ? kFloat64 : kFloat32;
  ring_->Run([&] {
    return library.all_reduce(numbers.const_data_ptr(),
                              numbers.mutable_data_ptr(),
                              static_cast<size_t>(numbers.numel()), type,
                              kSumOperation, ring_->handle(),
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
  ring_->Run([&] {
    return library.all_gather(from.const_data_ptr(), all.mutable_data_ptr(),
                              from.nbytes(), kUint8, ring_->handle(),
                              StreamHandle(device()));
  });
  if (!IsRecording(device())) Watch();
  return all;
}

void NcclRing::Watch() { ring_->Watch(); }

std::string NcclRing::fault() const { return ring_->fault(); }

}  // namespace credo
