// The generator of ConvDRAW for one frame: the twin of
// simcore/conv_generator.h. Formulas, sizes and names of weights stand in
// sdk/model/conv_generator.h.
//
// A frame is under way in a scratch of scratch() floats: Begin, then for each
// step the latents, when there are some, and Step; then Draw.
#ifndef CREDO_SDK_RUNTIME_CONV_GENERATOR_H_
#define CREDO_SDK_RUNTIME_CONV_GENERATOR_H_

#include <cstdint>

#include "sdk/base/status.h"
#include "sdk/model/conv_generator.h"
#include "sdk/runtime/conv3.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class ConvGenerator {
 public:
  static Result<ConvGenerator> Load(const Source& source,
                                    const ConvGeneratorModel& model);

  const ConvGeneratorModel& model() const { return model_; }
  int64_t scratch() const { return places().end; }

  void Begin(const Kernels& kernels, const float* state, float* scratch) const;
  void Step(const Kernels& kernels, float* scratch) const;
  // The picture [H, W, C], intensities that nothing bounds.
  void Draw(const float* scratch, float* picture) const;

  // The condition's map and the hidden one, as convolutions read them.
  BorderedMap condition_map() const;
  BorderedMap hidden_map() const;
  const float* condition(const float* scratch) const {
    return scratch + places().condition;
  }
  const float* hidden(const float* scratch) const {
    return scratch + places().hidden;
  }
  // Where the latents of a cell have their place before a step.
  float* latents(int64_t cell, float* scratch) const;

 private:
  // Where things lie within the scratch, in floats.
  struct Places {
    int64_t condition, hidden, inputs, cells, canvas, shared_gates, gates,
        tanh_cell, end;
  };
  Places places() const;
  // What the gates see: latents, hidden. Without latents the hidden map itself.
  BorderedMap input_map() const;

  ConvGeneratorModel model_;
  Mlp condition_;
  Conv3 gates_condition_;
  Conv3 gates_;
  Conv3 canvas_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_CONV_GENERATOR_H_
