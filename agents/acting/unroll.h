// An unroll: T + 1 records of B characters, as actors fill it and learners read
// it. Record T of one unroll is record 0 of the next.
#ifndef CREDO_AGENTS_ACTING_UNROLL_H_
#define CREDO_AGENTS_ACTING_UNROLL_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/worlds/vector_environment.h"

namespace credo {

struct Unroll {
  // All memory is taken here. `state_floats`: S of the belief core.
  Unroll(const EnvironmentSpec& spec, int64_t steps, int64_t columns,
         int64_t state_floats);

  // This one with all but its kinds on another device; on the CPU it shares its
  // tensors. Nobody acts into what lies elsewhere. Makers of values refer to
  // this one (sdk/tensor/host_values.h).
  Unroll On(at::Device device) const;

  // Where characters first .. write their record t.
  RecordRows Rows(int64_t t, int64_t first);
  Kind kind(int64_t t, int64_t b) const;
  // [T+1, B] of all records.
  std::vector<Kind> kinds_list() const;
  // Record t of the characters first .. first + count - 1, as views of what is
  // decided by: observations, actions, rewards and kinds.
  Unroll RecordOf(int64_t t, int64_t first, int64_t count) const;
  // Copies record `from` of `other` to record `to` of this, for the characters
  // first .. first + count - 1.
  void CopyRecord(const Unroll& other, int64_t from, int64_t to, int64_t first,
                  int64_t count);

  // Records 0 to `last` of character b, as an unroll of its own. `spec` is that
  // of this one.
  std::unique_ptr<Unroll> Column(const EnvironmentSpec& spec, int64_t b,
                                 int64_t last) const;

  // Copies all of `share`, fewer columns, to or from the columns from `first`
  // on. What is put is of the same length; what is got may be shorter.
  void PutColumns(const Unroll& share, int64_t first);
  void GetColumns(int64_t first, Unroll& share) const;

  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

  int64_t steps = 0;    // T
  int64_t columns = 0;  // B
  NamedTensors observations;  // [T+1, B, ...], those that agents may see
  NamedTensors privileged;    // [T+1, B, ...], those that only probes may see
  at::Tensor actions;         // f32 [T+1, B, W], that led to the record
  at::Tensor log_probabilities;  // [T+1, B], of that action when it was taken
  at::Tensor rewards;            // [T+1, B]
  at::Tensor kinds;              // u8 [T+1, B]
  at::Tensor masks;              // u8 [T+1, B, C]; undefined without masks
  at::Tensor state;              // [B, S], before record 0

 private:
  Unroll() = default;
  // Every tensor that has one row per record, observations in spec order first.
  std::vector<std::pair<std::string, at::Tensor>> PerRecord() const;

  std::vector<at::Tensor> by_index_;  // observations in the spec's order
};

// The kinds in a u8 tensor, row-major.
std::vector<Kind> KindsOf(const at::Tensor& kinds);

}  // namespace credo

#endif  // CREDO_AGENTS_ACTING_UNROLL_H_
