#include "sdk/base/action_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "sdk/base/number_text.h"

namespace credo {
namespace {

const double kHalfLogTwoPi = 0.91893853320467274178;

// Where a factor or a continuous field begins in each kind of row.
struct Offsets {
  int64_t parameter = 0;
  int64_t word = 0;
  int64_t input = 0;
  int64_t choice = 0;
};

// Walks a spec in the order of its rows: discrete(choices, offsets) for each
// factor, continuous(field, offsets) for each continuous field. Returns the
// offsets behind the last.
template <typename Discrete, typename Continuous>
Offsets Walk(const ActionSpec& spec, Discrete discrete, Continuous continuous) {
  Offsets at;
  for (const ActionField& field : spec.fields) {
    if (field.kind == ActionField::Kind::kDiscrete) {
      for (const int64_t choices : field.choices) {
        discrete(choices, at);
        at.parameter += choices;
        at.word += 1;
        at.input += choices;
        at.choice += choices;
      }
    } else {
      continuous(field, at);
      at.parameter += 2 * field.dimensions;
      at.word += field.dimensions;
      at.input += field.dimensions;
    }
  }
  return at;
}

// The softmax of one factor over its legal choices, not yet divided by its sum.
// A legal choice whose logit is NaN has probability 0; when no legal logit is a
// number, all legal choices are equal.
class Softmax {
 public:
  Softmax(std::span<const float> logits, std::span<const uint8_t> mask)
      : logits_(logits), mask_(mask) {
    if (std::all_of(mask.begin(), mask.end(),
                    [](uint8_t legal) { return legal == 0; })) {
      mask_ = {};
    }
    for (size_t i = 0; i < logits.size(); ++i) {
      if (!Legal(i) || std::isnan(logits[i])) continue;
      if (!has_numbers_ || logits[i] > max_) max_ = logits[i];
      has_numbers_ = true;
    }
    for (size_t i = 0; i < logits.size(); ++i) sum_ += Weight(i);
  }

  // 1 for the best choices, exactly 0 for those that are not legal.
  double Weight(size_t i) const {
    return Possible(i) ? std::exp(Difference(i)) : 0;
  }
  double sum() const { return sum_; }
  // Whether no choice is more probable. Exact, where weights are rounded.
  bool IsBest(size_t i) const { return Possible(i) && Difference(i) == 0; }
  double LogProbability(size_t i) const {
    return Possible(i) ? Difference(i) - std::log(sum_)
                       : -std::numeric_limits<double>::infinity();
  }

 private:
  bool Legal(size_t i) const { return mask_.empty() || mask_[i] != 0; }
  bool Possible(size_t i) const {
    return Legal(i) && !(has_numbers_ && std::isnan(logits_[i]));
  }
  // The logit below the greatest. Equal infinities differ by 0.
  double Difference(size_t i) const {
    if (!has_numbers_ || logits_[i] == max_) return 0;
    return static_cast<double>(logits_[i]) - static_cast<double>(max_);
  }

