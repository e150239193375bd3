// The contract of a world: one character, episodes drawn from seeds.
//
//   class Corridor : public Environment {
//     const EnvironmentSpec& spec() const override { return spec_; }
//     void Reset(uint64_t seed, RecordWriter& out) override {
//       position_ = 0;
//       Show(out);
//     }
//     void Step(std::span<const float> action, RecordWriter& out) override {
//       position_ += action[0] == 1 ? 1 : -1;
//       out.SetReward(position_ == 5);
//       if (position_ == 5) out.End(Kind::kTerminal);
//       Show(out);
//     }
//   };
//
// What a world owes:
//   * Everything that follows is a function of the seed of Reset and of the
//     actions since. No other randomness, no clock, no global: a run is resumed
//     by playing the episode's actions again, or from its Progress.
//   * Every observation of the spec is written at every record, inside its
//     range, finite.
//   * After a record that ends the episode comes Reset, never Step.
// It may throw; the run is then saved and ends with an error that names it.
// Worlds are used by one thread at a time, and not always by the same one.
#ifndef CREDO_SDK_WORLDS_ENVIRONMENT_H_
#define CREDO_SDK_WORLDS_ENVIRONMENT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/record.h"
#include "sdk/base/rgb.h"
#include "sdk/base/spec.h"
#include "sdk/worlds/record_writer.h"

namespace credo {

class Environment {
 public:
  virtual ~Environment() = default;

  // Never changes during the life of the world.
  virtual const EnvironmentSpec& spec() const = 0;

  // Opens the episode that belongs to `seed` and writes its first record.
  virtual void Reset(uint64_t seed, RecordWriter& out) = 0;

  // Takes one decision and writes the record that it leads to. `action` holds
  // the spec's words in the world's own units: an index per discrete factor, a
  // value within [low, high] per continuous dimension.
  virtual void Step(std::span<const float> action, RecordWriter& out) = 0;

  // What the episode under way has become since its Reset, as bytes: after
  // Reset of the same seed Resume goes on from there. A world without (nullopt,
  // always) is resumed by playing the episode's actions again, which a run then
  // keeps: where episodes are endless, ever more of them.
  virtual std::optional<std::string> Progress() const { return std::nullopt; }
  // Throws std::invalid_argument when it is none of this world's.
  virtual void Resume(std::string_view progress);

  // A scripted exploring policy for representation runs: the next action, in
  // the units of Step. It may look at the whole world. All that is random comes
  // from `draws`, and all it remembers is a function of seed and actions.
  // By default uniform over all actions, masks ignored.
  virtual void ScriptedAction(Draws& draws, std::span<float> action) const;

  // Colours in which people are shown the categories of tiles observation
  // `index`, one per category; empty when the world leaves them to others.
  virtual std::vector<Rgb> Palette(int index) const;

  // The world as text, for tests and for people. Empty when it has no such
  // form.
  virtual std::string Text() const { return ""; }
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_ENVIRONMENT_H_
