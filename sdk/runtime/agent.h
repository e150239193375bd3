// An agent: the weights in force, and those who use them.
//
// Threads: everything may be called from any thread at any time. A tick pins
// the weights that it uses with two atomic stores; publishing swaps a pointer
// and frees the weights of earlier publishes that no tick pins. The first ones
// stay: spec and names are theirs.
#ifndef CREDO_SDK_RUNTIME_AGENT_H_
#define CREDO_SDK_RUNTIME_AGENT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/runtime/allocator.h"
#include "sdk/runtime/network.h"

namespace credo::runtime {

// What the host supplies.
struct Host {
  Allocator allocator = Allocator::Default();
  // Told what a developer should know; null: nobody. Any thread.
  void (*log)(void* user, const char* message) = nullptr;
  void* log_user = nullptr;
};

class Agent {
 public:
  // `place` opens messages: the file's path. `kernels` null: the best that the
  // processor can run. `parts` outlive the agent; null: BuiltInParts().
  static Result<std::unique_ptr<Agent>> Load(
      std::span<const std::byte> bytes, const std::string& place,
      const Host& host, const Kernels* kernels = nullptr,
      const RuntimeParts* parts = nullptr);
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  const Host& host() const { return host_; }
  // The weights that the agent was loaded with, whose spec and sizes are those
  // of all that come after.
  const Network& first() const { return *first_; }
  int64_t publishes() const { return publishes_.load(); }
  int64_t frames() const { return frames_.load(); }

  // New weights of the same world and architecture, simulator and probes
  // included; refused otherwise. Ticks that run go on with the old ones.
  Status Publish(std::span<const std::byte> bytes, const std::string& place);

  // The weights in force, for as long as this object lives.
  class Pin {
   public:
    Pin(const Agent& agent, std::atomic<const Network*>& slot);
    ~Pin() { slot_.store(nullptr, std::memory_order_release); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    const Network& network() const { return *network_; }

   private:
    std::atomic<const Network*>& slot_;
    const Network* network_;
  };

  // Where a user of the weights pins them. Lives as long as the user.
  class Slot {
   public:
    explicit Slot(Agent& agent);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    std::atomic<const Network*>& pinned() { return pinned_; }

   private:
    Agent& agent_;
    std::atomic<const Network*> pinned_ = nullptr;
  };
  // Users that live: beliefs must end before their agent.
  int64_t users();

 private:
  Agent(std::unique_ptr<Network> network, const Host& host,
        const RuntimeParts* parts);

  Host host_;
  const RuntimeParts* parts_;
  std::unique_ptr<Network> first_;
  std::atomic<const Network*> current_;
  std::atomic<int64_t> publishes_ = 0;
  std::atomic<int64_t> frames_ = 0;
  std::mutex mutex_;  // of what follows; never taken by a tick
  std::vector<std::unique_ptr<Network>> published_;  // the last is in force
  std::vector<std::atomic<const Network*>*> slots_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_AGENT_H_
