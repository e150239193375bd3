#include "simcore/conv_generator.h"

#include <torch/types.h>

#include <vector>

#include "sdk/tensor/lstm_cell.h"

namespace credo {

void ConvLstmStep(const at::Tensor& gates, ConvLstmState& state) {
  at::Tensor cell = state.cell;
  if (!cell.defined()) {
    std::vector<int64_t> shape = gates.sizes().vec();
    shape.back() /= 4;
    cell = gates.new_zeros(shape);
  }
  const LstmCellOutput after = LstmCell(gates, cell);
  state = {after.hidden, after.cell};
}

ConvGenerator::ConvGenerator(Parameters& parameters,
                             const ConvGeneratorModel& model)
    : model_(model),
      condition_(parameters, model.condition),
      // A forget gate that opens.
      gates_condition_(parameters, model.gates_condition, 1.0, model.channels,
                       2 * model.channels),
      gates_(parameters, model.gates),
      canvas_(parameters, model.canvas) {}

ConvGenerator::Condition ConvGenerator::Read(const at::Tensor& states) const {
  const at::Tensor map = at::relu(condition_(states))
                             .view({-1, model_.height, model_.width,
                                    model_.condition.out() / model_.cells()});
  return {map, gates_condition_(map)};
}

void ConvGenerator::Step(const Condition& condition, const at::Tensor& latents,
                         State& state) const {
  at::Tensor gates = condition.gates;
  // A hidden state of zeros is left out.
  std::vector<at::Tensor> inputs;
  if (latents.defined()) inputs.push_back(latents);
  if (state.lstm.hidden.defined()) inputs.push_back(state.lstm.hidden);
  if (!inputs.empty()) {
    gates = gates + gates_(inputs.size() == 1 ? inputs[0]
                                              : at::cat(inputs, -1));
  }
  ConvLstmStep(gates, state.lstm);
  state.painted = state.painted.defined() ? state.painted + state.lstm.hidden
                                          : state.lstm.hidden;
  ++state.steps;
}

at::Tensor ConvGenerator::Canvas(const State& state) const {
  return Convolve3(state.painted, canvas_.weight(),
                   canvas_.bias() * static_cast<double>(state.steps));
}

at::Tensor ConvGenerator::OfCanvas(const Linear& map,
                                   const State& state) const {
  const at::Tensor& weight = canvas_.weight();
  return Convolve3(
      state.painted,
      map.weight()
          .mm(weight.flatten(1))
          .view({-1, weight.size(1), weight.size(2), weight.size(3)}),
      map.weight().mv(canvas_.bias()) * static_cast<double>(state.steps));
}

at::Tensor ConvGenerator::Picture(const at::Tensor& states) const {
  const Condition condition = Read(states);
  State state;
  for (int64_t i = 0; i < model_.steps; ++i) Step(condition, {}, state);
  return ToPicture(Canvas(state) + 0.5).flatten(1);
}

at::Tensor ConvGenerator::ToPatches(const at::Tensor& picture) const {
  const int64_t p = model_.patch;
  return picture
      .reshape({-1, model_.height, p, model_.width, p, model_.colours})
      .transpose(2, 3)
      .reshape({-1, model_.height, model_.width, model_.patch_numbers()});
}

at::Tensor ConvGenerator::ToPicture(const at::Tensor& patches) const {
  const int64_t p = model_.patch;
  return patches
      .reshape({-1, model_.height, model_.width, p, p, model_.colours})
      .transpose(2, 3)
      .reshape({-1, model_.height * p, model_.width * p, model_.colours});
}

}  // namespace credo
