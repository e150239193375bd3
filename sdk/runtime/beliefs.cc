#include "sdk/runtime/beliefs.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "sdk/base/number_text.h"
#include "sdk/runtime/model_checks.h"
#include "sdk/runtime/names_text.h"

namespace credo::runtime {
namespace {

// The stream of the trainer's actors: equal seeds, characters and decisions
// draw equal actions.
constexpr char kStream[] = "policy";
// Seconds per step may differ by this share before the host is told.
constexpr double kRateTolerance = 0.01;
constexpr int64_t kMaxRowsEver = int64_t{1} << 24;

Status CheckFloats(const ObservationSpec& spec,
                   std::span<const std::byte> bytes) {
  const float low = FiniteBound(spec.low);
  const float high = FiniteBound(spec.high);
  for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i, sizeof(value));
    if (value >= low && value <= high) continue;
    return InvalidArgument("observation '" + spec.name + "': number " +
                           std::to_string(i / sizeof(float)) +
                           ": expected a finite one from " +
                           NumberText(spec.low) + " to " +
                           NumberText(spec.high) + ", found " +
                           NumberText(value));
  }
  return OkStatus();
}

Status CheckTiles(const ObservationSpec& spec,
                  std::span<const std::byte> bytes) {
  const auto top = static_cast<int64_t>(spec.high);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto value = static_cast<int64_t>(bytes[i]);
    if (value <= top) continue;
    return InvalidArgument("observation '" + spec.name + "': tile " +
                           std::to_string(i) + ": expected 0 to " +
                           std::to_string(top) + ", found " +
                           std::to_string(value));
  }
  return OkStatus();
}

}  // namespace

Beliefs::Beliefs(Agent& agent, int64_t count)
    : agent_(agent),
      network_(agent.first()),
      slot_(agent),
      count_(count),
      words_(network_.distribution().words()),
      masks_(network_.spec().action.has_mask
                 ? network_.distribution().mask_size()
                 : 0) {}

Result<std::unique_ptr<Beliefs>> Beliefs::Make(Agent& agent, int64_t count,
                                               uint64_t seed) {
  if (count < 1 || count > kMaxRowsEver) {
    return InvalidArgument("beliefs: expected 1 to " +
                           std::to_string(kMaxRowsEver) + " rows, found " +
                           std::to_string(count));
  }
  std::unique_ptr<Beliefs> beliefs(new Beliefs(agent, count));
  CREDO_RETURN_IF_ERROR(beliefs->Allocate());
  for (int64_t row = 0; row < count; ++row) {
    Row& made = beliefs->rows_[row];
    made = Row();
    made.progress.seed = seed;
    made.progress.character = static_cast<uint32_t>(row);
    std::ranges::fill(beliefs->mask(row), uint8_t{1});
    std::ranges::fill(beliefs->next_mask(row), uint8_t{1});
  }
  return beliefs;
}

Status Beliefs::Allocate() {
  const std::vector<ObservationSpec>& observations = network_.observations();
  const size_t fields = network_.spec().action.fields.size();
  const auto ones = [](size_t n) {  // at most kMaxParts of them
    return n == kMaxParts ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
  };
  all_observed_ = ones(observations.size());
  all_acted_ = ones(fields);
  belief_ = Padded(network_.core().belief_size());
  policy_ = Padded(network_.distribution().parameters());
  inputs_ = Padded(network_.distribution().inputs());
  state_size_ = network_.core().layout().bytes();
  const int64_t rows_at_once = std::min(count_, kMaxRows);
  const int64_t imagined =
      network_.imagination().scratch() + inputs_ + Padded(words_);

  const Allocator& allocator = agent_.host().allocator;
  const auto take = [&](auto& buffer, int64_t count) -> Status {
    using Made = std::remove_reference_t<decltype(buffer)>;
    CREDO_ASSIGN_OR_RETURN(buffer, Made::Make(allocator, count, "beliefs"));
    return OkStatus();
  };
  CREDO_RETURN_IF_ERROR(
      take(offsets_, static_cast<int64_t>(observations.size())));
  for (size_t i = 0; i < observations.size(); ++i) {
    offsets_[static_cast<int64_t>(i)] = record_;
    record_ += (observations[i].bytes() + 63) / 64 * 64;
  }
  CREDO_RETURN_IF_ERROR(take(rows_, count_));
  CREDO_RETURN_IF_ERROR(take(observations_, count_ * record_));
  CREDO_RETURN_IF_ERROR(take(states_, count_ * state_size_));
  CREDO_RETURN_IF_ERROR(take(beliefs_, count_ * belief_));
  CREDO_RETURN_IF_ERROR(take(policies_, count_ * policy_));
  CREDO_RETURN_IF_ERROR(take(values_, count_));
  CREDO_RETURN_IF_ERROR(take(actions_, count_ * words_));
  CREDO_RETURN_IF_ERROR(take(legal_, count_ * masks_));
  CREDO_RETURN_IF_ERROR(take(next_legal_, count_ * masks_));
  CREDO_RETURN_IF_ERROR(take(chunk_inputs_, rows_at_once * inputs_));
  CREDO_RETURN_IF_ERROR(
      take(chunk_observed_,
           rows_at_once * static_cast<int64_t>(observations.size())));
  // A state that is loaded is looked at there, too.
  return take(scratch_, std::max({network_.scratch(rows_at_once),
                                  network_.probes().scratch(), imagined,
                                  network_.core().layout().floats()}));
}

