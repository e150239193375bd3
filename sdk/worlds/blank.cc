#include "sdk/worlds/blank.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <absl/strings/str_cat.h>
#include "sdk/worlds/byte_stream.h"
#include "sdk/worlds/check_options.h"

namespace credo {
namespace {

constexpr int64_t kMostPixels = int64_t{1} << 24;
constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;

// The mixing step of SplitMix64 (Steele et al., 2014).
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// Bytes out of `noise`, eight at a time, each and-ed with `mask`.
void Fill(uint64_t noise, uint8_t mask, std::span<uint8_t> out) {
  const uint64_t masks = mask * uint64_t{0x0101010101010101};
  for (size_t i = 0; i < out.size(); i += 8) {
    const uint64_t word = Mix(noise += kOdd) & masks;
    std::memcpy(out.data() + i, &word, std::min<size_t>(8, out.size() - i));
  }
}

void Fill(uint64_t noise, std::span<float> out) {
  for (float& value : out) {
    const auto high = static_cast<int32_t>(Mix(noise += kOdd) >> 32);
    value = static_cast<float>(high) * 0x1p-31f;  // within [-1, 1]
  }
}

EnvironmentSpec MakeSpec(const BlankOptions& options) {
  EnvironmentSpec spec;
  spec.name = "blank";
  if (!options.picture.empty()) {
    spec.observations.push_back(ObservationSpec::Picture(
        "picture", options.picture[0], options.picture[1],
        options.picture[2]));
  }
  if (options.tiles > 0) {
    spec.observations.push_back(ObservationSpec::Tiles(
        "tiles", {options.tiles}, Blank::kCategories));
  }
  if (options.vector > 0) {
    spec.observations.push_back(
        ObservationSpec::Vector("vector", {options.vector}, -1, 1));
  }
  spec.observations.push_back(
      ObservationSpec::Tiles("secret", {1}, Blank::kCategories).Privileged());

  const bool all = options.action == "all";
  if (all || options.action == "discrete") {
    spec.action.fields.push_back(ActionField::Discrete("choice", 3));
  }
  if (all || options.action == "multi_discrete") {
    spec.action.fields.push_back(
        ActionField::MultiDiscrete("choices", {2, 3, 4}));
  }
  if (all || options.action == "continuous") {
    // Bounds that are not those of a policy's words, so that scaling shows.
    spec.action.fields.push_back(ActionField::Continuous("push", 2, -1, 3));
  }
  spec.action.has_mask = options.masks;
  return spec;
}

}  // namespace

void BlankOptions::Visit(FieldVisitor& v) {
  v.Ints("picture", picture, {1, 4096},
         "height, width and channels of a picture; []: none");
  v.Int("tiles", tiles, {0, 65536}, "number of tiles; 0: none");
  v.Int("vector", vector, {0, 65536}, "length of a vector; 0: none");
  v.Choice("action", action,
           {"discrete", "multi_discrete", "continuous", "all"},
           "the kind of action; all: one field of each");
  v.Bool("masks", masks,
         "whether some choices are not legal, which changes by the step");
  v.Int("episode", episode, {1, 1000000000}, "decisions per episode");
  v.Choice("end", end, {"terminal", "truncated", "both"},
           "how episodes end; both: one or the other, by the seed");
}

std::optional<OptionProblem> BlankOptions::Check() const {
  if (!picture.empty() && picture.size() != 3) {
    return OptionProblem{"picture",
                         absl::StrCat("expected [height, width, channels] or "
                                      "[], found ",
                                      picture.size(), " numbers")};
  }
  if (ElementCount(picture) > kMostPixels) {
    return OptionProblem{"picture",
                         absl::StrCat("expected at most ", kMostPixels,
                                      " values, found ", ShapeText(picture))};
  }
  if (picture.empty() && tiles == 0 && vector == 0) {
    return OptionProblem{"tiles",
                         "expected a picture, tiles or a vector, found none"};
  }
  if (masks && action == "continuous") {
    return OptionProblem{"masks",
                         "expected an action with choices when true, found "
                         "action continuous"};
  }
  return std::nullopt;
}

Result<std::unique_ptr<Environment>> Blank::Make(const BlankOptions& options) {
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Environment>(new Blank(options));
}

Blank::Blank(const BlankOptions& options)
    : spec_(MakeSpec(options)), episode_(options.episode), end_(options.end) {}

void Blank::Reset(uint64_t seed, RecordWriter& out) {
  noise_ = RandomStream(seed, "blank").SeedAt(0, 0);
  // A stream of its own: what is shown says nothing about it.
  secret_ = static_cast<uint8_t>(
      RandomStream(seed, "blank secret").At(0, 0).Below(kCategories));
  step_ = 0;
  Show(out);
}

void Blank::Step(std::span<const float> action, RecordWriter& out) {
  if (spec_.action.has_mask) CheckMask(action);
  ++step_;
  double reward = 0;
  for (const float word : action) reward += word;
  out.SetReward(reward);
  Show(out);
  if (step_ == episode_) {
    out.End(EndsTerminal() ? Kind::kTerminal : Kind::kTruncated);
  }
}

std::optional<std::string> Blank::Progress() const {
  ByteWriter out;
  out.Put(step_);
  return std::move(out).Take();
}

void Blank::Resume(std::string_view progress) {
  ByteReader in(progress);
  if (!in.Get(step_) || !in.AtEnd()) ThrowNoProgress();
}

bool Blank::EndsTerminal() const {
  return end_ == "terminal" || (end_ == "both" && (noise_ & 1) == 1);
}

int64_t Blank::Forbidden(int64_t word, int64_t choices) const {
  // Each choice in turn, then a step at which all are legal.
  const int64_t turn = (step_ + word) % (choices + 1);
  return turn < choices ? turn : -1;
}

void Blank::CheckMask(std::span<const float> action) const {
  int64_t word = 0;
  for (const ActionField& field : spec_.action.fields) {
    if (field.kind != ActionField::Kind::kDiscrete) break;
    for (const int64_t choices : field.choices) {
      if (action[word] == static_cast<float>(Forbidden(word, choices))) {
        throw std::invalid_argument(absl::StrCat(
            "action '", field.name, "': expected a choice that the mask "
            "allows, found ", action[word]));
      }
      ++word;
    }
  }
}

void Blank::Show(RecordWriter& out) const {
  const uint64_t noise = Mix(noise_ + static_cast<uint64_t>(step_));
  for (int i = 0; i < static_cast<int>(spec_.observations.size()); ++i) {
    const ObservationSpec& observation = spec_.observations[i];
    const uint64_t own = noise + static_cast<uint64_t>(i) * Mix(kOdd);
    if (observation.privileged) {
      out.Put(i, std::span(&secret_, 1));
    } else if (observation.kind == ObservationKind::kVector) {
      Fill(own, out.Floats(i));
    } else {
      Fill(own, static_cast<uint8_t>(observation.high), out.Bytes(i));
    }
  }
  if (!spec_.action.has_mask) return;
  const std::span<uint8_t> mask = out.Mask();
  int64_t word = 0, at = 0;
  for (const ActionField& field : spec_.action.fields) {
    for (const int64_t choices : field.choices) {
      const int64_t forbidden = Forbidden(word++, choices);
      if (forbidden >= 0) mask[at + forbidden] = 0;
      at += choices;
    }
  }
}

void Blank::ScriptedAction(Draws& draws, std::span<float> action) const {
  Environment::ScriptedAction(draws, action);
  if (!spec_.action.has_mask) return;
  int64_t word = 0;
  for (const ActionField& field : spec_.action.fields) {
    for (const int64_t choices : field.choices) {
      // Drawn anew, uniform over the others.
      const int64_t forbidden = Forbidden(word, choices);
      if (action[word] == static_cast<float>(forbidden)) {
        const int64_t other = draws.Below(static_cast<uint32_t>(choices - 1));
        action[word] = static_cast<float>(other + (other >= forbidden));
      }
      ++word;
    }
  }
}

}  // namespace credo
