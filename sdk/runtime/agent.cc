#include "sdk/runtime/agent.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {

Agent::Agent(std::unique_ptr<Network> network, const Host& host,
             const RuntimeParts* parts)
    : host_(host),
      parts_(parts),
      first_(std::move(network)),
      current_(first_.get()),
      frames_(first_->frames()) {}

Result<std::unique_ptr<Agent>> Agent::Load(std::span<const std::byte> bytes,
                                           const std::string& place,
                                           const Host& host,
                                           const Kernels* kernels,
                                           const RuntimeParts* parts) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<Network> network,
      Network::Load(bytes, place, host.allocator, kernels, parts));
  return std::unique_ptr<Agent>(new Agent(std::move(network), host, parts));
}

Status Agent::Publish(std::span<const std::byte> bytes,
                      const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<Network> network,
      Network::Load(bytes, place, host_.allocator, &first_->kernels(),
                    parts_));
  CREDO_RETURN_IF_ERROR(first_->CheckReplacement(*network).At(place));
  const std::lock_guard lock(mutex_);
  // What may fail comes first: weights in force must be owned.
  published_.push_back(std::move(network));
  current_.store(published_.back().get());
  frames_.store(published_.back()->frames());
  publishes_.fetch_add(1);
  std::erase_if(published_, [&](const std::unique_ptr<Network>& old) {
    return old != published_.back() &&
           std::ranges::none_of(slots_, [&](const auto* slot) {
             return slot->load() == old.get();
           });
  });
  return OkStatus();
}

int64_t Agent::users() {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(slots_.size());
}

Agent::Pin::Pin(const Agent& agent, std::atomic<const Network*>& slot)
    : slot_(slot) {
  // Only weights that are still in force after they were pinned are safe from
  // a publisher who looked at the slot before.
  do {
    network_ = agent.current_.load();
    slot_.store(network_);
  } while (agent.current_.load() != network_);
}

Agent::Slot::Slot(Agent& agent) : agent_(agent) {
  const std::lock_guard lock(agent_.mutex_);
  agent_.slots_.push_back(&pinned_);
}

Agent::Slot::~Slot() {
  const std::lock_guard lock(agent_.mutex_);
  std::erase(agent_.slots_, &pinned_);
}

}  // namespace credo::runtime
