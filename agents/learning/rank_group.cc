#include "agents/learning/rank_group.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/types.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "agents/learning/local_address.h"

namespace credo {
namespace {

using Seconds = std::chrono::duration<double>;

// How often a rank says that it lives, and for how long it may be silent before
// the others, once a call failed, call it lost.
constexpr auto kBeat = std::chrono::milliseconds(500);
constexpr auto kSilence = std::chrono::milliseconds(2500);
constexpr size_t kLittle = 4096;  // bytes

// How long the store may take to answer.
constexpr auto kPatience = std::chrono::milliseconds(1500);

struct Names {
  const char* rank;
  const char* size;
  const char* local;
};
constexpr Names kNames[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
     "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"}};

Result<int64_t> WholeNumber(const std::string& name, const char* text,
                            int64_t low, int64_t high) {
  int64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stopped != end || number < low ||
      number > high) {
    return InvalidArgument(name + ": expected a whole number from " +
                           std::to_string(low) + " to " +
                           std::to_string(high) + ", found '" + text + "'");
  }
  return number;
}

// What Gloo says without where in its source it says so, and its advice.
std::string Short(const std::string& error) {
  const size_t begin = error.starts_with('[') ? error.find("] ") + 2 : 0;
  const size_t end = std::min(error.find('\n', begin),
                              error.find(" This is typically", begin));
  return error.substr(begin, end - begin);
}

std::vector<uint8_t> Bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

