#include "sdk/worlds/record_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include <absl/strings/str_cat.h>
#include "sdk/base/number_text.h"

namespace credo {
namespace {

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kFirst: return "first";
    case Kind::kMid: return "mid";
    case Kind::kTerminal: return "terminal";
    case Kind::kTruncated: return "truncated";
  }
  return "no kind at all";
}

const char* TypeName(bool floats) { return floats ? "f32" : "u8"; }

// Both loops have no early exit, so that they are vectorised.
bool AllAtMost(const uint8_t* values, int64_t count, uint8_t top) {
  uint8_t most = 0;
  for (int64_t i = 0; i < count; ++i) most = std::max(most, values[i]);
  return most <= top;
}

bool AllWithin(const float* values, int64_t count, float low, float high) {
  int bad = 0;
  for (int64_t i = 0; i < count; ++i) {
    bad |= !((values[i] >= low) & (values[i] <= high));
  }
  return bad == 0;
}

}  // namespace

RecordWriter::RecordWriter(const EnvironmentSpec& spec)
    : spec_(spec),
      columns_(spec.observations.size()),
      mask_size_(spec.action.has_mask ? spec.action.choices() : 0) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ObservationSpec& observation = spec.observations[i];
    Column& column = columns_[i];
    column.elements = observation.elements();
    column.bytes = observation.bytes();
    column.floats = observation.kind == ObservationKind::kVector;
    if (column.floats) {
      column.low = FiniteBound(observation.low);
      column.high = FiniteBound(observation.high);
    } else {
      column.top = static_cast<uint8_t>(observation.high);
    }
  }
}

RecordWriter::Column& RecordWriter::At(int index) {
  if (index < 0 || index >= static_cast<int>(columns_.size())) {
    throw std::out_of_range(
        absl::StrCat("expected an observation from 0 to ", columns_.size() - 1,
                     ", found ", index));
  }
  return columns_[index];
}

void RecordWriter::PutRow(int index, const void* values, size_t count,
                          bool floats) {
  Column& column = At(index);
  column.written = true;
  if (column.floats == floats &&
      static_cast<int64_t>(count) == column.elements) {
    std::memcpy(column.base, values, column.bytes);
    return;
  }
  if (!error_.empty()) return;
  error_ = absl::StrCat("observation '", spec_.observations[index].name,
                        "': expected ", column.elements, " values of ",
                        TypeName(column.floats), ", found ", count, " of ",
                        TypeName(floats));
}

void RecordWriter::Put(int index, std::span<const uint8_t> values) {
  PutRow(index, values.data(), values.size(), false);
}

void RecordWriter::Put(int index, std::span<const float> values) {
  PutRow(index, values.data(), values.size(), true);
}

std::span<uint8_t> RecordWriter::Bytes(int index) {
  Column& column = At(index);
  if (column.floats) {
    throw std::logic_error(absl::StrCat("observation '",
                                        spec_.observations[index].name,
                                        "': expected Floats, found Bytes"));
  }
  column.written = true;
  return {reinterpret_cast<uint8_t*>(column.base),
          static_cast<size_t>(column.elements)};
}

std::span<float> RecordWriter::Floats(int index) {
  Column& column = At(index);
  if (!column.floats) {
    throw std::logic_error(absl::StrCat("observation '",
                                        spec_.observations[index].name,
                                        "': expected Bytes, found Floats"));
  }
  column.written = true;
  return {reinterpret_cast<float*>(column.base),
          static_cast<size_t>(column.elements)};
}

std::span<uint8_t> RecordWriter::Mask() {
  if (!spec_.action.has_mask) {
    throw std::logic_error("expected an action with a mask, found none");
  }
  return {mask_, static_cast<size_t>(mask_size_)};
}

void RecordWriter::Open(const RecordRows& rows, int64_t row, bool first) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].base = rows.observations[i] + row * columns_[i].bytes;
    columns_[i].written = false;
  }
  reward_row_ = rows.reward + row;
  kind_row_ = rows.kind + row;
  if (mask_size_ > 0) {
    mask_ = rows.mask + row * mask_size_;
    std::fill_n(mask_, mask_size_, uint8_t{1});
  }
  reward_ = 0;
  kind_ = first ? Kind::kFirst : Kind::kMid;
  first_ = first;
  ended_ = false;
  error_.clear();
}

Status RecordWriter::Close() {
  if (!error_.empty()) return Internal(error_);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const bool good =
        column.written &&
        (column.floats
             ? AllWithin(reinterpret_cast<const float*>(column.base),
                         column.elements, column.low, column.high)
             : column.top == 255 ||
                   AllAtMost(reinterpret_cast<const uint8_t*>(column.base),
                             column.elements, column.top));
    if (!good) return CheckColumn(i);
  }
  if (mask_size_ > 0 && !AllAtMost(mask_, mask_size_, 1)) return CheckMask();
  if (ended_) CREDO_RETURN_IF_ERROR(CheckKind());
  if (!first_ && !std::isfinite(reward_)) {
    return Internal("reward: expected a finite number in f32, found " +
                    NumberText(reward_));
  }
  *reward_row_ = first_ ? 0 : reward_;
  *kind_row_ = kind_;
  return OkStatus();
}

// What is wrong with a column that is known to be bad.
Status RecordWriter::CheckColumn(size_t index) const {
  const Column& column = columns_[index];
  const std::string place =
      absl::StrCat("observation '", spec_.observations[index].name, "': ");
  if (!column.written) {
    return Internal(place + "expected to be written at every record, found it "
                            "left out");
  }
  for (int64_t i = 0; i < column.elements; ++i) {
    const auto fail = [&](const std::string& low, const std::string& high,
                          const std::string& found) {
      return Internal(absl::StrCat(place, "expected finite values from ", low,
                                   " to ", high, ", found ", found,
                                   " at element ", i));
    };
    if (column.floats) {
      const float value = reinterpret_cast<const float*>(column.base)[i];
      if (!(value >= column.low && value <= column.high)) {
        return fail(NumberText(spec_.observations[index].low),
                    NumberText(spec_.observations[index].high),
                    NumberText(value));
      }
    } else {
      const uint8_t value = static_cast<uint8_t>(column.base[i]);
      if (value > column.top) {
        return fail("0", absl::StrCat(column.top), absl::StrCat(value));
      }
    }
  }
  return OkStatus();
}

Status RecordWriter::CheckMask() const {
  const uint8_t* bad =
      std::find_if(mask_, mask_ + mask_size_, [](uint8_t m) { return m > 1; });
  return Internal(absl::StrCat("mask: expected 0 or 1, found ", *bad,
                               " at choice ", bad - mask_));
}

Status RecordWriter::CheckKind() const {
  if (first_) {
    return Internal(absl::StrCat(
        "kind: expected no End in Reset, as a first record ends no episode, "
        "found ",
        KindName(kind_)));
  }
  if (IsLast(kind_)) return OkStatus();
  return Internal(absl::StrCat(
      "kind: expected terminal or truncated in End, found ", KindName(kind_)));
}

}  // namespace credo
