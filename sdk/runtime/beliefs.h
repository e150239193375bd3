// The belief states of some characters of one agent, and what they have seen,
// done and think.
//
// Per row and decision: Observe everything, Reward, End when this record is the
// episode's last; then Step; then read. All memory is taken by Make; what
// succeeds after it takes none, and no lock. Refusals make a text.
//
// Threads: one at a time per object. Different objects of one agent are
// independent.
#ifndef CREDO_SDK_RUNTIME_BELIEFS_H_
#define CREDO_SDK_RUNTIME_BELIEFS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "sdk/base/random.h"
#include "sdk/base/record.h"
#include "sdk/base/status.h"
#include "sdk/runtime/agent.h"

namespace credo::runtime {

// Where a row's actions come from.
enum class ActionSource : uint8_t {
  kSampled,   // drawn from the policy
  kGreedy,    // the most probable one
  kExternal,  // given by the host, as in a demonstration
};

// One finished record, as a tap sees it. Everything is valid during the call
// alone.
struct FinishedRecord {
  int64_t row = 0;
  Kind kind = Kind::kMid;
  float reward = 0;
  // One per observation of Network::observations().
  std::span<const std::byte* const> observations;
  std::span<const uint8_t> mask;         // empty when the world has none
  // The words that led here and the logarithm of the probability with which
  // they were drawn, NaN for the host's own; void when kind is kFirst.
  std::span<const float> action_before;
  float log_probability_before = 0;
  std::span<const float> belief;
  // What the record left of the belief state, a row of the network's
  // StateLayout: the next record is consumed with it.
  std::span<const std::byte> state;
  // Whether it follows the row's record that the tap saw last: false at an
  // episode's first record, for the first one that a tap sees, and after a
  // state was loaded.
  bool continues = false;
};

using Tap = void (*)(void* user, const FinishedRecord& record);

// What is shown of a future.
enum class ImagineMode : uint8_t {
  kMean,       // latents are at the means of their priors
  kSample,     // latents are drawn, from the seed and the offset alone
  kDeviation,  // how far numbers may lie from their mean over many samples
};

struct Imagining {
  // The loss that imagines; empty: the first that does.
  std::string_view task = {};
  ImagineMode mode = ImagineMode::kMean;
  uint64_t seed = 0;
  // That a deviation is of, under `seed`, `seed` + 1, ...: 1 to 4096. One does
  // where nothing is drawn.
  int64_t samples = 16;
};

class Beliefs {
 public:
  // `count` rows, each before its first episode. `seed` draws the actions: rows
  // and seeds are independent streams.
  static Result<std::unique_ptr<Beliefs>> Make(Agent& agent, int64_t count,
                                               uint64_t seed);
  Beliefs(const Beliefs&) = delete;
  Beliefs& operator=(const Beliefs&) = delete;

  int64_t count() const { return count_; }
  const Agent& agent() const { return agent_; }

  // --- Before a step. `row` in 0..count-1. ---

  // A copy is taken. Numbers beyond the observation's range are refused.
  Status Observe(int64_t row, std::string_view name,
                 std::span<const std::byte> bytes);
  // The same of many rows at once by the number of the observation in
  // Network::observations(): that of rows[i] lies at data + i * stride. When
  // one is refused none is taken.
  Status ObserveRows(std::span<const int32_t> rows, int64_t index,
                     const std::byte* data, int64_t stride);
  // Which discrete choices are legal from the next step on, 1 or 0 each, fields
  // and factors in order; until it is given again, and all when it never was. A
  // factor without a legal choice counts as if all were, as in training.
  Status SetMask(int64_t row, std::span<const uint8_t> legal);
  // On arriving at this record.
  Status Reward(int64_t row, float reward);
  // Whether Reward would take it.
  static Status CheckReward(float reward);
  // This record is its episode's last: kTerminal or kTruncated. Not the first.
  Status End(int64_t row, Kind kind);
  // Whether End would take it.
  Status CheckEnd(int64_t row, Kind kind) const;
  Status SetSource(int64_t row, ActionSource source);
  // What an external row does at the record that was last stepped: the words of
  // one field, as the world takes them. The first one replaces the policy's
  // action, if it drew one there: all fields must then be given. A choice that
  // the record's mask rules out is refused.
  Status Act(int64_t row, std::string_view field,
             std::span<const float> values);

  // The row's next record opens an episode, wherever it was; what the row was
  // told for that record is dropped, but for the mask. Its draws go on.
  Status Reset(int64_t row);

  // Consumes one record of each of `rows`, which differ from each other. Fails
  // as a whole, and before anything has changed, when a row lacks something.
  // `seconds` since the step before, or 0 when the host does not say.
  //
  // Fails with kDataLoss when a belief is not finite any more, as numbers of a
  // record were too large for the network. All rows have consumed their records
  // then; those rows have lost what they knew: they go on from an empty belief
  // within their episodes, with an action that no policy prefers, and the tap
  // is not shown that record.
  Status Step(std::span<const int32_t> rows, double seconds);

  // --- After a step: of the last record of the row. ---

  // The words of one field, as the world takes them: indices, or numbers
  // within the field's bounds. Not while the host owes them.
  Status Action(int64_t row, std::string_view field,
                std::span<float> values) const;
  // The probabilities of a discrete field's choices, factor by factor; the
  // means and then the standard deviations of a continuous one, in units where
  // the field's bounds are -1 and 1.
  Status Probabilities(int64_t row, std::string_view field,
                       std::span<float> out) const;
  Status Value(int64_t row, float& value) const;
  Status Belief(int64_t row, std::span<float> belief) const;
  Status Probe(int64_t row, std::string_view target, std::span<float> out);
  // What would be seen: actions [steps, words] as the world takes them;
  // `frames` [steps + 1, numbers()] of one observation, the first one that of
  // the present.
  Status Imagine(int64_t row, std::span<const float> actions, int64_t steps,
                 std::string_view observation, std::span<float> frames,
                 const Imagining& how = {});

