// What is read off beliefs after a step, and the host's own actions.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "sdk/base/number_text.h"
#include "sdk/runtime/beliefs.h"
#include "sdk/runtime/names_text.h"

namespace credo::runtime {
namespace {

constexpr int64_t kMaxSteps = int64_t{1} << 20;
constexpr int64_t kMaxSamples = 4096;

// `what` and `name` together say whose size it is. No text is made unless the
// check fails: reading takes no memory.
Status CheckSize(const char* what, std::string_view name, int64_t expected,
                 size_t found) {
  if (static_cast<int64_t>(found) == expected) return OkStatus();
  return InvalidArgument(what + std::string(name) + ": expected " +
                         std::to_string(expected) + " numbers, found " +
                         std::to_string(found));
}

// That a world takes these numbers for one field.
Status CheckValues(const ActionField& field, std::span<const float> values) {
  const auto place = [&](size_t i) {
    return "action '" + field.name + "': number " + std::to_string(i);
  };
  for (size_t i = 0; i < values.size(); ++i) {
    const float value = values[i];
    if (field.kind == ActionField::Kind::kDiscrete) {
      const int64_t choices = field.choices[i];
      if (value >= 0 && value < static_cast<float>(choices) &&
          value == std::floor(value)) {
        continue;
      }
      return InvalidArgument(place(i) +
                             ": expected a whole number from 0 to " +
                             std::to_string(choices - 1) + ", found " +
                             NumberText(value));
    }
    const auto low = static_cast<float>(field.low);
    const auto high = static_cast<float>(field.high);
    if (value >= low && value <= high) continue;
    return InvalidArgument(place(i) + ": expected " + NumberText(field.low) +
                           " to " + NumberText(field.high) + ", found " +
                           NumberText(value));
  }
  return OkStatus();
}

// Words of one field as they are kept, from numbers that were checked.
void ToWords(const ActionField& field, std::span<const float> values,
             float* words) {
  for (size_t i = 0; i < values.size(); ++i) {
    words[i] = field.kind == ActionField::Kind::kDiscrete
                   ? values[i]
                   : WorldToWord(field, values[i]);
  }
}

// The same for an action of all fields side by side.
Status CheckValues(const std::vector<ActionField>& fields,
                   std::span<const float> action) {
  for (const ActionField& field : fields) {
    const auto words = static_cast<size_t>(field.words());
    CREDO_RETURN_IF_ERROR(CheckValues(field, action.first(words)));
    action = action.subspan(words);
  }
  return OkStatus();
}

void ToWords(const std::vector<ActionField>& fields,
             std::span<const float> action, float* words) {
  for (const ActionField& field : fields) {
    const auto count = static_cast<size_t>(field.words());
    ToWords(field, action.first(count), words);
    words += count;
    action = action.subspan(count);
  }
}

}  // namespace

Status Beliefs::CheckStepped(int64_t row) const {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  if (rows_[row].progress.has_stepped != 0) return OkStatus();
  return FailedPrecondition(
      "expected a step before the row is read, found none");
}

Result<Beliefs::Field> Beliefs::FindField(std::string_view name) const {
  const std::vector<ActionField>& fields = network_.spec().action.fields;
  Field found;
  for (const ActionField& field : fields) {
    found.spec = &field;
    if (field.name == name) return found;
    ++found.index;
    found.word += field.words();
    found.choice += field.choice_count();
  }
  return NotFound("action '" + std::string(name) + "': expected " +
                  NamesText(fields, &ActionField::name));
}

Status Beliefs::CheckLegal(int64_t row, const Field& field,
                           std::span<const float> values) const {
  if (masks_ == 0 || field.spec->kind != ActionField::Kind::kDiscrete) {
    return OkStatus();
  }
  auto legal = mask(row).subspan(static_cast<size_t>(field.choice));
  for (size_t i = 0; i < values.size(); ++i) {
    const auto choices = static_cast<size_t>(field.spec->choices[i]);
    const auto factor = legal.first(choices);
    if (factor[static_cast<size_t>(values[i])] == 0 &&
        std::ranges::find(factor, uint8_t{1}) != factor.end()) {
      return InvalidArgument("action '" + field.spec->name + "': number " +
                             std::to_string(i) +
                             ": expected a choice that the mask allows, "
                             "found " +
                             NumberText(values[i]));
    }
    legal = legal.subspan(choices);
  }
  return OkStatus();
}

Status Beliefs::Act(int64_t row, std::string_view name,
                    std::span<const float> values) {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  Row& it = rows_[row];
  if (it.progress.next_is_first != 0) {
    return FailedPrecondition(
        "action: expected a row whose episode goes on, found one whose episode "
        "ended");
  }
  // What is owed may be told whatever the source has become.
  if (it.source != ActionSource::kExternal && it.progress.lacks_action == 0) {
    return FailedPrecondition(
        "action: expected a row whose source is external, found one of another "
        "source");
  }
  CREDO_ASSIGN_OR_RETURN(const Field at, FindField(name));
  const ActionField& field = *at.spec;
  CREDO_RETURN_IF_ERROR(
      CheckSize("action ", field.name, field.words(), values.size()));
  // All of them before one is written.
  CREDO_RETURN_IF_ERROR(CheckValues(field, values));
  CREDO_RETURN_IF_ERROR(CheckLegal(row, at, values));
  if (!std::isnan(it.log_probability)) {
    // The policy drew an action here, which now is another.
    it.log_probability = std::numeric_limits<float>::quiet_NaN();
    it.progress.lacks_action = 1;
  }
  ToWords(field, values, action(row).data() + at.word);
  it.acted |= uint64_t{1} << at.index;
  if (it.acted == all_acted_) it.progress.lacks_action = 0;
  return OkStatus();
}

Status Beliefs::Action(int64_t row, std::string_view name,
                       std::span<float> values) const {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  CREDO_ASSIGN_OR_RETURN(const Field at, FindField(name));
  const ActionField& field = *at.spec;
  CREDO_RETURN_IF_ERROR(
      CheckSize("action ", field.name, field.words(), values.size()));
  const Row& it = rows_[row];
  if (it.progress.lacks_action != 0 &&
      (it.acted & (uint64_t{1} << at.index)) == 0) {
    return FailedPrecondition("action '" + field.name +
                              "': expected the host's own before it is read, "
                              "found none");
  }
  const float* words = action(row).data() + at.word;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = field.kind == ActionField::Kind::kDiscrete
                    ? words[i]
                    : WordToWorld(field, words[i]);
  }
  return OkStatus();
}

