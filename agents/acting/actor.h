// Actors: a group of characters that act in their worlds and fill their columns
// of an unroll.
//
// A group is always computed together, whatever the number of threads, so that
// threads change the speed and never a number. Networks may be computed on
// another device; worlds, draws and unrolls stay with the host.
#ifndef CREDO_AGENTS_ACTING_ACTOR_H_
#define CREDO_AGENTS_ACTING_ACTOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/networks/agent.h"
#include "sdk/tensor/repeated_program.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

enum class ActionSource { kPolicy, kGreedy, kScripted };

// What all actors of a run share.
struct ActorSettings {
  ActionSource source = ActionSource::kPolicy;
  uint64_t seed = 0;
  double reward_clip = 0;  // of the reward that the core sees; 0: none
  at::Device device = at::kCPU;  // where the agent's parameters lie
  // Whether decisions are recorded once and repeated: see repeated_program.h.
  bool repeats = false;
};

class Actor {
 public:
  // Acts for the characters of `worlds`, in the columns from `column` on of the
  // unrolls that it fills. `agent` is read only and outlives the actor.
  Actor(const Agent& agent, std::unique_ptr<VectorEnvironment> worlds,
        int64_t column, const ActorSettings& settings);

  // Fills this group's columns of `unroll`: record 0 is the last record of
  // `before` (null at the very first unroll, which opens episodes), and T new
  // records follow. Several actors may fill one unroll at the same time.
  Status Fill(const Unroll* before, Unroll& unroll);

  int64_t size() const { return worlds_->size(); }
  const VectorEnvironment& worlds() const { return *worlds_; }
  // See ActorPool's.
  std::string graph_fault() const {
    return program_ == nullptr ? "" : program_->fault();
  }

  // Writes everything that going on needs: as it is now, or, with
  // `before_fill`, as it was before the last Fill, which a world of this or
  // another group did not let end.
  void Save(const std::string& prefix, bool before_fill,
            TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  Status Open(Unroll& unroll);
  // Chooses the actions that follow record t and writes them to record t + 1.
  void Act(Unroll& unroll, int64_t t);
  void ActByPolicy(Unroll& unroll, int64_t t);
  // Takes the state on by record_ and leaves what the policy is there.
  void Decide();
  std::span<const uint8_t> MaskAt(const Unroll& unroll, int64_t t,
                                  int64_t b) const;
  void Choose(std::span<const float> parameters, Unroll& unroll, int64_t t,
              int64_t b) const;

  const Agent& agent_;
  std::unique_ptr<VectorEnvironment> worlds_;
  int64_t column_;
  ActorSettings settings_;
  RandomStream stream_;
  int64_t decisions_ = 0;  // taken so far by each character
  at::Tensor state_;       // [count, S] on the device, before the next record
  at::Tensor policy_;      // [count, P] on the device
  // The record that is decided on, of this group, and its kinds.
  std::optional<Unroll> record_;
  std::vector<Kind> kinds_;
  std::unique_ptr<RepeatedProgram> program_;  // null: run each time

  struct Before {
    int64_t decisions;
    at::Tensor state;
  };
  Before before_fill_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_ACTING_ACTOR_H_
