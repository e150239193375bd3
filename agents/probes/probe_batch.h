// Which records of an unroll an update of the probes reads.
#ifndef CREDO_AGENTS_PROBES_PROBE_BATCH_H_
#define CREDO_AGENTS_PROBES_PROBE_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "agents/probes/probe_net.h"
#include "agents/unroll.h"
#include "sdk/base/random.h"

namespace credo {

// The probes' loss on `times` random records of every column, drawn from
// `stream` at (column, update). `features` [T+1, B, inputs] are those of the
// unroll's records.
at::Tensor ProbeBatchLoss(const ProbeNet& probes, const Unroll& unroll,
                          const at::Tensor& features, int64_t times,
                          const RandomStream& stream, int64_t update);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_BATCH_H_