std::span<float> Beliefs::action(int64_t row) const {
  return {actions_.data() + row * words_, static_cast<size_t>(words_)};
}

std::span<uint8_t> Beliefs::mask(int64_t row) const {
  return {legal_.data() + row * masks_, static_cast<size_t>(masks_)};
}

std::span<uint8_t> Beliefs::next_mask(int64_t row) const {
  return {next_legal_.data() + row * masks_, static_cast<size_t>(masks_)};
}

Status Beliefs::CheckRow(int64_t row) const {
  if (row >= 0 && row < count_) return OkStatus();
  return InvalidArgument("row: expected 0 to " + std::to_string(count_ - 1) +
                         ", found " + std::to_string(row));
}

Status Beliefs::Observe(int64_t row, std::string_view name,
                        std::span<const std::byte> bytes) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  const std::vector<ObservationSpec>& specs = network_.observations();
  const auto found = std::ranges::find(specs, name, &ObservationSpec::name);
  if (found == specs.end()) {
    return NotFound("observation '" + std::string(name) + "': expected " +
                    NamesText(specs, &ObservationSpec::name));
  }
  if (static_cast<int64_t>(bytes.size()) != found->bytes()) {
    return InvalidArgument("observation '" + found->name + "': expected " +
                           std::to_string(found->bytes()) + " bytes of " +
                           DTypeName(found->dtype()) + " " +
                           ShapeText(found->shape) + ", found " +
                           std::to_string(bytes.size()));
  }
  CREDO_RETURN_IF_ERROR(CheckRange(*found, bytes));
  const int64_t index = found - specs.begin();
  std::memcpy(observations_.data() + row * record_ + offsets_[index],
              bytes.data(), bytes.size());
  rows_[row].observed |= uint64_t{1} << index;
  return OkStatus();
}

Status Beliefs::CheckRange(const ObservationSpec& spec,
                           std::span<const std::byte> bytes) const {
  switch (spec.kind) {
    case ObservationKind::kVector: return CheckFloats(spec, bytes);
    case ObservationKind::kTiles: return CheckTiles(spec, bytes);
    case ObservationKind::kPicture: return OkStatus();
  }
  return OkStatus();
}

Status Beliefs::ObserveRows(std::span<const int32_t> rows, int64_t index,
                            const std::byte* data, int64_t stride) {
  const std::vector<ObservationSpec>& specs = network_.observations();
  if (index < 0 || index >= static_cast<int64_t>(specs.size())) {
    return InvalidArgument("observation: expected 0 to " +
                           std::to_string(specs.size() - 1) + ", found " +
                           std::to_string(index));
  }
  const ObservationSpec& spec = specs[index];
  const auto bytes = static_cast<size_t>(spec.bytes());
  const auto of = [&](size_t i) {
    return std::span(data + static_cast<int64_t>(i) * stride, bytes);
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    CREDO_RETURN_IF_ERROR(CheckRow(rows[i]));
    const Status status = CheckRange(spec, of(i));
    if (!status.ok()) return status.At("row " + std::to_string(rows[i]));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(observations_.data() + rows[i] * record_ + offsets_[index],
                of(i).data(), bytes);
    rows_[rows[i]].observed |= uint64_t{1} << index;
  }
  return OkStatus();
}

Status Beliefs::SetMask(int64_t row, std::span<const uint8_t> legal) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  if (static_cast<int64_t>(legal.size()) != masks_) {
    return InvalidArgument("mask: expected " + std::to_string(masks_) +
                           " choices, found " + std::to_string(legal.size()));
  }
  for (size_t i = 0; i < legal.size(); ++i) {
    if (legal[i] <= 1) continue;
    return InvalidArgument("mask: choice " + std::to_string(i) +
                           ": expected 0 or 1, found " +
                           std::to_string(legal[i]));
  }
  std::ranges::copy(legal, next_mask(row).begin());
  return OkStatus();
}

Status Beliefs::CheckReward(float reward) {
  if (std::isfinite(reward)) return OkStatus();
  return InvalidArgument("reward: expected a finite number, found " +
                         NumberText(reward));
}

