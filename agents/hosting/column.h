// A column: T + 1 records of one character, one after the other, as the game's
// thread fills it and the learner's reads it. One block of bytes.
#ifndef CREDO_AGENTS_HOSTING_COLUMN_H_
#define CREDO_AGENTS_HOSTING_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/base/spec.h"

namespace credo {

// Where what lies within a column.
struct ColumnLayout {
  // `steps`: T. `state_bytes`: of a belief state.
  ColumnLayout(const EnvironmentSpec& spec, int64_t steps, int64_t state_bytes);

  int64_t steps;
  // Bytes of the belief state before record 0, which stands first, and of that
  // before record T, which follows.
  int64_t state;
  int64_t words;   // of an action
  int64_t choices; // of a mask; 0 without masks
  // Within a record, in bytes.
  std::vector<int64_t> observations;  // offsets, in the spec's order
  std::vector<int64_t> sizes;         // of each of them
  int64_t action = 0;
  int64_t log_probability = 0;
  int64_t reward = 0;
  int64_t kind = 0;
  int64_t mask = 0;
  int64_t record = 0;  // bytes of one
  int64_t bytes = 0;   // of the whole column
};

class Column {
 public:
  Column(const ColumnLayout& layout, std::byte* bytes)
      : layout_(&layout), bytes_(bytes) {}

  const ColumnLayout& layout() const { return *layout_; }
  std::byte* state() const { return bytes_; }
  std::byte* last_state() const { return bytes_ + layout_->state; }
  std::byte* record(int64_t t) const {
    return bytes_ + 2 * layout_->state + t * layout_->record;
  }
  std::byte* observation(int64_t t, size_t i) const {
    return record(t) + layout_->observations[i];
  }
  float* action(int64_t t) const { return Floats(t, layout_->action); }
  float& log_probability(int64_t t) const {
    return *Floats(t, layout_->log_probability);
  }
  float& reward(int64_t t) const { return *Floats(t, layout_->reward); }
  Kind& kind(int64_t t) const {
    return *reinterpret_cast<Kind*>(record(t) + layout_->kind);
  }
  uint8_t* mask(int64_t t) const {
    return reinterpret_cast<uint8_t*>(record(t) + layout_->mask);
  }

 private:
  float* Floats(int64_t t, int64_t offset) const {
    return reinterpret_cast<float*>(record(t) + offset);
  }

  const ColumnLayout* layout_;
  std::byte* bytes_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_HOSTING_COLUMN_H_
