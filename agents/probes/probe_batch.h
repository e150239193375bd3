// Which records of an unroll an update of the probes reads.
#ifndef CREDO_AGENTS_PROBES_PROBE_BATCH_H_
#define CREDO_AGENTS_PROBES_PROBE_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "agents/acting/unroll.h"
#include "agents/probes/probe_net.h"
#include "sdk/base/random.h"
#include "sdk/tensor/learner_batch.h"
#include "sdk/tensor/metrics.h"
#include "sdk/tensor/named_tensors.h"

namespace credo {

struct ProbeBatch {
  ProbeView rows;      // [R, .]
  NamedTensors truth;  // each target by name, [R, ...]
};

// `times` random records of every column (a quarter of them where the memory is
// read by query), drawn from `stream` at (first_column + column, update).
// `view` [T+1, B, .] is that of the unroll's records. Makers of values refer to
// `context` (sdk/tensor/host_values.h).
ProbeBatch DrawProbeBatch(const ProbeNet& probes, const Unroll& unroll,
                          const ProbeView& view, int64_t times,
                          const RandomStream& stream,
                          const UpdateContext& context,
                          int64_t first_column = 0);

// The sum of all heads' losses on a batch.
at::Tensor ProbeBatchLoss(const ProbeNet& probes, const ProbeBatch& batch);

// For the log, "TARGET.accuracy" or "TARGET.error": the mean score of each head
// on a batch, over all elements of its target, seen or not. Without gradient.
MetricTensors ProbeBatchScores(const ProbeNet& probes, const ProbeBatch& batch);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_BATCH_H_
