// B characters in B worlds, stepped as one: what actors drive.
//
// It opens the next episode after a last record, so that its records follow one
// another without end:
//   kFirst kMid ... kTruncated kFirst kMid ...
// Episode n of character b is that of the seed (seed, "world", b, n), so that
// a character lives the same episodes in whatever group it is stepped.
//
//   auto worlds = VectorEnvironment::Make(factory, /*seed=*/7, 0, 16);
//   if (!worlds.ok()) return worlds.status();
//   while (more) {
//     CREDO_RETURN_IF_ERROR((*worlds)->Step(actions, rows));
//     (*worlds)->ScriptedActions(actions);
//   }
//
// Used by one thread at a time. Step takes no memory of its own, but that of
// the actions of an episode that is longer than all before it.
#ifndef CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_
#define CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/random.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/worlds/environment.h"
#include "sdk/worlds/record_writer.h"

namespace credo {

using EnvironmentFactory =
    std::function<Result<std::unique_ptr<Environment>>()>;

// A world from its factory. That is a host's code: what it throws, or a world
// that is none, becomes kInternal.
Result<std::unique_ptr<Environment>> MakeEnvironment(
    const EnvironmentFactory& factory);

class VectorEnvironment {
 public:
  // `count` worlds for characters first .. first + count - 1. Fails when a
  // world cannot be made or its spec is wrong (CheckSpec) or differs between
  // worlds. Throws std::invalid_argument unless first >= 0 and count >= 1.
  static Result<std::unique_ptr<VectorEnvironment>> Make(
      const EnvironmentFactory& factory, uint64_t seed, int64_t first,
      int64_t count);

  VectorEnvironment(const VectorEnvironment&) = delete;
  VectorEnvironment& operator=(const VectorEnvironment&) = delete;

  const EnvironmentSpec& spec() const { return spec_; }
  int64_t size() const { return static_cast<int64_t>(slots_.size()); }
  // The number of the first character; the others follow.
  int64_t first() const { return first_; }
  // Frames written so far by all characters together.
  int64_t frames() const { return frames_; }

  // Writes the next record of every character: the first record at the first
  // call and after a last record (the action is then void), else the one that
  // `actions` lead to. `actions` [B, words] as a policy gives them, continuous
  // words in [-1, 1] units and clipped here. Fails with kInternal, naming
  // world, character and observation, when a world throws or breaks its
  // contract; then this is of no further use, and every later call fails in the
  // same way. Throws std::invalid_argument when `actions` or `out` is of the
  // wrong size, or an index is not one of the choices.
  Status Step(std::span<const float> actions, const RecordRows& out);

  // The scripted policy's action of every character at its present record, as
  // Step takes it; zeros at a last record. Draws are those of
  // (seed, "scripted", character, frame). Throws std::runtime_error that names
  // the world when its policy throws or gives no legal action.
  // REQUIRES: Step was called.
  void ScriptedActions(std::span<float> actions) const;

  // Remembers the present for Save. Takes a time and memory that do not depend
  // on how long episodes are.
  void Mark();

  // What is needed to go on from here, or with `marked` from the last Mark, as
  // bytes: the seeds of the episodes under way and the progress of their
  // worlds, or where a world has none its actions. Restore resumes from them or
  // plays them again; the worlds must be new, made with equal arguments (throws
  // std::logic_error after a Step). Fails with
  // kDataLoss when `state` is cut or damaged, kFailedPrecondition when it is
  // that of other characters, kInternal when a world does not repeat its
  // episode; then this is of no further use.
  std::string Save(bool marked = false) const;
  Status Restore(const std::string& state);

  // The world of character first + i, for pictures and tests.
  const Environment& world(int64_t i) const { return *slots_[i].world; }

 private:
  struct Slot {
    std::unique_ptr<Environment> world;
    int64_t episode = -1;        // number of the present episode
    bool ended = true;           // the next record is a first one
    // Whether its world has a progress: found out at its first record of all.
    std::optional<bool> resumes;
    int64_t step = 0;            // of the present episode
    // In the world's units, since the first record, where it has no progress.
    std::vector<float> actions;
    // What Save of the mark writes, if the episode of then is still under way
    // its first `marked_actions` actions, else all of `left_actions`.
    int64_t marked_episode = -1;
    bool marked_ended = true;
    size_t marked_actions = 0;
    std::vector<float> left_actions;
    std::optional<std::string> marked_progress;
  };

  VectorEnvironment(std::vector<Slot> slots, uint64_t seed, int64_t first);
  // Writes one record into row `row` of `out`: the first one of the next
  // episode when the last one ended, else the one that `action` (world's units)
  // leads to.
  Status Write(int64_t i, std::span<const float> action, const RecordRows& out,
               int64_t row);
  Status RestoreSlots(const std::string& state);
  Status Replay(int64_t i, std::span<const float> actions,
                const RecordRows& out);
  Status ResumeSlot(int64_t i, const std::string& progress,
                    const RecordRows& out);
  bool IsLegal(std::span<const float> action) const;
  uint64_t EpisodeSeed(int64_t i) const;
  std::string Where(int64_t i) const;

  uint64_t seed_;
  int64_t first_;
  RandomStream worlds_stream_;
  RandomStream scripted_stream_;
  std::vector<Slot> slots_;
  EnvironmentSpec spec_;
  ActionDistribution distribution_;
  std::vector<int64_t> choices_;  // of each word; 0 for a continuous one
  std::vector<int64_t> field_of_word_;
  RecordWriter writer_;
  std::vector<float> world_action_;
  int64_t frames_ = 0;
  int64_t marked_frames_ = 0;
  Status failure_;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_VECTOR_ENVIRONMENT_H_