Status Beliefs::Reward(int64_t row, float reward) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  CREDO_RETURN_IF_ERROR(CheckReward(reward));
  rows_[row].reward = reward;
  return OkStatus();
}

Status Beliefs::CheckEnd(int64_t row, Kind kind) const {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  if (!IsLast(kind)) {
    return InvalidArgument("end: expected terminal or truncated, found " +
                           std::to_string(static_cast<int>(kind)));
  }
  if (rows_[row].progress.next_is_first != 0) {
    return FailedPrecondition(
        "end: expected an episode under way, found its first record, which "
        "cannot be its last");
  }
  return OkStatus();
}

Status Beliefs::End(int64_t row, Kind kind) {
  CREDO_RETURN_IF_ERROR(CheckEnd(row, kind));
  rows_[row].end = kind;
  return OkStatus();
}

Status Beliefs::SetSource(int64_t row, ActionSource source) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  rows_[row].source = source;
  return OkStatus();
}

Status Beliefs::Reset(int64_t row) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  Row& it = rows_[row];
  it.progress.next_is_first = 1;
  it.progress.has_stepped = 0;
  it.progress.lacks_action = 0;
  it.log_probability = std::numeric_limits<float>::quiet_NaN();
  StartRecord(it);
  return OkStatus();
}

void Beliefs::SetTap(Tap tap, void* user) {
  tap_ = tap;
  tap_user_ = user;
  for (int64_t row = 0; row < count_; ++row) rows_[row].shown = false;
}

// --- Step ---

Status Beliefs::CheckReady(std::span<const int32_t> rows) {
  // A number that no earlier call left in a row, whether it succeeded or not.
  ++steps_;
  for (const int32_t row : rows) {
    CREDO_RETURN_IF_ERROR(CheckRow(row));
    Row& it = rows_[row];
    if (std::exchange(it.step, steps_) == steps_) {
      return InvalidArgument("rows: expected each row once, found row " +
                             std::to_string(row) + " twice");
    }
    const uint64_t missing = all_observed_ & ~it.observed;
    if (missing != 0) {
      return FailedPrecondition(
          "row " + std::to_string(row) + ": expected observation '" +
          network_.observations()[std::countr_zero(missing)].name +
          "' before the step, found none since the last one");
    }
    if (it.progress.lacks_action != 0) {
      const int field = std::countr_zero(all_acted_ & ~it.acted);
      return FailedPrecondition(
          "row " + std::to_string(row) + ": expected the host's action '" +
          network_.spec().action.fields[field].name +
          "' since the last step, found none");
    }
  }
  return OkStatus();
}

void Beliefs::CheckRate(std::span<const int32_t> rows, double seconds) {
  const double expected = network_.spec().seconds_per_step;
  if (seconds == 0 || agent_.host().log == nullptr) return;
  if (std::abs(seconds - expected) <= kRateTolerance * expected) return;
  for (const int32_t row : rows) {
    if (std::exchange(rows_[row].told_rate, true)) continue;
    // Not a string: a step takes no memory.
    char message[160];
    char* to = message;
    const auto add = [&](auto part) {
      char* const end = std::end(message) - 1;
      if constexpr (std::is_arithmetic_v<decltype(part)>) {
        to = std::to_chars(to, end, part).ptr;
      } else {
        to = std::ranges::copy(std::string_view(part), to).out;
      }
    };
    add("row ");
    add(row);
    add(": the agent learned with ");
    add(expected);
    add(" seconds between decisions and now has ");
    add(seconds);
    *to = '\0';
    agent_.host().log(agent_.host().log_user, message);
  }
}

Status Beliefs::Step(std::span<const int32_t> rows, double seconds) {
  if (!(seconds >= 0) || !std::isfinite(seconds)) {
    return InvalidArgument("seconds: expected 0 or more, finite, found " +
                           NumberText(seconds));
  }
  CREDO_RETURN_IF_ERROR(CheckReady(rows));
  CheckRate(rows, seconds);
  const Agent::Pin pin(agent_, slot_.pinned());
  Lost lost;
  while (!rows.empty()) {
    const size_t count =
        std::min(rows.size(), static_cast<size_t>(kMaxRows));
    StepChunk(pin.network(), rows.first(count), lost);
    rows = rows.subspan(count);
  }
  if (lost.count == 0) return OkStatus();
  return DataLoss(
      "row " + std::to_string(lost.first) +
      (lost.count > 1
           ? " and " + std::to_string(lost.count - 1) + " more"
           : std::string()) +
      ": expected a finite belief, found numbers of the record too large for "
      "the network; the row goes on from an empty belief");
}

