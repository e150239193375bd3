// The experience of a host's characters on its way to a learner: records go in
// on the game's thread, whole columns come out on the learner's.
//
//   game:     Tell(privileged ...); Add(record)        for each record of a row
//   learner:  while (auto column = Take()) { ...; Return(*column); }
//
// All memory is taken by Make. After that the game's calls take no memory, no
// lock and make no system call, unless they refuse. A record that finds no slot
// is counted and dropped, and its row goes on with a later one.
//
// Threads: Tell and Add by one thread at a time, Take and Return by one other;
// counts by any.
#ifndef CREDO_AGENTS_HOSTING_EXPERIENCE_H_
#define CREDO_AGENTS_HOSTING_EXPERIENCE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agents/hosting/column.h"
#include "sdk/base/record.h"
#include "sdk/base/spec.h"
#include "sdk/base/spsc_ring.h"
#include "sdk/base/status.h"

namespace credo {

// A record as a tap sees it. Everything is copied.
struct HostRecord {
  int64_t row = 0;
  Kind kind = Kind::kMid;
  float reward = 0;
  // One per observation that agents may see, in the spec's order.
  std::span<const std::byte* const> observations;
  std::span<const uint8_t> mask;  // empty without masks
  // That led here, and the logarithm of its probability, NaN for an action that
  // no policy drew.
  std::span<const float> action;
  float log_probability = 0;
  std::span<const std::byte> state;  // that it left
  bool continues = false;  // the row's record that was added last
};

struct ExperienceCounts {
  uint64_t records = 0;  // added
  uint64_t lost = 0;     // of them, dropped for want of a slot
  // Of them, dropped as the state before them is not known, or something
  // privileged of them.
  uint64_t skipped = 0;
  uint64_t columns = 0;  // made whole
  uint64_t episodes = 0;  // ended, seen from their first record on
  double return_sum = 0;  // of these
  uint64_t length_sum = 0;
};

class Experience {
 public:
  // A whole column.
  struct Filled {
    Column column;
    int32_t slot;
    int32_t row;
    // Whether record 0 is record T of the row's column before.
    bool follows;
  };

  // `steps`: T of a column; `slots` beside one per row hold what is whole and
  // not yet taken. Fails with kUnavailable when there is not so much memory.
  static Result<std::unique_ptr<Experience>> Make(const EnvironmentSpec& spec,
                                                  int64_t steps,
                                                  int64_t state_bytes,
                                                  int64_t rows, int64_t slots);

  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }
  const ColumnLayout& layout() const { return layout_; }

  // A privileged observation of the row's next record. All of them are due
  // before each record.
  Status Tell(int64_t row, std::string_view name,
              std::span<const std::byte> bytes);
  void Add(const HostRecord& record);

  // The oldest whole column; its slot is the caller's until it comes back.
  std::optional<Filled> Take();
  void Return(const Filled& filled) { free_.Put(filled.slot); }

  ExperienceCounts counts() const;

 private:
  struct Row {
    int32_t slot = -1;      // that is being filled
    int64_t next = 0;       // record of it
    bool primed = false;    // record 0 is missing, the state before it there
    bool follows = false;
    uint64_t told = 0;      // one bit per privileged observation
    // Of the episode under way, when its first record was seen.
    bool whole = false;
    double episode_return = 0;
    uint64_t length = 0;
  };

  Experience(const EnvironmentSpec& spec, int64_t steps, int64_t state_bytes,
             int64_t rows, int64_t slots);

  Column ColumnOf(int32_t slot) {
    return Column(layout_, memory_.data() + slot * layout_.bytes);
  }
  std::byte* told(int64_t row) { return told_.data() + row * told_bytes_; }
  bool Open(Row& row);
  static void StartOver(Row& row);
  void CutEpisode(Row& row);
  void Write(const HostRecord& record, Row& row);
  void Prime(const HostRecord& record, Row& row);
  void Pass(const HostRecord& record, Row& row);
  void CountEpisode(const HostRecord& record, Row& row);
  static void Add(std::atomic<uint64_t>& count) {
    count.store(count.load(std::memory_order_relaxed) + 1,
                std::memory_order_relaxed);
  }

  const ColumnLayout layout_;
  const std::vector<ObservationSpec> observations_;
  std::vector<int64_t> told_offsets_;  // by observation; -1: not privileged
  int64_t told_bytes_ = 0;
  uint64_t all_told_ = 0;
  std::vector<Row> rows_;
  std::vector<std::byte> told_;
  std::vector<std::byte> memory_;
  std::vector<Filled> filled_;  // by slot
  SpscRing<int32_t> free_;
  SpscRing<int32_t> ready_;

  // Written by the game's thread alone.
  std::atomic<uint64_t> records_ = 0;
  std::atomic<uint64_t> lost_ = 0;
  std::atomic<uint64_t> skipped_ = 0;
  std::atomic<uint64_t> columns_ = 0;
  std::atomic<uint64_t> episodes_ = 0;
  std::atomic<double> return_sum_ = 0;
  std::atomic<uint64_t> length_sum_ = 0;
};

}  // namespace credo

#endif  // CREDO_AGENTS_HOSTING_EXPERIENCE_H_
