#include "simcore/frame_batch.h"

#include <torch/types.h>

#include <span>
#include <vector>

#include "sdk/tensor/host_values.h"

namespace credo {
namespace {

int64_t Starts(const StartPlan& plan) {
  return static_cast<int64_t>(plan.rows.size());
}

// The records that frames are taken from and told from: those of the whole
// batch where the learner gathered them, else those of its share.
struct Candidacy {
  Candidacy(const BatchRecords& records, bool whole)
      : steps(records.steps),
        columns(whole ? records.all_columns() : records.columns),
        first(whole ? records.first_column : 0),
        kinds(whole ? records.kinds_of_all() : records.kinds) {}

  // The record that a decoded frame is, row-major [T+1, columns].
  int64_t Of(const StartPlan& plan, const DecodedFrame& frame) const {
    const StartPlan::Start& start = plan.rows[frame.row];
    return (start.t + frame.offset) * columns + first + start.b;
  }

  std::vector<FrameId> Ids() const {
    std::vector<FrameId> ids;
    std::vector<int64_t> episodes(columns, 0);
    for (int64_t t = 0; t <= steps; ++t) {
      for (int64_t b = 0; b < columns; ++b) {
        if (t > 0 && kinds[t * columns + b] == Kind::kFirst) ++episodes[b];
        ids.push_back({b, t, episodes[b]});
      }
    }
    return ids;
  }

  int64_t steps;
  int64_t columns;
  int64_t first;  // of the share
  const std::vector<Kind>& kinds;
};

// The record that each start is, row-major [T+1, B].
std::vector<int64_t> StartRecords(const StartPlan& plan, int64_t columns) {
  std::vector<int64_t> records;
  for (const StartPlan::Start& start : plan.rows) {
    records.push_back(start.t * columns + start.b);
  }
  return records;
}

// The record whose action leads to offset k of start r, at k * R + r; any at 0
// and beyond the horizon.
std::vector<int64_t> LedRecords(const StartPlan& plan, int64_t columns,
                                int64_t overshoot) {
  const int64_t rows = Starts(plan);
  std::vector<int64_t> led(rows * (overshoot + 1), 0);
  for (int64_t r = 0; r < rows; ++r) {
    const StartPlan::Start& start = plan.rows[r];
    for (int64_t k = 1; k <= start.horizon; ++k) {
      led[k * rows + r] = (start.t + k) * columns + start.b;
    }
  }
  return led;
}

// [K+1, R, 1]: 1 where an action is known.
at::Tensor KnownActions(const StartPlan& plan, int64_t overshoot) {
  const int64_t rows = Starts(plan);
  at::Tensor mask = torch::zeros({overshoot + 1, rows, 1}, torch::kFloat);
  float* known = mask.data_ptr<float>();
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t k = 1; k <= plan.rows[r].horizon; ++k) {
      known[k * rows + r] = 1;
    }
  }
  return mask;
}

at::Tensor Weights(const StartPlan& plan) {
  std::vector<double> weights;
  for (const DecodedFrame& frame : plan.frames) weights.push_back(frame.weight);
  return torch::tensor(weights, torch::kDouble);
}

at::Tensor Normals(const RandomStream& stream, int64_t update,
                   const StartPlan& plan, int64_t numbers) {
  at::Tensor noise = torch::empty(
      {static_cast<int64_t>(plan.frames.size()), numbers}, torch::kFloat);
  float* row = noise.data_ptr<float>();
  for (const DecodedFrame& frame : plan.frames) {
    FillNormals(stream.At(static_cast<uint32_t>(frame.number),
                          static_cast<uint64_t>(update)),
                std::span(row, static_cast<size_t>(numbers)));
    row += numbers;
  }
  return noise;
}

}  // namespace

SimulationInputs GatherStarts(const StartPlan& plan, const LearnerBatch& batch,
                              int64_t overshoot) {
  const int64_t columns = batch.columns;
  const at::Tensor starts = IndicesFromHost(
      batch.beliefs, [&plan, columns] { return StartRecords(plan, columns); });
  const at::Tensor led =
      IndicesFromHost(batch.beliefs, [&plan, columns, overshoot] {
        return LedRecords(plan, columns, overshoot);
      });
  const at::Tensor actions = batch.action_inputs.flatten(0, 1)
                                 .index_select(0, led)
                                 .view({overshoot + 1, Starts(plan), -1});
  const at::Tensor known = FromHost(
      actions, [&plan, overshoot, type = actions.scalar_type()] {
        return KnownActions(plan, overshoot).to(type);
      });
  return {batch.beliefs.flatten(0, 1).index_select(0, starts),
          batch.memory.flatten(0, 1).index_select(0, starts), actions * known};
}

FrameTargets GatherFrames(const StartPlan& plan, const LearnerBatch& batch,
                          const std::vector<ObservationSpec>& observations) {
  const bool whole = batch.all_encoded.defined();
  const auto candidacy = [&records = batch.records(), whole] {
    return Candidacy(records, whole);
  };
  const at::Tensor& like = batch.beliefs;
  FrameTargets targets;
  targets.places = IndicesFromHost(like, [&plan, candidacy] {
    const Candidacy all = candidacy();
    std::vector<int64_t> places;
    for (const DecodedFrame& frame : plan.frames) {
      places.push_back(all.Of(plan, frame));
    }
    return places;
  });
  targets.weights = FromHost(like, [&plan, type = like.scalar_type()] {
    return Weights(plan).to(type);
  });
  targets.candidates.ids =
      FromHost(like, [candidacy] { return FrameIds(candidacy().Ids()); });
  targets.ids = targets.candidates.ids.index_select(0, targets.places);
  for (const ObservationSpec& spec : observations) {
    const NamedTensors& seen =
        whole ? batch.all_observations : batch.observations;
    const at::Tensor all = seen[spec.name].flatten(0, 1);
    targets.observations.Add(spec.name, all.index_select(0, targets.places));
    targets.candidates.observations.Add(spec.name, all);
  }
  targets.candidates.encodings =
      (whole ? batch.all_encoded : batch.encoded).flatten(0, 1);
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

at::Tensor FrameNoise(const RandomStream& stream, const UpdateContext& context,
                      const StartPlan& plan, int64_t numbers,
                      const at::Tensor& like) {
  if (numbers == 0) return {};
  return FromHost(like, [stream, &context, &plan, numbers,
                         type = like.scalar_type()] {
    return Normals(stream, context.update, plan, numbers).to(type);
  });
}

}  // namespace credo