// Who lives: each rank says so in a store that rank 0 keeps. A call to it may
// wait for a rank 0 that hangs, so all are made by a thread that nobody waits
// for without an end.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(c10::intrusive_ptr<c10d::Store> store, int64_t rank, int64_t size)
      : store_(std::move(store)), rank_(rank), size_(size) {}

  void Begin() {
    std::thread([self = shared_from_this()] { self->Main(); }).detach();
  }
  // Ends the thread, when it can be ended. With `stays`, once all others have
  // ended theirs or had the time to look who is lost.
  void End(bool stays) {
    std::unique_lock lock(mutex_);
    over_ = true;
    if (stays) stays_until_ = std::chrono::steady_clock::now() + 2 * kSilence;
    wake_.notify_all();
    wake_.wait_for(lock, kPatience + (stays ? 2 * kSilence : 0 * kSilence),
                   [this] { return ended_; });
  }

  void Leave(const std::string& why) {
    std::unique_lock lock(mutex_);
    leaving_ = why;
    wake_.notify_all();
    wake_.wait_for(lock, kPatience, [this] { return leaving_.empty(); });
  }

  // Names those that are silent or left; empty: there are none.
  std::string WhoIsLost() {
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

 private:
  void Main() {
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
          return over_ || !leaving_.empty() ||
                 (asked_ && !answer_.has_value());
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

  static std::string Beat(int64_t rank) {
    return "beat." + std::to_string(rank);
  }
  static std::string Left(int64_t rank) {
    return "left." + std::to_string(rank);
  }

  static std::string Bye(int64_t rank) {
    return "bye." + std::to_string(rank);
  }

  bool AllLeft() {
    for (int64_t rank = 0; rank < size_; ++rank) {
      if (!store_->check({Bye(rank)})) return false;
    }
    return true;
  }

  // How often each rank said that it lives.
  std::vector<int64_t> Beats() {
    std::vector<int64_t> beats;
    for (int64_t rank = 0; rank < size_; ++rank) {
      beats.push_back(store_->add(Beat(rank), 0));
    }
    return beats;
  }

  std::string Look() {
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

}  // namespace

Result<RankPlace> RankPlaceOf(
    const std::function<const char*(const char*)>& read) {
  RankPlace place;
  const bool is_told_where =
      read("MASTER_ADDR") != nullptr && read("MASTER_PORT") != nullptr;
  const Names* names = nullptr;
  for (const Names& one : kNames) {
    if (read(one.rank) == nullptr || read(one.size) == nullptr) continue;
    // A shell or a batch script of a scheduler has its variables as well: there
    // a program that is started once runs alone.
    if (&one != &kNames[0] && !is_told_where) continue;
    names = &one;
    break;
  }
  if (names == nullptr) return place;
  CREDO_ASSIGN_OR_RETURN(
      place.size, WholeNumber(names->size, read(names->size), 1, 65536));
  CREDO_ASSIGN_OR_RETURN(
      place.rank,
      WholeNumber(names->rank, read(names->rank), 0, place.size - 1));
  if (place.size == 1) return place;
  place.local = place.rank;
  if (read(names->local) != nullptr) {
    CREDO_ASSIGN_OR_RETURN(
        place.local,
        WholeNumber(names->local, read(names->local), 0, place.size - 1));
  }
  for (const char* name : {"MASTER_ADDR", "MASTER_PORT"}) {
    if (read(name) != nullptr) continue;
    return InvalidArgument(std::string(name) +
                           ": expected where rank 0 listens, as there are " +
                           std::to_string(place.size) +
                           " ranks, found none");
  }
  place.host = read("MASTER_ADDR");
  CREDO_ASSIGN_OR_RETURN(
      place.port, WholeNumber("MASTER_PORT", read("MASTER_PORT"), 1, 65535));
  return place;
}

// The connection to the others.
class RankGroup::Ring {
  using Gloo = c10d::ProcessGroupGloo;

 public:
  explicit Ring(const RankPlace& place) : place_(place) {
    const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
        Seconds(place.timeout));
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(place.port);
    options.isServer = place.rank == 0;
    options.numWorkers = static_cast<size_t>(place.size);
    options.waitWorkers = false;
    options.timeout = timeout;
    const auto store =
        c10::make_intrusive<c10d::TCPStore>(place.host, options);
    const auto gloo = Gloo::Options::create(timeout);
    gloo->threads = 1;
    gloo->devices.push_back(Device(place));
    group_ = c10::make_intrusive<Gloo>(
        c10::make_intrusive<c10d::PrefixStore>("group", store),
        static_cast<int>(place.rank), static_cast<int>(place.size), gloo);
    watch_ = std::make_shared<Watch>(store, place.rank, place.size);
    watch_->Begin();
  }

  ~Ring() {
    group_.reset();  // the others notice at once
    // They find out who is lost by asking the store of rank 0.
    watch_->End(/*stays=*/place_.rank == 0 && lost_);
  }

  const RankPlace& place() const { return place_; }
  Gloo& group() { return *group_; }

  // Runs a collective call; a failure becomes one that names who is lost.
  template <typename Call>
  void Run(const Call& call) {
    TORCH_CHECK(group_.defined(), "this rank has lost the others");
    std::string error;
    try {
      call()->wait();
      return;
    } catch (const std::exception& failure) {
      error = Short(failure.what());
    }
    lost_ = true;
    group_.reset();  // whoever waits for this one is told now
    std::string lost = watch_->WhoIsLost();
    if (lost.empty()) {
      lost = "no rank is lost, but one took longer than --rank-timeout (" +
             std::to_string(static_cast<int64_t>(place_.timeout)) + " s)";
    }
    throw std::runtime_error(lost + " (" + std::to_string(place_.size) +
                             " ranks; rank " + std::to_string(place_.rank) +
                             " was told '" + error + "')");
  }

  void Leave(const std::string& why) {
    lost_ = true;
    watch_->Leave(why);
  }

 private:
  // The others reach this machine the way it reaches rank 0, whatever its name
  // resolves to, or by the interface that Gloo's own variable tells.
  static std::shared_ptr<gloo::transport::Device> Device(
      const RankPlace& place) {
    const char* const list = std::getenv("GLOO_SOCKET_IFNAME");
    const std::string names = list == nullptr ? "" : list;
    if (const std::string first = names.substr(0, names.find(','));
        !first.empty()) {
      return Gloo::createDeviceForInterface(first);
    }
    const std::string near = LocalAddressTowards(place.host, place.port);
    return near.empty() ? Gloo::createDefaultDevice()
                        : Gloo::createDeviceForHostname(near);
  }

  RankPlace place_;
  c10::intrusive_ptr<Gloo> group_;
  std::shared_ptr<Watch> watch_;
  bool lost_ = false;
};

RankGroup::RankGroup(std::unique_ptr<Ring> ring) : ring_(std::move(ring)) {}
RankGroup::~RankGroup() = default;

Result<std::unique_ptr<RankGroup>> RankGroup::Join(const RankPlace& place) {
  const auto failed = [&place](const std::string& why) {
    return Unavailable("rank " + std::to_string(place.rank) + " of " +
                       std::to_string(place.size) +
                       ": expected all ranks to meet at " + place.host + ":" +
                       std::to_string(place.port) + " within " +
                       std::to_string(static_cast<int64_t>(place.timeout)) +
                       " s, found that some did not: " + why);
  };
  // To meet a rank 0 that hangs has no end of its own.
  std::promise<std::unique_ptr<Ring>> promise;
  std::future<std::unique_ptr<Ring>> ring = promise.get_future();
  std::thread([place, promise = std::move(promise)]() mutable {
    try {
      promise.set_value(std::make_unique<Ring>(place));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }).detach();
  if (ring.wait_for(Seconds(place.timeout) + kSilence) !=
      std::future_status::ready) {
    return failed("rank 0 does not answer");
  }
  try {
    return std::unique_ptr<RankGroup>(new RankGroup(ring.get()));
  } catch (const std::exception& error) {
    return failed(Short(error.what()));
  }
}

int64_t RankGroup::size() const { return ring_->place().size; }
int64_t RankGroup::member() const { return ring_->place().rank; }
int64_t RankGroup::local() const { return ring_->place().local; }

void RankGroup::Sum(const at::Tensor& numbers) {
  // A sum goes there and back, which takes all the time of little.
  if (numbers.nbytes() <= kLittle) {
    const at::Tensor all = Gather(numbers);
    // In the order of ranks, wherever: a sum over them may go by the registers.
    numbers.copy_(all[0]);
    for (int64_t rank = 1; rank < size(); ++rank) numbers.add_(all[rank]);
    return;
  }
  std::vector<at::Tensor> tensors = {numbers};
  ring_->Run([&] { return ring_->group().allreduce(tensors); });
}

at::Tensor RankGroup::Gather(const at::Tensor& own) {
  std::vector<at::Tensor> inputs = {own.contiguous()};
  std::vector<std::vector<at::Tensor>> outputs(1);
  for (int64_t i = 0; i < size(); ++i) {
    outputs[0].push_back(at::empty_like(inputs[0]));
  }
  ring_->Run([&] { return ring_->group().allgather(outputs, inputs); });
  return at::stack(outputs[0]);
}

std::vector<std::string> RankGroup::Collect(const std::string& own) {
  const at::Tensor sizes =
      Gather(torch::tensor({static_cast<int64_t>(own.size())}, torch::kLong));
  const int64_t room = std::max<int64_t>(1, sizes.max().item<int64_t>());
  std::vector<at::Tensor> inputs = {torch::zeros({room}, torch::kByte)};
  std::memcpy(inputs[0].data_ptr<uint8_t>(), own.data(), own.size());
  std::vector<std::vector<at::Tensor>> outputs;
  if (member() == 0) {
    outputs.resize(1);
    for (int64_t i = 0; i < size(); ++i) {
      outputs[0].push_back(at::empty_like(inputs[0]));
    }
  }
  ring_->Run([&] { return ring_->group().gather(outputs, inputs); });
  std::vector<std::string> all;
  if (member() != 0) return all;
  for (int64_t i = 0; i < size(); ++i) {
    all.emplace_back(
        reinterpret_cast<const char*>(outputs[0][i].const_data_ptr<uint8_t>()),
        static_cast<size_t>(sizes[i].item<int64_t>()));
  }
  return all;
}

std::string RankGroup::Broadcast(const std::string& bytes) {
  std::vector<at::Tensor> size = {
      torch::tensor({static_cast<int64_t>(bytes.size())}, torch::kLong)};
  ring_->Run([&] { return ring_->group().broadcast(size); });
  const int64_t count = size[0].item<int64_t>();
  std::vector<at::Tensor> content = {
      torch::zeros({std::max<int64_t>(1, count)}, torch::kByte)};
  if (member() == 0) {
    std::memcpy(content[0].data_ptr<uint8_t>(), bytes.data(), bytes.size());
  }
  ring_->Run([&] { return ring_->group().broadcast(content); });
  return std::string(
      reinterpret_cast<const char*>(content[0].const_data_ptr<uint8_t>()),
      static_cast<size_t>(count));
}

void RankGroup::Leave(const std::string& why) { ring_->Leave(why); }

}  // namespace credo
