// B characters in B worlds, stepped as one: what actors drive.
//
// It opens the next episode after a last record, so that its records follow one
// another without end:
//   kFirst kMid ... kTruncated kFirst kMid ...
// Episode n of character b is the one of the seed (seed, "world", b, n).
#ifndef CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_
#define CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/status.h"
#include "sdk/worlds/environment.h"

namespace credo {

// One row of records: where B characters write their record at one time.
// Pointers to row-major arrays that the caller keeps.
struct RecordRows {
  std::vector<std::byte*> observations;  // [i] -> [B, bytes of observation i]
  float* reward = nullptr;               // [B]
  Kind* kind = nullptr;                  // [B]
  uint8_t* mask = nullptr;               // [B, choices], null without masks
};

using EnvironmentFactory =
    std::function<Result<std::unique_ptr<Environment>>()>;

class VectorEnvironment {
 public:
  // `count` worlds for characters first .. first + count - 1. Fails when a world
  // cannot be made or its spec is wrong (CheckSpec) or differs between worlds.
  static Result<std::unique_ptr<VectorEnvironment>> Make(
      const EnvironmentFactory& factory, uint64_t seed, int64_t first,
      int64_t count);

  const EnvironmentSpec& spec() const;
  int64_t size() const { return static_cast<int64_t>(slots_.size()); }
  // Frames written so far by all characters together.
  int64_t frames() const { return frames_; }

  // Writes the next record of every character: the first record at the first
  // call and after a last record (the action is then void), else the one that
  // `actions` lead to. `actions` [B, words] as a policy gives them, continuous
  // words in [-1, 1] units and clipped here. Fails with kInternal, naming world,
  // character and observation, when a world throws or breaks its contract, and
  // is then of no further use.
  Status Step(std::span<const float> actions, const RecordRows& out);

  // The scripted policy's action of every character at its present record, as
  // Step takes it. Draws are those of (seed, "scripted", character, frame).
  // REQUIRES: Step was called.
  void ScriptedActions(std::span<float> actions) const;

  // What is needed to go on from here: the seeds and actions of the episodes
  // under way. Restore plays them again; the worlds must be new.
  std::string Save() const;
  Status Restore(const std::string& state);

  // The world of character first + i, for pictures and tests.
  const Environment& world(int64_t i) const { return *slots_[i].world; }

 private:
  struct Slot {
    std::unique_ptr<Environment> world;
    int64_t episode = -1;        // number of the present episode
    bool ended = true;           // the next record is a first one
    std::vector<float> actions;  // in the world's units, since the first record
  };

  VectorEnvironment(uint64_t seed, int64_t first);
  Status StepOne(int64_t i, std::span<const float> action,
                 const RecordRows& out);
  std::string Where(int64_t i) const;

  uint64_t seed_;
  int64_t first_;
  std::vector<Slot> slots_;
  std::unique_ptr<ActionDistribution> distribution_;
  std::vector<float> world_action_;
  int64_t frames_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_
