// What a loss sees of an update: one unroll with its beliefs, and which update
// it is.
//
// Shape letters: T steps (T + 1 records), B characters, E encoding, D belief, M
// numbers of the memory, W words of an action, A numbers of an encoded one.
#ifndef CREDO_SDK_TENSOR_LEARNER_BATCH_H_
#define CREDO_SDK_TENSOR_LEARNER_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/tensor/named_tensors.h"

namespace credo {

// What the host knows of the records of an update: masks and sample positions
// are computed there.
struct BatchRecords {
  std::vector<Kind> kinds;  // row-major [T+1, B]
  int64_t steps = 0;        // T
  int64_t columns = 0;      // B

  // Where these columns are a share of a larger batch (docs/architecture.md,
  // "Many that learn together"). The gradient of the whole is the mean over the
  // shares of the gradients of their losses. So a loss that is a mean over all
  // columns alike needs none of this; one that divides by a count takes that of
  // all columns, through all_kinds, and multiplies by shares(); and draws are
  // keyed by the column of the whole, first_column + b.
  std::vector<Kind> all_kinds;  // [T+1, all columns]; empty: these are all
  int64_t first_column = 0;

  const std::vector<Kind>& kinds_of_all() const {
    return all_kinds.empty() ? kinds : all_kinds;
  }
  int64_t all_columns() const {
    return static_cast<int64_t>(kinds_of_all().size()) / (steps + 1);
  }
  double shares() const {
    return static_cast<double>(all_columns()) / static_cast<double>(columns);
  }
};

// One unroll as the learner sees it. Record t of column b; the action of record
// t is the one that led to it.
struct LearnerBatch : BatchRecords {
  NamedTensors observations;  // u8 or f32 [T+1, B, ...], none privileged
  at::Tensor encoded;         // [T+1, B, E]
  at::Tensor beliefs;         // [T+1, B, D]
  at::Tensor memory;          // [T+1, B, M], after the write at each record
  at::Tensor actions;         // f32 [T+1, B, W]
  at::Tensor action_inputs;   // [T+1, B, A], zero at first records
  // [T+1, B], on arriving, clipped; zero at first records.
  at::Tensor rewards;

  // For a task that compares records with each other; undefined and empty where
  // these columns are all.
  at::Tensor all_encoded;         // [T+1, all columns, E]
  NamedTensors all_observations;  // [T+1, all columns, ...]

  // What the host knows, at a place where later updates will be as well: for
  // makers of values (sdk/tensor/host_values.h). Null: at this one.
  const BatchRecords* kept = nullptr;
  const BatchRecords& records() const { return kept ? *kept : *this; }
};

// What an update is, for those that take part in it.
struct UpdateContext {
  int64_t update = 0;   // number of the update, from 0
  uint64_t seed = 0;    // of the run; streams are keyed by (seed, name, update)
  bool log = false;     // whether metrics of this update are kept
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_LEARNER_BATCH_H_
