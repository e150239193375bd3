// A world with nothing in it: it times the loop around a world, and shows every
// kind of observation, action and end that the contract knows.
//
//   world: {kind: blank, picture: [64, 64, 3], action: continuous}
//
// What it shows is cheap noise, a function of the episode's seed and the step
// alone; the reward is the sum of the action's words. Privileged:
//   secret  tiles [1], 4 categories: drawn once per episode, and in no other
//           observation. An agent that guesses it better than one in four was
//           shown what it must not see.
// A choice that the mask forbids makes it throw, so that whoever ignores masks
// is found out.
#ifndef CREDO_SDK_WORLDS_BLANK_H_
#define CREDO_SDK_WORLDS_BLANK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

struct BlankOptions : Options {
  std::vector<int64_t> picture = {8, 8, 3};  // [H, W, C], empty for none
  int64_t tiles = 9;                         // 0 for none
  int64_t vector = 4;                        // 0 for none
  std::string action = "discrete";  // discrete multi_discrete continuous all
  bool masks = false;
  int64_t episode = 32;
  std::string end = "truncated";  // terminal truncated both
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;
};

class Blank : public Environment {
 public:
  static constexpr int64_t kCategories = 4;  // of tiles, and of the secret

  // Fails with kInvalidArgument when the options do not fit together.
  static Result<std::unique_ptr<Environment>> Make(const BlankOptions& options);

  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override;
  void Step(std::span<const float> action, RecordWriter& out) override;
  std::optional<std::string> Progress() const override;
  void Resume(std::string_view progress) override;
  // Uniform over what the mask allows.
  void ScriptedAction(Draws& draws, std::span<float> action) const override;

 private:
  explicit Blank(const BlankOptions& options);
  void Show(RecordWriter& out) const;
  // The choice of discrete word `word` that is not legal now; -1 for none.
  int64_t Forbidden(int64_t word, int64_t choices) const;
  void CheckMask(std::span<const float> action) const;
  bool EndsTerminal() const;

  EnvironmentSpec spec_;
  int64_t episode_;
  std::string end_;
  uint64_t noise_ = 0;
  uint8_t secret_ = 0;
  int64_t step_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_BLANK_H_