Status Beliefs::Probabilities(int64_t row, std::string_view name,
                              std::span<float> out) const {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  CREDO_ASSIGN_OR_RETURN(const Field at, FindField(name));
  const ActionField& field = *at.spec;
  CREDO_RETURN_IF_ERROR(CheckSize("probabilities of action ", field.name,
                                  field.parameters(), out.size()));
  network_.distribution().Probabilities(
      {policy(row), static_cast<size_t>(network_.distribution().parameters())},
      mask(row), at.index, out);
  return OkStatus();
}

Status Beliefs::Value(int64_t row, float& value) const {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  value = values_[row];
  return OkStatus();
}

Status Beliefs::Belief(int64_t row, std::span<float> out) const {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  CREDO_RETURN_IF_ERROR(
      CheckSize("belief", "", network_.core().belief_size(), out.size()));
  std::copy_n(belief(row), out.size(), out.data());
  return OkStatus();
}

Status Beliefs::Probe(int64_t row, std::string_view target,
                      std::span<float> out) {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  const Agent::Pin pin(agent_, slot_.pinned());
  const Probes& probes = pin.network().probes();
  const int64_t index = probes.IndexOf(target);
  if (index < 0) {
    const std::string known =
        NamesText(probes.heads(), [](const Probes::Head& head) {
          return head.model.target.name;
        });
    return NotFound("probe '" + std::string(target) + "': expected " +
                    (known.empty() ? "none: the model has no probes" : known));
  }
  CREDO_RETURN_IF_ERROR(CheckSize("probe ", target,
                                  probes.heads()[index].model.outputs,
                                  out.size()));
  const auto* contents = reinterpret_cast<const float*>(
      state(row) + network_.core().memory_offset());
  probes.Read(pin.network().kernels(), index, belief(row), contents,
              scratch_.data(), out.data());
  return OkStatus();
}

