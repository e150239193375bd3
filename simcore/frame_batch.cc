#include "simcore/frame_batch.h"

#include <torch/types.h>

#include <span>
#include <utility>

#include "sdk/tensor/device.h"

namespace credo {
namespace {

int64_t Starts(const StartPlan& plan) {
  return static_cast<int64_t>(plan.rows.size());
}

// The records that frames are taken from and told from: those of the whole
// batch where the learner gathered them, else those of its share.
struct Records {
  explicit Records(const LearnerBatch& batch)
      : whole(batch.all_encoded.defined()),
        columns(whole ? batch.all_columns() : batch.columns),
        first(whole ? batch.first_column : 0),
        kinds(whole ? batch.kinds_of_all() : batch.kinds),
        encoded(whole ? batch.all_encoded : batch.encoded),
        observations(whole ? batch.all_observations : batch.observations) {}

  // The record that a decoded frame is, row-major [T+1, columns].
  int64_t Of(const StartPlan& plan, const DecodedFrame& frame) const {
    const StartPlan::Start& start = plan.rows[frame.row];
    return (start.t + frame.offset) * columns + first + start.b;
  }

  bool whole;
  int64_t columns;
  int64_t first;  // of the share
  const std::vector<Kind>& kinds;
  const at::Tensor& encoded;
  const NamedTensors& observations;
};

std::vector<FrameId> IdsOf(const Records& records, int64_t steps) {
  std::vector<FrameId> ids;
  std::vector<int64_t> episodes(records.columns, 0);
  for (int64_t t = 0; t <= steps; ++t) {
    for (int64_t b = 0; b < records.columns; ++b) {
      if (t > 0 && records.kinds[t * records.columns + b] == Kind::kFirst) {
        ++episodes[b];
      }
      ids.push_back({b, t, episodes[b]});
    }
  }
  return ids;
}

}  // namespace

SimulationInputs GatherStarts(const StartPlan& plan, const LearnerBatch& batch,
                              int64_t overshoot) {
  const int64_t rows = Starts(plan);
  std::vector<int64_t> starts;
  std::vector<int64_t> led(rows * (overshoot + 1), 0);
  at::Tensor mask = torch::zeros({overshoot + 1, rows, 1}, torch::kFloat);
  float* known = mask.data_ptr<float>();
  for (int64_t r = 0; r < rows; ++r) {
    const StartPlan::Start& start = plan.rows[r];
    starts.push_back(start.t * batch.columns + start.b);
    for (int64_t k = 1; k <= start.horizon; ++k) {
      led[k * rows + r] = (start.t + k) * batch.columns + start.b;
      known[k * rows + r] = 1;
    }
  }
  const at::Tensor at_start = IndicesFor(batch.beliefs, starts);
  const at::Tensor actions =
      batch.action_inputs.flatten(0, 1)
          .index_select(0, IndicesFor(batch.beliefs, led))
          .view({overshoot + 1, rows, -1});
  return {batch.beliefs.flatten(0, 1).index_select(0, at_start),
          batch.memory.flatten(0, 1).index_select(0, at_start),
          actions * ToDeviceOf(actions, mask.to(actions.scalar_type()))};
}

FrameTargets GatherFrames(const StartPlan& plan, const LearnerBatch& batch,
                          const std::vector<ObservationSpec>& observations) {
  FrameTargets targets;
  const Records all_records(batch);
  targets.candidates.ids = IdsOf(all_records, batch.steps);
  std::vector<int64_t> records;
  std::vector<double> weights;
  for (const DecodedFrame& frame : plan.frames) {
    const int64_t record = all_records.Of(plan, frame);
    records.push_back(record);
    weights.push_back(frame.weight);
    targets.ids.push_back(targets.candidates.ids[record]);
  }
  const at::Tensor& like = batch.beliefs;
  targets.places = IndicesFor(like, records);
  targets.weights = ToDeviceOf(
      like, torch::tensor(weights, torch::kDouble).to(like.scalar_type()));
  for (const ObservationSpec& spec : observations) {
    const at::Tensor all = all_records.observations[spec.name].flatten(0, 1);
    targets.observations.Add(spec.name, all.index_select(0, targets.places));
    targets.candidates.observations.Add(spec.name, all);
  }
  targets.candidates.encodings = all_records.encoded.flatten(0, 1);
  targets.encodings =
      targets.candidates.encodings.index_select(0, targets.places);
  return targets;
}

std::vector<SimulatedState> StatesOfFrames(const StartPlan& plan) {
  std::vector<SimulatedState> states;
  for (const DecodedFrame& frame : plan.frames) {
    states.push_back({frame.row, frame.offset});
  }
  return states;
}

std::vector<SimulatedState> StatesOfOthers(const StartPlan& plan) {
  const int64_t rows = Starts(plan);
  std::vector<SimulatedState> states;
  for (const DecodedFrame& frame : plan.frames) {
    states.push_back({(frame.row + (rows + 1) / 2) % rows, frame.offset});
  }
  return states;
}

at::Tensor FrameNoise(const RandomStream& stream, int64_t update,
                      const StartPlan& plan, int64_t numbers,
                      const at::Tensor& like) {
  if (numbers == 0) return {};
  at::Tensor noise = torch::empty(
      {static_cast<int64_t>(plan.frames.size()), numbers}, torch::kFloat);
  float* row = noise.data_ptr<float>();
  for (const DecodedFrame& frame : plan.frames) {
    FillNormals(stream.At(static_cast<uint32_t>(frame.number),
                          static_cast<uint64_t>(update)),
                std::span(row, static_cast<size_t>(numbers)));
    row += numbers;
  }
  return ToDeviceOf(like, noise.to(like.scalar_type()));
}

}  // namespace credo