bool Beliefs::IsFinite(const Network& network, int32_t row) const {
  const Kernels& kernels = network.kernels();
  return kernels.finite(network.core().belief_size(), belief(row)) &&
         kernels.finite(network.distribution().parameters(), policy(row)) &&
         kernels.finite(1, &values_[row]) &&
         kernels.finite(network.core().layout().floats(),
                        reinterpret_cast<const float*>(state(row)));
}

void Beliefs::Forget(int32_t row) {
  std::memset(state(row), 0, static_cast<size_t>(state_size_));
  std::fill_n(belief(row), belief_, 0.0f);
  std::fill_n(policy(row), policy_, 0.0f);
  values_[row] = 0;
  rows_[row].shown = false;
}

void Beliefs::StepChunk(const Network& network, std::span<const int32_t> rows,
                        Lost& lost) {
  float rewards[kMaxRows];
  float values[kMaxRows];
  std::byte* states[kMaxRows];
  float* beliefs[kMaxRows];
  float* policies[kMaxRows];
  const int64_t observations =
      static_cast<int64_t>(network_.observations().size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const int32_t row = rows[i];
    Row& it = rows_[row];
    float* const input = chunk_inputs_.data() + i * inputs_;
    if (it.progress.next_is_first != 0) {
      std::memset(state(row), 0, static_cast<size_t>(state_size_));
      std::fill_n(input, inputs_, 0.0f);
      it.reward = 0;
    } else {
      network_.distribution().Encode(
          action(row),
          std::span(input,
                    static_cast<size_t>(network_.distribution().inputs())));
    }
    std::ranges::copy(next_mask(row), mask(row).begin());
    for (int64_t o = 0; o < observations; ++o) {
      chunk_observed_[static_cast<int64_t>(i) * observations + o] =
          observation(row, o);
    }
    rewards[i] = it.reward;
    states[i] = state(row);
    beliefs[i] = belief(row);
    policies[i] = policy(row);
  }
  network.Tick({.rows = static_cast<int64_t>(rows.size()),
                .observed = chunk_observed_.data(),
                .actions = {chunk_inputs_.data(), inputs_},
                .rewards = rewards,
                .states = states,
                .beliefs = beliefs,
                .policies = policies,
                .values = values,
                .scratch = scratch_.data()});
  for (size_t i = 0; i < rows.size(); ++i) {
    values_[rows[i]] = values[i];
    if (!IsFinite(network, rows[i])) {
      Forget(rows[i]);
      if (lost.count++ == 0) lost.first = rows[i];
    } else if (tap_ != nullptr) {
      ShowTap(rows[i]);
    }
    Choose(rows[i]);
  }
}

void Beliefs::ShowTap(int32_t row) {
  Row& it = rows_[row];
  const std::byte* observations[kMaxParts];
  const size_t count = network_.observations().size();
  for (size_t o = 0; o < count; ++o) {
    observations[o] = observation(row, static_cast<int64_t>(o));
  }
  const bool first = it.progress.next_is_first != 0;
  tap_(tap_user_,
       {.row = row,
        .kind = first ? Kind::kFirst : it.end,
        .reward = it.reward,
        .observations = {observations, count},
        .mask = mask(row),
        .action_before = action(row),
        .log_probability_before = it.log_probability,
        .belief = {belief(row),
                   static_cast<size_t>(network_.core().belief_size())},
        .state = {state(row), static_cast<size_t>(state_size_)},
        .continues = it.shown && !first});
  it.shown = true;
}

// The row's action at the record that was just consumed, and all that makes
// the row ready for the next.
void Beliefs::Choose(int32_t row) {
  Row& it = rows_[row];
  const ActionDistribution& distribution = network_.distribution();
  const std::span<const float> parameters(
      policy(row), static_cast<size_t>(distribution.parameters()));
  const bool last = it.progress.next_is_first == 0 && it.end != Kind::kMid;
  const bool external = it.source == ActionSource::kExternal;
  std::ranges::fill(action(row), 0.0f);
  it.log_probability = std::numeric_limits<float>::quiet_NaN();
  if (!last && !external) {
    if (it.source == ActionSource::kGreedy) {
      distribution.Greedy(parameters, mask(row), action(row));
    } else {
      Draws draws = RandomStream(it.progress.seed, kStream)
                        .At(it.progress.character, it.progress.decision);
      distribution.Sample(parameters, mask(row), draws, action(row));
    }
    it.log_probability = static_cast<float>(
        distribution.LogProbability(parameters, mask(row), action(row)));
  }
  ++it.progress.decision;
  it.progress.next_is_first = last ? 1 : 0;
  it.progress.has_stepped = 1;
  it.progress.lacks_action = !last && external ? 1 : 0;
  StartRecord(it);
}

void Beliefs::StartRecord(Row& row) {
  row.reward = 0;
  row.end = Kind::kMid;
  row.observed = 0;
  row.acted = 0;
}

}  // namespace credo::runtime
