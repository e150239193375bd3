// Which records of an unroll an update of the probes reads.
#ifndef CREDO_AGENTS_PROBES_PROBE_BATCH_H_
#define CREDO_AGENTS_PROBES_PROBE_BATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/probes/probe_net.h"
#include "sdk/base/random.h"

namespace credo {

// Each head's loss on `times` random records of every column (a quarter of them
// where the memory is read by query), drawn from `stream` at (column, update).
// `view` [T+1, B, .] is that of the unroll's records.
std::vector<at::Tensor> ProbeBatchLosses(const ProbeNet& probes,
                                         const Unroll& unroll,
                                         const ProbeView& view, int64_t times,
                                         const RandomStream& stream,
                                         int64_t update);
// Their sum.
at::Tensor ProbeBatchLoss(const ProbeNet& probes, const Unroll& unroll,
                          const ProbeView& view, int64_t times,
                          const RandomStream& stream, int64_t update);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_BATCH_H_
