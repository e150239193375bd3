// A probe that asks the memory for each element of its target: the twin of
// agents/probes/query_probe.h. Formulas stand in sdk/model/query_probe.h.
#ifndef CREDO_SDK_RUNTIME_QUERY_PROBE_H_
#define CREDO_SDK_RUNTIME_QUERY_PROBE_H_

#include <cstdint>

#include "sdk/base/status.h"
#include "sdk/model/query_probe.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/memory.h"

namespace credo::runtime {

class QueryProbe {
 public:
  static Result<QueryProbe> Load(const Source& source,
                                 const QueryProbeModel& model,
                                 const Memory& memory);

  int64_t scratch(const Memory& memory) const;
  // `recurrent` opens a belief, `contents` is the memory; predictions of all
  // elements, side by side, go to `out`.
  void operator()(const Kernels& kernels, const Memory& memory,
                  const float* recurrent, const float* contents,
                  float* scratch, float* out) const;

 private:
  int64_t elements_ = 0;
  int64_t reads_ = 0;
  Buffer<float> cells_;  // [elements, kEmbedding]
  Linear query_;
  Linear address_;
  Linear belief_;
  Mlp output_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_QUERY_PROBE_H_