Status Beliefs::Imagine(int64_t row, std::span<const float> actions,
                        int64_t steps, std::string_view observation,
                        std::span<float> frames, const Imagining& how) {
  CREDO_RETURN_IF_ERROR(CheckStepped(row));
  const Agent::Pin pin(agent_, slot_.pinned());
  const Network& network = pin.network();
  const Result<const Simulator*> imagines =
      network.imagination().Find(how.task);
  if (!imagines.ok()) return imagines.status().At("imagine");
  const Simulator& simulator = **imagines;
  const auto& seen = simulator.observations();
  const auto found =
      std::ranges::find(seen, observation, &ObservationSpec::name);
  if (found == seen.end()) {
    return NotFound("imagine: observation '" + std::string(observation) +
                    "': expected " + NamesText(seen, &ObservationSpec::name));
  }
  if (steps < 0 || steps > kMaxSteps) {
    return InvalidArgument("imagine: steps: expected 0 to " +
                           std::to_string(kMaxSteps) + ", found " +
                           std::to_string(steps));
  }
  if (how.samples < 1 || how.samples > kMaxSamples) {
    return InvalidArgument("imagine: samples: expected 1 to " +
                           std::to_string(kMaxSamples) + ", found " +
                           std::to_string(how.samples));
  }
  CREDO_RETURN_IF_ERROR(
      CheckSize("imagine: ", "actions", steps * words_, actions.size()));
  const int64_t size = found->numbers();
  CREDO_RETURN_IF_ERROR(
      CheckSize("imagine: ", "frames", (steps + 1) * size, frames.size()));
  const std::vector<ActionField>& fields = network_.spec().action.fields;
  const auto action_to = [&](int64_t k) {
    return actions.subspan(static_cast<size_t>((k - 1) * words_),
                           static_cast<size_t>(words_));
  };
  // All of them before a frame is written.
  for (int64_t k = 1; k <= steps; ++k) {
    CREDO_RETURN_IF_ERROR(CheckValues(fields, action_to(k)));
  }

  float* const words = scratch_.data();
  float* const input = words + Padded(words_);
  float* const scratch = input + inputs_;
  const auto* contents = reinterpret_cast<const float*>(
      state(row) + network.core().memory_offset());
  const Kernels& kernels = network.kernels();
  const int64_t index = found - seen.begin();
  for (int64_t k = 0; k <= steps; ++k) {
    if (k == 0) {
      simulator.Begin(kernels, belief(row), contents, scratch);
    } else {
      ToWords(fields, action_to(k), words);
      network.distribution().Encode(
          {words, static_cast<size_t>(words_)},
          std::span(input,
                    static_cast<size_t>(network.distribution().inputs())));
      simulator.Next(kernels, input, contents, scratch);
    }
    float* const frame = frames.data() + k * size;
    if (how.mode == ImagineMode::kDeviation) {
      simulator.Deviation(kernels, index, how.seed, how.samples, k, scratch,
                          frame);
      continue;
    }
    std::optional<Draws> draws;
    if (how.mode == ImagineMode::kSample) draws = ImaginedDraws(how.seed, k);
    simulator.Decode(kernels, draws, scratch);
    simulator.Frame(kernels, index, scratch, frame);
  }
  return OkStatus();
}

}  // namespace credo::runtime
