#include "sdk/runtime/simulator.h"

#include <algorithm>
#include <utility>


namespace credo::runtime {
namespace {

// The observations that the options name, or all.
Result<std::vector<ObservationSpec>> Predicted(
    const Options& options, const std::vector<ObservationSpec>& observations) {
  CREDO_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                         options.Texts("observations"));
  if (names.empty()) return observations;
  std::vector<ObservationSpec> predicted;
  for (const std::string& name : names) {
    const auto found =
        std::ranges::find(observations, name, &ObservationSpec::name);
    if (found == observations.end()) {
      return InvalidArgument(options.place() +
                             ": observations: expected one that agents see, "
                             "found '" +
                             name + "'");
    }
    if (std::ranges::find(predicted, name, &ObservationSpec::name) !=
        predicted.end()) {
      return InvalidArgument(options.place() +
                             ": observations: expected names that differ, "
                             "found '" +
                             name + "' twice");
    }
    predicted.push_back(*found);
  }
  return predicted;
}

}  // namespace

Result<Simulator> Simulator::Load(
    const Source& source, const Options& options, const std::string& name,
    const Core& core, int64_t action_inputs,
    const std::vector<ObservationSpec>& observations) {
  Simulator simulator;
  CREDO_ASSIGN_OR_RETURN(simulator.observations_,
                         Predicted(options, observations));
  CREDO_ASSIGN_OR_RETURN(const int64_t size, options.Int("size", 1, 8192));
  CREDO_ASSIGN_OR_RETURN(const Options decoder, options.Group("decoder"));
  simulator.recurrent_ = core.recurrent_size();
  simulator.action_inputs_ = action_inputs;
  simulator.memory_ = &core.memory();
  const std::string part = name + ".simulator";
  CREDO_ASSIGN_OR_RETURN(simulator.start_,
                         Linear::Load(source, part + ".start",
                                      simulator.recurrent_, 2 * size));
  CREDO_ASSIGN_OR_RETURN(
      simulator.lstm_, Lstm::Load(source, part + ".lstm", action_inputs, size));
  if (simulator.memory_->query_size() > 0) {
    CREDO_ASSIGN_OR_RETURN(simulator.query_,
                           Linear::Load(source, part + ".query", size,
                                        simulator.memory_->query_size()));
  }
  for (const ObservationSpec& spec : simulator.observations_) {
    simulator.frame_ += spec.numbers();
  }
  CREDO_ASSIGN_OR_RETURN(
      simulator.model_,
      LoadFrameModel(source, decoder, name + ".decoder",
                     size + simulator.memory_->read_size(),
                     simulator.observations_));
  return simulator;
}

Simulator::Places Simulator::places() const {
  Places at{};
  int64_t end = 0;
  const auto take = [&](int64_t floats) {
    return std::exchange(end, end + Padded(floats));
  };
  at.input = take(lstm_.input_stride());
  // The start's linear layer writes hidden and cell side by side.
  at.hidden = take(2 * lstm_.size());
  at.cell = at.hidden + lstm_.size();
  at.tanh_cell = take(lstm_.size());
  at.query = take(memory_->query_size());
  at.state = take(lstm_.size() + memory_->read_size());
  at.predictions = take(frame_);
  at.rest = end;
  return at;
}

int64_t Simulator::scratch() const {
  return places().rest + std::max(lstm_.scratch(1), model_->scratch());
}

void Simulator::Begin(const Kernels& kernels, const float* belief,
                      const float* contents, float* scratch) const {
  const Places at = places();
  start_(kernels, 1, {const_cast<float*>(belief), 0},
         {scratch + at.hidden, 0});
  // The record of the start is explained without an action.
  std::fill_n(scratch + at.input, action_inputs_, 0.0f);
  Next(kernels, scratch + at.input, contents, scratch);
}

void Simulator::Next(const Kernels& kernels, const float* action,
                     const float* contents, float* scratch) const {
  const Places at = places();
  const int64_t size = lstm_.size();
  float* const hidden = scratch + at.hidden;
  float* const cell = scratch + at.cell;
  float* const tanh_cell = scratch + at.tanh_cell;
  float* const state = scratch + at.state;
  if (action != scratch + at.input) {
    std::copy_n(action, action_inputs_, scratch + at.input);
  }
  lstm_.Step(kernels, 1, {scratch + at.input, 0}, &hidden, &cell, &tanh_cell,
             scratch + at.rest);
  std::copy_n(hidden, size, state);
  if (query_) {
    (*query_)(kernels, 1, {hidden, 0}, {scratch + at.query, 0});
    memory_->Read(kernels, contents, scratch + at.query, state + size);
  }
  model_->Predict(kernels, state, scratch + at.rest, scratch + at.predictions);
}

void Simulator::Frame(const Kernels& kernels, int64_t index,
                      const float* scratch, float* frame) const {
  const float* predicted = scratch + places().predictions;
  for (int64_t i = 0; i < index; ++i) {
    predicted += observations_[i].numbers();
  }
  const ObservationSpec& spec = observations_[index];
  const int64_t size = spec.numbers();
  switch (spec.kind) {
    case ObservationKind::kPicture:
      for (int64_t i = 0; i < size; ++i) {
        frame[i] = std::clamp(predicted[i], 0.0f, 1.0f);
      }
      return;
    case ObservationKind::kVector:
      std::copy_n(predicted, size, frame);
      return;
    case ObservationKind::kTiles:
      std::copy_n(predicted, size, frame);
      for (int64_t i = 0; i < size; i += spec.categories()) {
        kernels.softmax(spec.categories(), 1, frame + i);
      }
      return;
  }
}

}  // namespace credo::runtime
