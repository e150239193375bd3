// The generator of ConvDRAW over LibTorch: see sdk/model/conv_generator.h.
//
// Maps are [F, gh, gw, channels]; pictures lie as patches [F, gh, gw, P].
#ifndef CREDO_SIMCORE_CONV_GENERATOR_H_
#define CREDO_SIMCORE_CONV_GENERATOR_H_

#include <ATen/core/Tensor.h>

#include "sdk/model/conv_generator.h"
#include "sdk/tensor/conv3.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// Of an LSTM in each cell of a map. Undefined at the start, where it is zero.
struct ConvLstmState {
  at::Tensor hidden;  // [F, gh, gw, H]
  at::Tensor cell;
};

// One step from the sums in front of the gates, [F, gh, gw, 4H].
void ConvLstmStep(const at::Tensor& gates, ConvLstmState& state);

class ConvGenerator {
 public:
  ConvGenerator(Parameters& parameters, const ConvGeneratorModel& model);

  const ConvGeneratorModel& model() const { return model_; }

  // What the steps share: states [F, S] -> the condition's map, and its part of
  // the gates.
  struct Condition {
    at::Tensor map;
    at::Tensor gates;
  };
  Condition Read(const at::Tensor& states) const;

  // What the steps so far leave. Undefined at the start, where all is zero.
  struct State {
    ConvLstmState lstm;
    at::Tensor painted;  // [F, gh, gw, H], the sum of the hidden states
    int64_t steps = 0;
  };
  // One step; `latents` [F, gh, gw, z], undefined without.
  void Step(const Condition& condition, const at::Tensor& latents,
            State& state) const;

  // What the steps have painted: patches, less one half. Each paints by the
  // same convolution, so it is that of the sum, once.
  at::Tensor Canvas(const State& state) const;
  // `map` of it but for its bias, [F, gh, gw, outputs], without painting it.
  at::Tensor OfCanvas(const Linear& map, const State& state) const;

  // Without latents: states [F, S] -> intensities as the picture lies, [F, H *
  // W * C].
  at::Tensor Picture(const at::Tensor& states) const;

  // Between patches and pictures [F, H, W, C].
  at::Tensor ToPatches(const at::Tensor& picture) const;
  at::Tensor ToPicture(const at::Tensor& patches) const;

 private:
  ConvGeneratorModel model_;
  Mlp condition_;
  Conv3 gates_condition_;
  Conv3 gates_;
  Conv3 canvas_;
};

}  // namespace credo

#endif  // CREDO_SIMCORE_CONV_GENERATOR_H_
