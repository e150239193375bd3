// Where a world writes its records, and the check of what it wrote.
//
// The loop around a world opens a record, hands the writer to the world, and
// closes the record, which checks all that the world owes for it:
//
//   RecordWriter writer(world.spec());
//   writer.Open(rows, /*row=*/3, /*first=*/true);
//   world.Reset(seed, writer);
//   Status status = writer.Close();
//
// One writer serves any number of records and takes no memory while all is
// well. Used by one thread at a time.
#ifndef CREDO_SDK_WORLDS_RECORD_WRITER_H_
#define CREDO_SDK_WORLDS_RECORD_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

// One row of records: where B characters write their record at one time.
// Pointers to row-major arrays that the caller keeps.
struct RecordRows {
  std::vector<std::byte*> observations;  // [i] -> [B, bytes of observation i]
  float* reward = nullptr;               // [B]
  Kind* kind = nullptr;                  // [B]
  uint8_t* mask = nullptr;               // [B, choices], null without masks
};

class RecordWriter {
 public:
  // `spec` has passed CheckSpec and outlives the writer.
  explicit RecordWriter(const EnvironmentSpec& spec);

  // ---- What a world calls, between Open and Close. An index that the spec
  // does not have throws std::out_of_range.

  // Copies observation `index` in. Pictures and tiles are u8, vectors f32. A
  // wrong size or type is kept as the record's error, and Close reports it.
  void Put(int index, std::span<const uint8_t> values);
  void Put(int index, std::span<const float> values);
  // The row itself, to be written in place; it counts as written.
  // Throws std::logic_error when the observation is of the other type.
  std::span<uint8_t> Bytes(int index);
  std::span<float> Floats(int index);
  // 1 for each legal discrete choice; all are legal when the record is opened.
  // Throws std::logic_error when the action has no mask.
  std::span<uint8_t> Mask();
  // The reward received on arriving here. Void at the first record.
  void SetReward(double reward) { reward_ = static_cast<float>(reward); }
  // Makes this the last record of the episode.
  // REQUIRES: kTerminal or kTruncated, in Step; else Close fails.
  void End(Kind kind) {
    kind_ = kind;
    ended_ = true;
  }

  // ---- What the loop around the world calls.

  // Begins the record of character `row` of `rows`. `first`: it opens an
  // episode.
  void Open(const RecordRows& rows, int64_t row, bool first);
  // Writes reward and kind. Fails with kInternal, which says the observation,
  // what was expected and what was found, when the record is not a legal one:
  // an observation missing, of the wrong size, not finite or out of range, a
  // reward that is not finite, a mask that is not 0 or 1, an illegal kind.
  Status Close();
  // Of the record that was opened last.
  Kind kind() const { return kind_; }

 private:
  struct Column {
    std::byte* base = nullptr;  // the present row
    int64_t elements = 0;
    int64_t bytes = 0;
    bool floats = false;
    bool written = false;
    uint8_t top = 255;  // of u8
    float low = 0;      // of f32, finite
    float high = 0;
  };

  Column& At(int index);
  void PutRow(int index, const void* values, size_t count, bool floats);
  Status CheckColumn(size_t index) const;
  Status CheckMask() const;
  Status CheckKind() const;

  const EnvironmentSpec& spec_;
  std::vector<Column> columns_;
  int64_t mask_size_ = 0;
  uint8_t* mask_ = nullptr;
  float* reward_row_ = nullptr;
  Kind* kind_row_ = nullptr;
  float reward_ = 0;
  Kind kind_ = Kind::kFirst;
  bool first_ = true;
  bool ended_ = false;
  std::string error_;  // what was wrong with the first bad Put
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_RECORD_WRITER_H_
