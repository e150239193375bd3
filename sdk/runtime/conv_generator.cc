#include "sdk/runtime/conv_generator.h"

#include <algorithm>
#include <utility>

namespace credo::runtime {

Result<ConvGenerator> ConvGenerator::Load(const Source& source,
                                          const ConvGeneratorModel& model) {
  ConvGenerator generator;
  generator.model_ = model;
  CREDO_ASSIGN_OR_RETURN(generator.condition_,
                         Mlp::Load(source, model.condition));
  CREDO_ASSIGN_OR_RETURN(generator.gates_condition_,
                         Conv3::Load(source, model.gates_condition));
  CREDO_ASSIGN_OR_RETURN(generator.gates_, Conv3::Load(source, model.gates));
  CREDO_ASSIGN_OR_RETURN(generator.canvas_, Conv3::Load(source, model.canvas));
  return generator;
}

BorderedMap ConvGenerator::condition_map() const {
  return {model_.height, model_.width, model_.gates_condition.in};
}
BorderedMap ConvGenerator::hidden_map() const {
  return {model_.height, model_.width, model_.channels};
}
BorderedMap ConvGenerator::input_map() const {
  return {model_.height, model_.width, model_.latents + model_.channels};
}

ConvGenerator::Places ConvGenerator::places() const {
  Places at{};
  const auto take = [&](int64_t floats) {
    return std::exchange(at.end, at.end + Padded(floats));
  };
  const int64_t cells = model_.cells();
  at.condition = take(condition_map().floats());
  at.hidden = take(hidden_map().floats());
  at.inputs = model_.latents > 0 ? take(input_map().floats()) : at.hidden;
  at.cells = take(cells * model_.channels);
  at.canvas = take(cells * model_.patch_numbers());
  at.shared_gates = take(cells * gates_.stride());
  // Also what adds to the canvas, and at first the layers of the condition.
  at.gates = take(std::max({cells * gates_.stride(),
                            cells * canvas_.stride(),
                            Padded(condition_.out()) + condition_.scratch(1)}));
  at.tanh_cell = take(model_.channels);
  return at;
}

void ConvGenerator::Begin(const Kernels& kernels, const float* state,
                          float* scratch) const {
  const Places at = places();
  // Borders are zeros, and so is the state before the first step.
  std::fill_n(scratch, at.shared_gates, 0.0f);
  float* const flat = scratch + at.gates;
  condition_(kernels, 1, {const_cast<float*>(state), 0}, {flat, 0},
             flat + Padded(condition_.out()), /*relu=*/true);
  const BorderedMap map = condition_map();
  for (int64_t cell = 0; cell < model_.cells(); ++cell) {
    std::copy_n(flat + cell * map.channels, map.channels,
                scratch + at.condition + map.At(cell));
  }
  gates_condition_(kernels, map, scratch + at.condition,
                   scratch + at.shared_gates);
}

float* ConvGenerator::latents(int64_t cell, float* scratch) const {
  return scratch + places().inputs + input_map().At(cell);
}

void ConvGenerator::Step(const Kernels& kernels, float* scratch) const {
  const Places at = places();
  const BorderedMap inputs = input_map();
  const BorderedMap hidden = hidden_map();
  float* const gates = scratch + at.gates;
  gates_(kernels, inputs, scratch + at.inputs, gates);
  const int64_t size = model_.channels;
  for (int64_t cell = 0; cell < model_.cells(); ++cell) {
    float* const own = gates + cell * gates_.stride();
    const float* const shared =
        scratch + at.shared_gates + cell * gates_.stride();
    for (int64_t i = 0; i < 4 * size; ++i) own[i] += shared[i];
    float* const to = scratch + at.hidden + hidden.At(cell);
    kernels.lstm(size, own, scratch + at.cells + cell * size, to,
                 scratch + at.tanh_cell);
    if (model_.latents > 0) {
      std::copy_n(to, size, latents(cell, scratch) + model_.latents);
    }
  }
  canvas_(kernels, hidden, scratch + at.hidden, gates);
  const int64_t patch = model_.patch_numbers();
  for (int64_t cell = 0; cell < model_.cells(); ++cell) {
    const float* const added = gates + cell * canvas_.stride();
    float* const canvas = scratch + at.canvas + cell * patch;
    for (int64_t i = 0; i < patch; ++i) canvas[i] += added[i];
  }
}

void ConvGenerator::Draw(const float* scratch, float* picture) const {
  const float* from = scratch + places().canvas;
  const int64_t line = model_.width * model_.patch * model_.colours;
  const int64_t run = model_.patch * model_.colours;
  // Patches [gh, gw, p, p, C] as pixels [gh, p, gw, p, C].
  for (int64_t cell = 0; cell < model_.cells(); ++cell) {
    float* to = picture + cell / model_.width * model_.patch * line +
                cell % model_.width * run;
    for (int64_t y = 0; y < model_.patch; ++y, to += line) {
      for (int64_t i = 0; i < run; ++i) to[i] = *from++ + 0.5f;
    }
  }
}

}  // namespace credo::runtime
