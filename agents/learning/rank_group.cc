#include "agents/learning/rank_group.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/types.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>

#include "agents/learning/local_address.h"
#include "agents/learning/nccl_ring.h"
#include "agents/learning/rank_watch.h"
#include "sdk/tensor/device_stream.h"

namespace credo {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr size_t kLittle = 4096;  // bytes

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
    watch_ = std::make_shared<RankWatch>(store, place.rank, place.size);
    watch_->Begin();
  }

  ~Ring() {
    group_.reset();  // the others notice at once
    // They find out who is lost by asking the store of rank 0.
    watch_->End(/*stays=*/place_.rank == 0 && lost_);
  }

  const RankPlace& place() const { return place_; }
  Gloo& group() { return *group_; }

  // That of the ranks' GPUs, null where they share none.
  NcclRing* gpus() { return gpus_.get(); }
  void TakeGpus(std::unique_ptr<NcclRing> gpus) { gpus_ = std::move(gpus); }

  // Runs a collective call of the group's; a failure becomes one that names who
  // is lost.
  template <typename Call>
  void Run(const Call& call) {
    RunAny([&] { call()->wait(); });
  }
  // The same of one that waits by itself.
  template <typename Call>
  void RunAny(const Call& call) {
    TORCH_CHECK(group_.defined(), "this rank has lost the others");
    std::string error;
    try {
      if (gpus_ != nullptr && !gpus_->fault().empty()) {
        throw std::runtime_error(gpus_->fault());
      }
      call();
      return;
    } catch (const std::exception& failure) {
      error = Short(failure.what());
    }
    lost_ = true;
    group_.reset();  // whoever waits for this one is told now
    if (gpus_ != nullptr) gpus_->Break(error);
    std::string lost = watch_->WhoIsLost();
    if (lost.empty()) {
      lost = "no rank is lost, but one took longer than --rank-timeout (" +
             std::to_string(static_cast<int64_t>(place_.timeout)) + " s)";
    }
    throw std::runtime_error(lost + " (" + std::to_string(place_.size) +
                             " ranks; rank " + std::to_string(place_.rank) +
                             " was told '" + error + "')");
  }

  // Runs `call` of the ranks' GPUs if that is where `x` lies; false: it is not.
  template <typename Call>
  bool RunOnGpus(const at::Tensor& x, const Call& call) {
    if (gpus_ == nullptr || gpus_->device() != x.device()) return false;
    if (IsRecording(x.device())) {
      call(*gpus_);  // a graph that cannot hold it is no loss
    } else {
      RunAny([&] { call(*gpus_); });
    }
    return true;
  }

  void Leave(const std::string& why) {
    lost_ = true;
    if (gpus_ != nullptr) gpus_->Break(why);
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
  std::shared_ptr<RankWatch> watch_;
  std::unique_ptr<NcclRing> gpus_;
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
  std::packaged_task<std::unique_ptr<Ring>()> meet(
      [place] { return std::make_unique<Ring>(place); });
  std::future<std::unique_ptr<Ring>> ring = meet.get_future();
  std::thread(std::move(meet)).detach();
  if (ring.wait_for(Seconds(place.timeout) + RankWatch::kSilence) !=
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

std::string RankGroup::Reach(at::Device device, const std::string& library) {
  const auto nccl = library.empty()
                        ? Unavailable("this rank has no GPU")
                        : NcclLibrary::Load(library);
  if (!AllCan(*this, nccl.ok())) {
    return nccl.ok() ? "another rank has no GPU" : nccl.status().message();
  }
  std::string id, why = "rank 0 could not begin";
  if (member() == 0) {
    try {
      id = (*nccl)->NewId();
    } catch (const std::exception& error) {
      why = error.what();
    }
  }
  id = Broadcast(id);
  if (id.empty()) return why;
  auto gpus = NcclRing::Join(
      *nccl, id, {member(), size(), device, ring_->place().timeout});
  if (!AllCan(*this, gpus.ok())) {
    return gpus.ok() ? "another rank could not" : gpus.status().message();
  }
  ring_->TakeGpus(*std::move(gpus));
  return "";
}

bool RankGroup::Reaches(at::Device device) const {
  return device.is_cpu() || (ring_->gpus() != nullptr &&
                             ring_->gpus()->device() == device);
}

void RankGroup::WatchDevice() {
  if (ring_->gpus() != nullptr) ring_->gpus()->Watch();
}

void RankGroup::Sum(const at::Tensor& numbers) {
  if (ring_->RunOnGpus(numbers,
                       [&](NcclRing& gpus) { gpus.Sum(numbers); })) {
    return;
  }
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
  at::Tensor all;
  if (ring_->RunOnGpus(own,
                       [&](NcclRing& gpus) { all = gpus.Gather(own); })) {
    return all;
  }
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