  std::span<const float> logits_;
  std::span<const uint8_t> mask_;
  bool has_numbers_ = false;
  float max_ = 0;
  double sum_ = 0;
};

std::span<const uint8_t> PartOf(std::span<const uint8_t> mask, int64_t offset,
                                int64_t size) {
  return mask.empty() ? mask : mask.subspan(offset, size);
}

Softmax SoftmaxAt(std::span<const float> parameters,
                  std::span<const uint8_t> mask, int64_t choices,
                  const Offsets& at) {
  return Softmax(parameters.subspan(at.parameter, choices),
                 PartOf(mask, at.choice, choices));
}

// The smallest choice whose cumulative probability is above u.
int64_t Invert(const Softmax& softmax, int64_t choices, double u) {
  const double target = u * softmax.sum();
  double cumulative = 0;
  int64_t last = 0;
  for (int64_t i = 0; i < choices; ++i) {
    const double weight = softmax.Weight(i);
    if (weight == 0) continue;
    cumulative += weight;
    last = i;
    if (cumulative > target) break;
  }
  return last;
}

double LogStd(float parameter) {
  // NaN falls to the low bound.
  if (!(parameter > ActionDistribution::kLogStdLow)) {
    return ActionDistribution::kLogStdLow;
  }
  return std::min(parameter, ActionDistribution::kLogStdHigh);
}

// Within [-1, 1]; NaN becomes the middle, so that a host never meets one.
float Clip(float word) {
  if (std::isnan(word)) return 0;
  return std::clamp(word, -1.0f, 1.0f);
}

bool IsIndex(float word, int64_t choices) {
  return word >= 0 && word < static_cast<float>(choices) &&
         word == std::floor(word);
}

void RequireSize(const char* what, size_t found, int64_t expected) {
  if (static_cast<int64_t>(found) == expected) return;
  throw std::invalid_argument(std::string("action distribution: ") + what +
                              ": expected " + std::to_string(expected) +
                              " numbers, found " + std::to_string(found));
}

void RequireMask(std::span<const uint8_t> mask, int64_t expected) {
  if (!mask.empty()) RequireSize("mask", mask.size(), expected);
}

}  // namespace

ActionDistribution::ActionDistribution(ActionSpec spec)
    : spec_(std::move(spec)) {
  const Status status = CheckActionSpec(spec_);
  if (!status.ok()) throw std::invalid_argument(status.message());
  const Offsets end = Walk(
      spec_, [](int64_t, const Offsets&) {},
      [](const ActionField&, const Offsets&) {});
  parameters_ = end.parameter;
  words_ = end.word;
  inputs_ = end.input;
  mask_size_ = end.choice;
}

void ActionDistribution::Sample(std::span<const float> parameters,
                                std::span<const uint8_t> mask, Draws& draws,
                                std::span<float> action) const {
  RequireSize("parameters", parameters.size(), parameters_);
  RequireMask(mask, mask_size_);
  RequireSize("action", action.size(), words_);
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const Softmax softmax = SoftmaxAt(parameters, mask, choices, at);
        action[at.word] =
            static_cast<float>(Invert(softmax, choices, draws.Uniform()));
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          const double mean = parameters[at.parameter + d];
          const double log_std =
              LogStd(parameters[at.parameter + field.dimensions + d]);
          action[at.word + d] =
              static_cast<float>(mean + std::exp(log_std) * draws.Normal());
        }
      });
}

void ActionDistribution::Greedy(std::span<const float> parameters,
                                std::span<const uint8_t> mask,
                                std::span<float> action) const {
  RequireSize("parameters", parameters.size(), parameters_);
  RequireMask(mask, mask_size_);
  RequireSize("action", action.size(), words_);
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const Softmax softmax = SoftmaxAt(parameters, mask, choices, at);
        int64_t best = 0;
        while (best < choices - 1 && !softmax.IsBest(best)) ++best;
        action[at.word] = static_cast<float>(best);
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          action[at.word + d] = parameters[at.parameter + d];
        }
      });
}

void ActionDistribution::SampleUniform(std::span<const uint8_t> mask,
                                       Draws& draws,
                                       std::span<float> action) const {
  RequireMask(mask, mask_size_);
  RequireSize("action", action.size(), words_);
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const std::span<const uint8_t> part = PartOf(mask, at.choice, choices);
        const int64_t legal =
            static_cast<int64_t>(part.size()) -
            std::count(part.begin(), part.end(), uint8_t{0});
        if (legal == 0) {
          action[at.word] = static_cast<float>(
              draws.Below(static_cast<uint32_t>(choices)));
          return;
        }
        uint32_t skip = draws.Below(static_cast<uint32_t>(legal));
        int64_t index = 0;
        while (part[index] == 0 || skip-- > 0) ++index;
        action[at.word] = static_cast<float>(index);
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          action[at.word + d] = 2 * draws.Uniform() - 1;
        }
      });
}

double ActionDistribution::LogProbability(std::span<const float> parameters,
                                          std::span<const uint8_t> mask,
                                          std::span<const float> action) const {
  RequireSize("parameters", parameters.size(), parameters_);
  RequireMask(mask, mask_size_);
  RequireSize("action", action.size(), words_);
  double sum = 0;
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const float word = action[at.word];
        if (!IsIndex(word, choices)) {
          sum = -std::numeric_limits<double>::infinity();
          return;
        }
        sum += SoftmaxAt(parameters, mask, choices, at)
                   .LogProbability(static_cast<size_t>(word));
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          const double mean = parameters[at.parameter + d];
          const double log_std =
              LogStd(parameters[at.parameter + field.dimensions + d]);
          const double z = (action[at.word + d] - mean) / std::exp(log_std);
          sum += -0.5 * z * z - log_std - kHalfLogTwoPi;
        }
      });
  return sum;
}

