#include "agents/learning/rank_group.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

namespace credo {
namespace {

using Seconds = std::chrono::duration<double>;

// How often a rank says that it lives, and for how long it may be silent before
// the others, once a call failed, call it lost.
constexpr auto kBeat = std::chrono::milliseconds(500);
constexpr auto kSilence = std::chrono::milliseconds(2500);

struct Names {
  const char* rank;
  const char* size;
};
constexpr Names kNames[] = {{"RANK", "WORLD_SIZE"},
                            {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                            {"SLURM_PROCID", "SLURM_NTASKS"},
                            {"PMI_RANK", "PMI_SIZE"}};

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

}  // namespace

Result<RankPlace> RankPlaceOf(
    const std::function<const char*(const char*)>& read) {
  RankPlace place;
  const Names* names = nullptr;
  for (const Names& one : kNames) {
    if (read(one.rank) == nullptr && read(one.size) == nullptr) continue;
    names = &one;
    break;
  }
  if (names == nullptr) return place;
  for (const char* name : {names->rank, names->size}) {
    if (read(name) != nullptr) continue;
    return InvalidArgument(std::string(name) +
                           ": expected a whole number beside the other of " +
                           names->rank + " and " + names->size +
                           ", found none");
  }
  CREDO_ASSIGN_OR_RETURN(
      place.size, WholeNumber(names->size, read(names->size), 1, 65536));
  CREDO_ASSIGN_OR_RETURN(
      place.rank,
      WholeNumber(names->rank, read(names->rank), 0, place.size - 1));
  if (place.size == 1) return place;
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

// The connection to the others, and the thread that says that this one lives.
class RankGroup::Ring {
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
    store_ = c10::make_intrusive<c10d::TCPStore>(place.host, options);
    auto gloo = c10d::ProcessGroupGloo::Options::create(timeout);
    gloo->threads = 1;
    // The address of this machine by which rank 0 is reached.
    const bool here = place.host == "localhost" || place.host == "127.0.0.1";
    gloo->devices.push_back(
        here ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
             : c10d::ProcessGroupGloo::createDefaultDevice());
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("group", store_),
        static_cast<int>(place.rank), static_cast<int>(place.size), gloo);
    beats_ = std::thread([this] { Beat(); });
  }

  ~Ring() {
    over_ = true;
    beats_.join();
    // The others find out who is lost by asking the store of rank 0.
    if (place_.rank == 0 && lost_) std::this_thread::sleep_for(kSilence);
  }

  const RankPlace& place() const { return place_; }
  c10d::ProcessGroupGloo& group() { return *group_; }

  // Runs a collective call; a failure becomes one that names who is lost.
  template <typename Call>
  void Run(const Call& call) {
    try {
      call()->wait();
    } catch (const std::exception& error) {
      lost_ = true;
      throw std::runtime_error(WhoIsLost(error.what()));
    }
  }

  void Leave(const std::string& why) {
    lost_ = true;
    try {
      store_->set("left." + std::to_string(place_.rank), Bytes(why));
    } catch (const std::exception&) {
      // Then rank 0 is lost, which the others see as well.
    }
  }

 private:
  void Beat() {
    while (!over_) {
      try {
        store_->add("beat." + std::to_string(place_.rank), 1);
      } catch (const std::exception&) {
        return;  // the store is gone
      }
      std::this_thread::sleep_for(kBeat);
    }
  }

  // How often each rank said that it lives.
  std::vector<int64_t> Beats() {
    std::vector<int64_t> beats;
    for (int64_t rank = 0; rank < place_.size; ++rank) {
      beats.push_back(store_->add("beat." + std::to_string(rank), 0));
    }
    return beats;
  }

  std::string WhoIsLost(const std::string& error) {
    std::string lost;
    try {
      const std::vector<int64_t> then = Beats();
      std::this_thread::sleep_for(kSilence);
      const std::vector<int64_t> now = Beats();
      for (int64_t rank = 0; rank < place_.size; ++rank) {
        const std::string key = "left." + std::to_string(rank);
        if (rank == place_.rank) continue;
        if (store_->check({key})) {
          const std::vector<uint8_t> why = store_->get(key);
          lost += (lost.empty() ? "" : "; ") + ("rank " +
                  std::to_string(rank)) + " ended: " +
                  std::string(why.begin(), why.end());
        } else if (now[rank] == then[rank]) {
          lost += (lost.empty() ? "" : "; ") +
                  ("rank " + std::to_string(rank)) + " does not answer";
        }
      }
    } catch (const std::exception&) {
      lost = "rank 0 does not answer";
    }
    if (lost.empty()) lost = "the connection to another rank broke";
    return lost + " (" + std::to_string(place_.size) + " ranks; rank " +
           std::to_string(place_.rank) + " was told '" + Short(error) + "')";
  }

  RankPlace place_;
  c10::intrusive_ptr<c10d::TCPStore> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
  std::thread beats_;
  std::atomic<bool> over_ = false;
  bool lost_ = false;
};

RankGroup::RankGroup(std::unique_ptr<Ring> ring) : ring_(std::move(ring)) {}
RankGroup::~RankGroup() = default;

Result<std::unique_ptr<RankGroup>> RankGroup::Join(const RankPlace& place) {
  try {
    return std::unique_ptr<RankGroup>(
        new RankGroup(std::make_unique<Ring>(place)));
  } catch (const std::exception& error) {
    return Unavailable("rank " + std::to_string(place.rank) + " of " +
                       std::to_string(place.size) +
                       ": expected all ranks to meet at " + place.host + ":" +
                       std::to_string(place.port) + " within " +
                       std::to_string(static_cast<int64_t>(place.timeout)) +
                       " s, found that some did not: " +
                       Short(error.what()));
  }
}

int64_t RankGroup::size() const { return ring_->place().size; }
int64_t RankGroup::member() const { return ring_->place().rank; }

void RankGroup::Sum(const at::Tensor& numbers) {
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
