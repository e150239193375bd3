// The network of a probe that reads the memory by query: see
// sdk/model/query_probe.h.
#ifndef CREDO_AGENTS_PROBES_QUERY_PROBE_H_
#define CREDO_AGENTS_PROBES_QUERY_PROBE_H_

#include <ATen/core/Tensor.h>

#include "memory/memory.h"
#include "sdk/model/query_probe.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class QueryProbe {
 public:
  // `memory` outlives this object.
  QueryProbe(Parameters& parameters, const QueryProbeModel& model,
             const Memory& memory);

  // recurrent [R, recurrent], contents [R, M] -> [R, elements * categories].
  at::Tensor operator()(const at::Tensor& recurrent,
                        const at::Tensor& contents) const;

 private:
  const Memory& memory_;
  Parameter* embedding_;
  Linear query_;
  Linear address_;
  Linear belief_;
  Mlp output_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_QUERY_PROBE_H_