void ActionDistribution::Probabilities(std::span<const float> parameters,
                                       std::span<const uint8_t> mask,
                                       size_t field,
                                       std::span<float> out) const {
  RequireSize("parameters", parameters.size(), parameters_);
  RequireMask(mask, mask_size_);
  if (field >= spec_.fields.size()) {
    throw std::invalid_argument("action distribution: expected a field of " +
                                std::to_string(spec_.fields.size()) +
                                ", found " + std::to_string(field));
  }
  const ActionField& wanted = spec_.fields[field];
  RequireSize("out", out.size(), wanted.parameters());
  int64_t first = 0;
  for (size_t i = 0; i < field; ++i) first += spec_.fields[i].words();
  float* to = out.data();
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        if (at.word < first || at.word >= first + wanted.words()) return;
        const Softmax softmax = SoftmaxAt(parameters, mask, choices, at);
        for (int64_t i = 0; i < choices; ++i) {
          *to++ = static_cast<float>(softmax.Weight(i) / softmax.sum());
        }
      },
      [&](const ActionField& each, const Offsets& at) {
        if (at.word != first) return;
        for (int64_t d = 0; d < each.dimensions; ++d) {
          out[d] = parameters[at.parameter + d];
          out[each.dimensions + d] = static_cast<float>(std::exp(
              LogStd(parameters[at.parameter + each.dimensions + d])));
        }
      });
}

double ActionDistribution::Entropy(std::span<const float> parameters,
                                   std::span<const uint8_t> mask) const {
  RequireSize("parameters", parameters.size(), parameters_);
  RequireMask(mask, mask_size_);
  double sum = 0;
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const Softmax softmax = SoftmaxAt(parameters, mask, choices, at);
        for (int64_t i = 0; i < choices; ++i) {
          const double probability = softmax.Weight(i) / softmax.sum();
          // p log p tends to 0 with p.
          if (probability > 0) sum -= probability * softmax.LogProbability(i);
        }
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          sum += 0.5 + kHalfLogTwoPi +
                 LogStd(parameters[at.parameter + field.dimensions + d]);
        }
      });
  return sum;
}

void ActionDistribution::Encode(std::span<const float> action,
                                std::span<float> input) const {
  RequireSize("action", action.size(), words_);
  RequireSize("input", input.size(), inputs_);
  Walk(
      spec_,
      [&](int64_t choices, const Offsets& at) {
        const std::span<float> one_hot = input.subspan(at.input, choices);
        std::fill(one_hot.begin(), one_hot.end(), 0.0f);
        const float word = action[at.word];
        if (IsIndex(word, choices)) one_hot[static_cast<size_t>(word)] = 1;
      },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          input[at.input + d] = Clip(action[at.word + d]);
        }
      });
}

void ActionDistribution::ToWorld(std::span<const float> action,
                                 std::span<float> world) const {
  RequireSize("action", action.size(), words_);
  RequireSize("world", world.size(), words_);
  Walk(
      spec_,
      [&](int64_t, const Offsets& at) { world[at.word] = action[at.word]; },
      [&](const ActionField& field, const Offsets& at) {
        for (int64_t d = 0; d < field.dimensions; ++d) {
          world[at.word + d] = WordToWorld(field, action[at.word + d]);
        }
      });
}

Status ActionDistribution::Check(std::span<const float> action) const {
  if (static_cast<int64_t>(action.size()) != words_) {
    return InvalidArgument("action: expected " + std::to_string(words_) +
                           " words, found " + std::to_string(action.size()));
  }
  size_t word = 0;
  for (const ActionField& field : spec_.fields) {
    const auto place = [&](int64_t i) {
      return "action '" + field.name + "': word " + std::to_string(i);
    };
    for (int64_t i = 0; i < field.words(); ++i, ++word) {
      const float value = action[word];
      if (field.kind == ActionField::Kind::kContinuous) {
        if (std::isfinite(value)) continue;
        return InvalidArgument(place(i) +
                               ": expected a finite number, found " +
                               NumberText(value));
      }
      if (IsIndex(value, field.choices[i])) continue;
      return InvalidArgument(place(i) + ": expected a whole number from 0 to " +
                             std::to_string(field.choices[i] - 1) +
                             ", found " + NumberText(value));
    }
  }
  return OkStatus();
}

float WordToWorld(const ActionField& field, float word) {
  // Weights of both ends, so that -1 and 1 meet them exactly.
  const double high_part = (1.0 + Clip(word)) / 2;
  return static_cast<float>((1 - high_part) * field.low +
                            high_part * field.high);
}

float WorldToWord(const ActionField& field, float value) {
  return static_cast<float>(2 * (value - field.low) / (field.high - field.low) -
                            1);
}

}  // namespace credo
