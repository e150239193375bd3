#include "agents/hosting/experience.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <string>

namespace credo {
namespace {

constexpr size_t kMostPrivileged = 64;  // one bit each

}  // namespace

Experience::Experience(const EnvironmentSpec& spec, int64_t steps,
                       int64_t state_bytes, int64_t rows, int64_t slots)
    : layout_(spec, steps, state_bytes),
      observations_(spec.observations),
      rows_(static_cast<size_t>(rows)),
      memory_(static_cast<size_t>((rows + slots) * layout_.bytes)),
      free_(static_cast<size_t>(rows + slots)),
      ready_(static_cast<size_t>(rows + slots)) {
  uint64_t bit = 1;
  for (const ObservationSpec& observation : observations_) {
    told_offsets_.push_back(observation.privileged ? told_bytes_ : -1);
    if (!observation.privileged) continue;
    told_bytes_ += observation.bytes();
    all_told_ |= bit;
    bit <<= 1;
  }
  told_.resize(static_cast<size_t>(rows * told_bytes_));
  for (int64_t slot = 0; slot < rows + slots; ++slot) {
    const auto number = static_cast<int32_t>(slot);
    filled_.push_back({ColumnOf(number), number, 0, false});
    free_.Put(number);
  }
}

Result<std::unique_ptr<Experience>> Experience::Make(
    const EnvironmentSpec& spec, int64_t steps, int64_t state_bytes,
    int64_t rows, int64_t slots) {
  size_t privileged = 0;
  for (const ObservationSpec& observation : spec.observations) {
    privileged += observation.privileged ? 1 : 0;
  }
  if (privileged > kMostPrivileged) {
    return InvalidArgument("privileged observations: expected at most " +
                           std::to_string(kMostPrivileged) + ", found " +
                           std::to_string(privileged));
  }
  try {
    return std::unique_ptr<Experience>(
        new Experience(spec, steps, state_bytes, rows, slots));
  } catch (const std::bad_alloc&) {
    const ColumnLayout layout(spec, steps, state_bytes);
    return Unavailable("experience: expected memory for " +
                       std::to_string(rows + slots) + " columns of " +
                       std::to_string(layout.bytes) + " bytes, found less");
  }
}

Status Experience::Tell(int64_t row, std::string_view name,
                        std::span<const std::byte> bytes) {
  if (row < 0 || row >= rows()) {
    return InvalidArgument("row: expected 0 to " + std::to_string(rows() - 1) +
                           ", found " + std::to_string(row));
  }
  uint64_t bit = 1;
  for (size_t i = 0; i < observations_.size(); ++i) {
    if (told_offsets_[i] < 0) continue;
    if (observations_[i].name != name) {
      bit <<= 1;
      continue;
    }
    if (static_cast<int64_t>(bytes.size()) != layout_.sizes[i]) {
      return InvalidArgument(std::string(name) + ": expected " +
                             std::to_string(layout_.sizes[i]) +
                             " bytes, found " + std::to_string(bytes.size()));
    }
    std::memcpy(told(row) + told_offsets_[i], bytes.data(), bytes.size());
    rows_[row].told |= bit;
    return OkStatus();
  }
  return NotFound("'" + std::string(name) +
                  "': expected a privileged observation of the spec, found "
                  "none of this name");
}

// A slot for the row's next column.
bool Experience::Open(Row& row) {
  StartOver(row);
  row.slot = free_.Take().value_or(-1);
  return row.slot >= 0;
}

// What was begun of a column is dropped.
void Experience::StartOver(Row& row) {
  row.next = 0;
  row.primed = false;
  row.follows = false;
}

// An episode that was left before its end: its last record was that.
void Experience::CutEpisode(Row& row) {
  if (row.slot < 0 || row.next == 0) return;
  const Column column = ColumnOf(row.slot);
  Kind& last = column.kind(row.next - 1);
  if (last == Kind::kMid) last = Kind::kTruncated;
  // An episode of a single record is none.
  if (last == Kind::kFirst && --row.next == 0) StartOver(row);
}

void Experience::Write(const HostRecord& record, Row& row) {
  const Column column = ColumnOf(row.slot);
  const int64_t t = row.next;
  size_t shown = 0;
  for (size_t i = 0; i < observations_.size(); ++i) {
    const std::byte* const from =
        told_offsets_[i] < 0 ? record.observations[shown++]
                             : told(record.row) + told_offsets_[i];
    std::memcpy(column.observation(t, i), from,
                static_cast<size_t>(layout_.sizes[i]));
  }
  const bool first = record.kind == Kind::kFirst;
  for (int64_t w = 0; w < layout_.words; ++w) {
    column.action(t)[w] = first ? 0 : record.action[w];
  }
  // What no policy drew counts as certain.
  column.log_probability(t) =
      first || std::isnan(record.log_probability) ? 0 : record.log_probability;
  column.reward(t) = first ? 0 : record.reward;
  column.kind(t) = record.kind;
  std::ranges::copy(record.mask, column.mask(t));
}

// A column cannot begin with this record; the one after it can, with the state
// that this one left.
void Experience::Prime(const HostRecord& record, Row& row) {
  std::memcpy(ColumnOf(row.slot).state(), record.state.data(),
              record.state.size());
  row.primed = true;
}

// Hands a whole column on. Its record T opens the next one.
void Experience::Pass(const HostRecord& record, Row& row) {
  Filled& whole = filled_[row.slot];
  whole.row = static_cast<int32_t>(record.row);
  whole.follows = row.follows;
  if (Open(row)) {
    const Column next = ColumnOf(row.slot);
    std::memcpy(next.state(), whole.column.last_state(),
                static_cast<size_t>(layout_.state));
    std::memcpy(next.record(0), whole.column.record(layout_.steps),
                static_cast<size_t>(layout_.record));
    if (layout_.steps == 1) {
      std::memcpy(next.last_state(), record.state.data(), record.state.size());
    }
    row.next = 1;
    row.follows = true;
  }
  ready_.Put(whole.slot);
  Add(columns_);
}

void Experience::CountEpisode(const HostRecord& record, Row& row) {
  if (record.kind == Kind::kFirst) {
    row.whole = true;
    row.episode_return = 0;
    row.length = 0;
    return;
  }
  if (!record.continues) row.whole = false;
  row.episode_return += record.reward;
  ++row.length;
  if (!IsLast(record.kind) || !row.whole) return;
  row.whole = false;
  Add(episodes_);
  return_sum_.store(return_sum_.load(std::memory_order_relaxed) +
                        row.episode_return,
                    std::memory_order_relaxed);
  length_sum_.store(length_sum_.load(std::memory_order_relaxed) + row.length,
                    std::memory_order_relaxed);
}

void Experience::Add(const HostRecord& record) {
  Row& row = rows_[record.row];
  Add(records_);
  CountEpisode(record, row);
  const bool told = row.told == all_told_;
  row.told = 0;
  const bool first = record.kind == Kind::kFirst;
  if (first) CutEpisode(row);
  // What does not follow cannot stand beside what was there before.
  if (!told || (!first && !record.continues)) StartOver(row);
  if (row.slot < 0 && !Open(row)) {
    Add(lost_);
    return;
  }
  if (!told || (row.next == 0 && !row.primed && !first)) {
    Prime(record, row);
    Add(skipped_);
    return;
  }
  const Column column = ColumnOf(row.slot);
  if (first && row.next == 0) {
    std::memset(column.state(), 0, static_cast<size_t>(layout_.state));
  }
  Write(record, row);
  if (row.next == layout_.steps - 1) {
    std::memcpy(column.last_state(), record.state.data(),
                record.state.size());
  }
  if (row.next++ == layout_.steps) Pass(record, row);
}

std::optional<Experience::Filled> Experience::Take() {
  const std::optional<int32_t> slot = ready_.Take();
  if (!slot) return std::nullopt;
  return filled_[*slot];
}

ExperienceCounts Experience::counts() const {
  ExperienceCounts counts;
  counts.records = records_.load(std::memory_order_relaxed);
  counts.lost = lost_.load(std::memory_order_relaxed);
  counts.skipped = skipped_.load(std::memory_order_relaxed);
  counts.columns = columns_.load(std::memory_order_relaxed);
  counts.episodes = episodes_.load(std::memory_order_relaxed);
  counts.return_sum = return_sum_.load(std::memory_order_relaxed);
  counts.length_sum = length_sum_.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace credo