  // --- Belief states as bytes ---

  // Of a saved state of this network's.
  static int64_t StateBytes(const Network& network);
  Status SaveState(int64_t row, std::span<std::byte> bytes) const;
  // The row keeps its source. Words that are no action, masks and counts of a
  // memory that are none, and numbers that are not finite are refused, whatever
  // their hash.
  Status LoadState(int64_t row, std::span<const std::byte> bytes);

  // Called by Step for each row, in the order of the rows. Null: nobody.
  void SetTap(Tap tap, void* user);

 private:
  // What goes with a state and is saved with it.
  struct Progress {
    uint64_t seed = 0;
    uint64_t decision = 0;   // its number in the row's stream of draws
    uint32_t character = 0;  // the row that the stream is of
    uint8_t next_is_first = 1;
    uint8_t has_stepped = 0;
    uint8_t lacks_action = 0;  // the host has to tell what led to the next
    uint8_t unused = 0;
  };
  struct Row {
    Progress progress;
    float reward = 0;
    float log_probability = 0;  // of the last action; NaN: not the policy's
    Kind end = Kind::kMid;  // kMid: not the last
    ActionSource source = ActionSource::kSampled;
    uint64_t observed = 0;  // one bit per observation
    uint64_t acted = 0;     // one bit per field that the host gave
    uint64_t step = 0;      // the last one that named this row
    bool told_rate = false;
    bool shown = false;  // to the tap, the record that its state comes from
  };
  struct Lost {
    int64_t count = 0;
    int32_t first = 0;
  };
  struct Header;
  // Where lies what is saved of a row.
  struct Saved {
    Progress* progress = nullptr;
    float* log_probability = nullptr;
    float* value = nullptr;
    float* action = nullptr;
    uint8_t* mask = nullptr;
    float* policy = nullptr;
    float* belief = nullptr;
    std::byte* state = nullptr;
  };
  Saved saved(int64_t row) const;
  // That what VisitSaved would read into the row from `bytes` can go on there.
  Status CheckSaved(int64_t row, const std::byte* bytes) const;
  // The same of the memory within a belief state.
  Status CheckMemory(const std::byte* state) const;
  // Calls field(address, bytes) for each of them; sizes are the network's.
  template <typename Visitor>
  static void VisitSaved(const Network& network, const Saved& row,
                         Visitor field);

  Beliefs(Agent& agent, int64_t count);
  Status Allocate();
  Status CheckRow(int64_t row) const;
  // Whether `bytes` are within the range of the observation.
  Status CheckRange(const ObservationSpec& spec,
                    std::span<const std::byte> bytes) const;
  Status CheckStepped(int64_t row) const;
  Status CheckReady(std::span<const int32_t> rows);
  // An action field, its index, and where its words and choices begin.
  struct Field {
    const ActionField* spec = nullptr;
    size_t index = 0;
    int64_t word = 0;
    int64_t choice = 0;
  };
  Result<Field> FindField(std::string_view name) const;
  Status CheckLegal(int64_t row, const Field& field,
                    std::span<const float> values) const;
  // Adds those whose belief was lost.
  void StepChunk(const Network& network, std::span<const int32_t> rows,
                 Lost& lost);
  // Whether all that the last record left of a row is finite.
  bool IsFinite(const Network& network, int32_t row) const;
  // An empty belief in place of what is not finite.
  void Forget(int32_t row);
  void ShowTap(int32_t row);
  void Choose(int32_t row);
  // Forgets what the host told for a record.
  static void StartRecord(Row& row);
  void CheckRate(std::span<const int32_t> rows, double seconds);

  float* belief(int64_t row) const { return beliefs_.data() + row * belief_; }
  float* policy(int64_t row) const { return policies_.data() + row * policy_; }
  std::byte* state(int64_t row) const {
    return states_.data() + row * state_size_;
  }
  // The words of the last action.
  std::span<float> action(int64_t row) const;
  // That of the last record, and that of the next.
  std::span<uint8_t> mask(int64_t row) const;
  std::span<uint8_t> next_mask(int64_t row) const;
  const std::byte* observation(int64_t row, int64_t index) const {
    return observations_.data() + row * record_ + offsets_[index];
  }

  Agent& agent_;
  const Network& network_;  // the first, for all that never changes
  Agent::Slot slot_;
  int64_t count_;
  int64_t words_;
  int64_t masks_;       // numbers of a mask
  int64_t belief_ = 0;  // floats per row, padded; likewise the next two
  int64_t policy_ = 0;
  int64_t inputs_ = 0;
  int64_t state_size_ = 0;  // bytes
  int64_t record_ = 0;      // bytes of all observations of a row
  uint64_t all_observed_ = 0;
  uint64_t all_acted_ = 0;
  uint64_t steps_ = 0;
  Tap tap_ = nullptr;
  void* tap_user_ = nullptr;

  Buffer<int64_t> offsets_;  // of each observation within a row's
  Buffer<Row> rows_;
  Buffer<std::byte> observations_;
  Buffer<std::byte> states_;
  Buffer<float> beliefs_;
  Buffer<float> policies_;
  Buffer<float> values_;
  Buffer<float> actions_;
  Buffer<uint8_t> legal_;
  Buffer<uint8_t> next_legal_;
  Buffer<float> chunk_inputs_;
  Buffer<const std::byte*> chunk_observed_;
  Buffer<float> scratch_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_BELIEFS_H_
