#include "agents/probes/probe_batch.h"

#include <torch/types.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sdk/tensor/host_values.h"

namespace credo {

ProbeBatch DrawProbeBatch(const ProbeNet& probes, const Unroll& unroll,
                          const ProbeView& view, int64_t times,
                          const RandomStream& stream,
                          const UpdateContext& context, int64_t first_column) {
  // Asked for one element at a time, a belief is as many examples as its target
  // has elements, and takes as much longer.
  if (probes.reader() == ProbeReader::kQuery) {
    times = std::max<int64_t>(1, times / 4);
  }
  const at::Tensor indices = IndicesFromHost(
      view.features, [times, stream, &context, first_column,
                      steps = unroll.steps, columns = unroll.columns] {
        std::vector<int64_t> rows;
        for (int64_t b = 0; b < columns; ++b) {
          Draws draws = stream.At(static_cast<uint32_t>(first_column + b),
                                  static_cast<uint64_t>(context.update));
          for (int64_t i = 0; i < times; ++i) {
            const int64_t t = draws.Below(static_cast<uint32_t>(steps + 1));
            rows.push_back(t * columns + b);
          }
        }
        return rows;
      });
  ProbeBatch batch{view.Rows(indices), {}};
  for (const auto& head : probes.heads()) {
    const std::string& name = head->target().name;
    batch.truth.Add(
        name,
        unroll.privileged[name].flatten(0, 1).index_select(0, indices));
  }
  return batch;
}

at::Tensor ProbeBatchLoss(const ProbeNet& probes, const ProbeBatch& batch) {
  at::Tensor total;
  for (const at::Tensor& loss : probes.Losses(batch.rows, batch.truth)) {
    total = total.defined() ? total + loss : loss;
  }
  return total;
}

MetricTensors ProbeBatchScores(const ProbeNet& probes,
                               const ProbeBatch& batch) {
  const torch::NoGradGuard no_grad;
  const std::vector<at::Tensor> predictions = probes.Predict(batch.rows);
  MetricTensors scores;
  for (size_t i = 0; i < predictions.size(); ++i) {
    const ProbeHead& head = *probes.heads()[i];
    const std::string& name = head.target().name;
    scores.Add(name + (head.is_accuracy() ? ".accuracy" : ".error"),
               head.Score(predictions[i], batch.truth[name]).mean());
  }
  return scores;
}

}  // namespace credo
