#include "agents/probes/query_probe.h"

#include <torch/types.h>

namespace credo {

QueryProbe::QueryProbe(Parameters& parameters, const QueryProbeModel& model,
                       const Memory& memory)
    : memory_(memory),
      embedding_(parameters.Add(model.embedding.name, model.embedding.shape,
                                Init::Uniform(1.7))),  // of variance 1
      query_(parameters, model.query),
      address_(parameters, model.address),
      belief_(parameters, model.belief),
      output_(parameters, model.output) {}

at::Tensor QueryProbe::operator()(const at::Tensor& recurrent,
                                  const at::Tensor& contents) const {
  const int64_t rows = recurrent.size(0);
  const at::Tensor& cells = embedding_->value;  // [N, E]
  const int64_t elements = cells.size(0);
  const int64_t width = cells.size(1);
  const at::Tensor x =
      at::tanh(cells.unsqueeze(0) + query_(recurrent).unsqueeze(1));
  const at::Tensor queries =
      address_(x).reshape({rows, -1, memory_.shape().query});
  const at::Tensor read =
      memory_.Read(contents, queries).reshape({rows, elements, -1});
  const at::Tensor known = belief_(recurrent).unsqueeze(1).expand(
      {rows, elements, width});
  return output_(at::cat({read, known,
                          cells.unsqueeze(0).expand({rows, elements, width})},
                         -1))
      .flatten(1);
}

}  // namespace credo
