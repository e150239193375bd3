#include "sdk/runtime/simulator.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "sdk/model/encoders.h"

namespace credo::runtime {

Result<Simulator> Simulator::Load(const Source& source,
                                  const SimcoreOptions& options,
                                  const FrameModelPart& decoder,
                                  const Core& core,
                                  const SimulatorPlace& place) {
  Simulator simulator;
  Result<std::vector<ObservationSpec>> chosen =
      ChosenObservations(options.observations, place.observations);
  if (!chosen.ok()) return chosen.status().At(place.options);
  simulator.observations_ = *std::move(chosen);
  simulator.predictions_ = NumbersOf(simulator.observations_);
  simulator.memory_ = &core.memory();
  const SimulatorModel model(options, place.name, core.recurrent_size(),
                             place.action_inputs, core.memory().shape());
  simulator.reads_ = model.reads;
  simulator.actions_ = model.actions;
  CREDO_ASSIGN_OR_RETURN(simulator.start_, Linear::Load(source, model.start));
  CREDO_ASSIGN_OR_RETURN(simulator.lstm_, Lstm::Load(source, model.lstm));
  if (model.reads > 0) {
    CREDO_ASSIGN_OR_RETURN(simulator.query_,
                           Linear::Load(source, model.query));
  }
  CREDO_ASSIGN_OR_RETURN(
      simulator.model_,
      decoder.make(*options.decoder.options, source,
                   {place.name + ".decoder", model.outputs, place.encoding,
                    simulator.observations_}));
  return simulator;
}

Simulator::Places Simulator::places() const {
  Places at{};
  const auto take = [&](int64_t floats) {
    return std::exchange(at.end, at.end + Padded(floats));
  };
  at.input = take(lstm_.input_stride());
  // The start's linear layer writes hidden and cell side by side.
  at.hidden = take(2 * lstm_.size());
  at.cell = at.hidden + lstm_.size();
  at.tanh_cell = take(lstm_.size());
  at.query = take(query_ ? query_->out() : 0);
  at.state = take(lstm_.size() + reads_ * memory_->shape().read);
  at.noise = take(model_->noise());
  at.predictions = take(predictions_);
  at.sample = take(predictions_);
  at.squares = take(predictions_);
  at.rest = take(std::max(
      {lstm_.scratch(1), memory_->read_scratch(), model_->scratch()}));
  return at;
}

void Simulator::Begin(const Kernels& kernels, const float* belief,
                      const float* contents, float* scratch) const {
  const Places at = places();
  start_(kernels, 1, {const_cast<float*>(belief), 0},
         {scratch + at.hidden, 0});
  // The record of the start is explained without an action.
  std::fill_n(scratch + at.input, lstm_.inputs(), 0.0f);
  Advance(kernels, contents, scratch);
}

void Simulator::Next(const Kernels& kernels, const float* action,
                     const float* contents, float* scratch) const {
  // Otherwise the zeros of the start stay.
  if (actions_) std::copy_n(action, lstm_.inputs(), scratch + places().input);
  Advance(kernels, contents, scratch);
}

void Simulator::Advance(const Kernels& kernels, const float* contents,
                        float* scratch) const {
  const Places at = places();
  float* const hidden = scratch + at.hidden;
  float* const cell = scratch + at.cell;
  float* const tanh_cell = scratch + at.tanh_cell;
  lstm_.Step(kernels, 1, {scratch + at.input, 0}, &hidden, &cell, &tanh_cell,
             scratch + at.rest);
  float* const read =
      std::copy_n(hidden, lstm_.size(), scratch + at.state);
  if (!query_) return;
  (*query_)(kernels, 1, {hidden, 0}, {scratch + at.query, 0});
  memory_->Read(kernels, contents, reads_, scratch + at.query, read,
                scratch + at.rest);
}

void Simulator::Decode(const Kernels& kernels,
                       const std::optional<Draws>& draws,
                       float* scratch) const {
  const Places at = places();
  const auto count = static_cast<size_t>(model_->noise());
  const float* noise = nullptr;
  if (draws && count > 0) {
    FillNormals(*draws, std::span(scratch + at.noise, count));
    noise = scratch + at.noise;
  }
  model_->Predict(kernels, scratch + at.state, noise, scratch + at.rest,
                  scratch + at.predictions);
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

void Simulator::Deviation(const Kernels& kernels, int64_t index, uint64_t seed,
                          int64_t samples, int64_t offset, float* scratch,
                          float* deviation) const {
  const Places at = places();
  const ObservationSpec& spec = observations_[index];
  const int64_t size = spec.numbers();
  float* const sample = scratch + at.sample;
  float* const squares = scratch + at.squares;
  float* const mean = deviation;
  std::fill_n(squares, size, 0.0f);
  std::fill_n(mean, size, 0.0f);
  const int64_t count = model_->noise() > 0 ? samples : 1;
  for (int64_t n = 1; n <= count; ++n) {
    Decode(kernels, ImaginedDraws(seed++, offset), scratch);
    Frame(kernels, index, scratch, sample);
    // Welford's: what is squared is small, whatever the mean.
    for (int64_t i = 0; i < size; ++i) {
      const float before = sample[i] - mean[i];
      mean[i] += before / static_cast<float>(n);
      squares[i] += before * (sample[i] - mean[i]);
    }
  }
  if (spec.kind == ObservationKind::kTiles) {
    // Of a choice with these probabilities, however it came to them.
    for (int64_t i = 0; i < size; ++i) {
      deviation[i] = std::sqrt(std::max(0.0f, mean[i] * (1 - mean[i])));
    }
    return;
  }
  const FrameScales scales = model_->scales();
  const auto around = static_cast<float>(
      spec.kind == ObservationKind::kPicture ? scales.picture : scales.vector);
  for (int64_t i = 0; i < size; ++i) {
    deviation[i] = std::sqrt(squares[i] / static_cast<float>(count) +
                             around * around);
  }
}

}  // namespace credo::runtime
