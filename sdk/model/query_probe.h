// A probe that reads the memory by query, one for each element of its target:
// what a memory that is found by content holds shows only when it is asked.
//
//   x_n = tanh(E[n] + Linear(r))              r: recurrent part of the belief
//   m_n = memory.Read(contents, Linear(x_n))  `reads` queries side by side
//   prediction of element n = MLP([m_n, Linear'(r), E[n]])
#ifndef CREDO_SDK_MODEL_QUERY_PROBE_H_
#define CREDO_SDK_MODEL_QUERY_PROBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/model/layers.h"
#include "sdk/model/memory_shape.h"

namespace credo {

// Whether a target is read by query where the memory can be: tiles of more than
// one element. Others are read off the recurrent part of the belief.
inline bool IsReadByQuery(const ObservationSpec& target) {
  return target.kind == ObservationKind::kTiles && target.elements() > 1;
}

struct QueryProbeModel {
  static constexpr int64_t kEmbedding = 32;
  static constexpr int64_t kReads = 2;

  // `recurrent`: leading columns of the belief; `hidden`: layers of probes that
  // read flat. Those here answer for one element at a time and are half as
  // wide.
  QueryProbeModel(const ObservationSpec& target, int64_t recurrent,
                  const MemoryShape& memory,
                  const std::vector<int64_t>& hidden)
      : embedding{"probes." + target.name + ".cells",
                  {target.elements(), kEmbedding}},
        query{"probes." + target.name + ".query", recurrent, kEmbedding},
        address{"probes." + target.name + ".address", kEmbedding,
                kReads * memory.query},
        belief{"probes." + target.name + ".belief", recurrent, kEmbedding},
        output{"probes." + target.name + ".output",
               kReads * memory.read + 2 * kEmbedding, hidden} {
    for (int64_t& units : output.sizes) units = (units + 1) / 2;
    output.sizes.push_back(target.categories());
  }

  TensorSpec embedding;  // E [elements, embedding]
  LinearSpec query;
  LinearSpec address;
  LinearSpec belief;
  MlpSpec output;
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_QUERY_PROBE_H_
