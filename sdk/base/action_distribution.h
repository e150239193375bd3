// Turning numbers of a policy head into actions, the same in trainer and
// runtime: one draw per word, by inversion of the distribution function.
//
// The parameters of one character are one row of f32: for each discrete factor
// its logits, for each continuous dimension its mean, then for each continuous
// dimension of the field its log standard deviation. Words and factors are
// independent given the parameters. A continuous word is a normal in units
// where the field's low is -1 and its high is +1; it is clipped when it is
// handed to the world (ToWorld), never before, so that its density stays that
// of a normal.
#ifndef CREDO_SDK_BASE_ACTION_DISTRIBUTION_H_
#define CREDO_SDK_BASE_ACTION_DISTRIBUTION_H_

#include <cstdint>
#include <span>

#include "sdk/base/random.h"
#include "sdk/base/spec.h"

namespace credo {

class ActionDistribution {
 public:
  // The bounds of a log standard deviation; parameters beyond are clamped.
  static constexpr float kLogStdLow = -5.0f;
  static constexpr float kLogStdHigh = 2.0f;

  // Throws std::invalid_argument when CheckActionSpec finds a fault.
  explicit ActionDistribution(ActionSpec spec);

  const ActionSpec& spec() const { return spec_; }
  // Numbers per character: parameters of the policy head, words of an action,
  // inputs that Encode writes, entries of a mask (one per discrete choice).
  int64_t parameters() const { return parameters_; }
  int64_t words() const { return words_; }
  int64_t inputs() const { return inputs_; }
  int64_t mask_size() const { return mask_size_; }

  // In all of these: `parameters` [parameters()], `action` [words()], `mask`
  // [mask_size()] with 1 for legal, or empty when all is legal. A factor with
  // no legal choice is treated as if all were. A choice whose logit is NaN has
  // probability 0; when all legal logits are NaN, all legal choices are equal.
  // So an index is always legal, whatever the parameters. A span of the wrong
  // size throws std::invalid_argument, except in Check. Only messages take
  // memory.

  // Takes one draw per word.
  void Sample(std::span<const float> parameters, std::span<const uint8_t> mask,
              Draws& draws, std::span<float> action) const;
  // The most probable action: the first of equal choices; the mean.
  void Greedy(std::span<const float> parameters, std::span<const uint8_t> mask,
              std::span<float> action) const;
  // Uniform over legal choices, and over [-1, 1].
  void SampleUniform(std::span<const uint8_t> mask, Draws& draws,
                     std::span<float> action) const;
  // Natural logarithm of the probability (density in words for continuous);
  // minus infinity when an index is not legal.
  double LogProbability(std::span<const float> parameters,
                        std::span<const uint8_t> mask,
                        std::span<const float> action) const;
  // What one field is drawn from: discrete, the probability of each choice,
  // factor by factor; continuous, the means, then the standard deviations.
  void Probabilities(std::span<const float> parameters,
                     std::span<const uint8_t> mask, size_t field,
                     std::span<float> out) const;
  // In nats.
  double Entropy(std::span<const float> parameters,
                 std::span<const uint8_t> mask) const;
  // The action as network input: a one-hot per discrete factor, then the words
  // of continuous fields clipped to [-1, 1]; fields in order.
  void Encode(std::span<const float> action, std::span<float> input) const;
  // Clips and scales continuous words to [low, high]; indices stay. `world` may
  // be `action` itself. Here and in Encode a NaN counts as 0.
  void ToWorld(std::span<const float> action, std::span<float> world) const;
  // Whether every index is in range and every word finite, else a message.
  Status Check(std::span<const float> action) const;

 private:
  ActionSpec spec_;
  int64_t parameters_ = 0;
  int64_t words_ = 0;
  int64_t inputs_ = 0;
  int64_t mask_size_ = 0;
};

// A word of a continuous field within the field's bounds, clipped, and back;
// WorldToWord REQUIRES a value within them.
float WordToWorld(const ActionField& field, float word);
float WorldToWord(const ActionField& field, float value);

}  // namespace credo

#endif  // CREDO_SDK_BASE_ACTION_DISTRIBUTION_H_
