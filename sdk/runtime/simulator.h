// A simulation from one belief on: the twin of simcore/simulator.h, with the
// frame model that shows it. Formulas, sizes and names of weights stand in
// sdk/model/simulator.h.
#ifndef CREDO_SDK_RUNTIME_SIMULATOR_H_
#define CREDO_SDK_RUNTIME_SIMULATOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/simulator.h"
#include "sdk/runtime/core.h"
#include "sdk/runtime/frame_model.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/lstm.h"
#include "sdk/runtime/memory.h"

namespace credo::runtime {

// What a simulator is made for.
struct SimulatorPlace {
  std::string name;     // of the loss: "auxiliary.0.simcore"
  std::string options;  // where its options stand: "metadata 'auxiliary'[0]"
  int64_t encoding = 0;
  int64_t action_inputs = 0;
  std::vector<ObservationSpec> observations;  // that agents see
};

class Simulator {
 public:
  // `core` outlives this object.
  static Result<Simulator> Load(const Source& source,
                                const SimcoreOptions& options,
                                const FrameModelPart& decoder, const Core& core,
                                const SimulatorPlace& place);

  // What it predicts, in the order of its frames.
  const std::vector<ObservationSpec>& observations() const {
    return observations_;
  }
  // Floats in which a simulation is under way.
  int64_t scratch() const { return places().end; }

  // From a belief, to the state that explains that very record.
  void Begin(const Kernels& kernels, const float* belief,
             const float* contents, float* scratch) const;
  // One step on under an action, as network input.
  void Next(const Kernels& kernels, const float* action, const float* contents,
            float* scratch) const;
  // What is seen at the present step, for Frame. The latents are drawn from
  // `draws`, or without at the means of their priors.
  void Decode(const Kernels& kernels, const std::optional<Draws>& draws,
              float* scratch) const;
  // The frame of observation `index`, numbers() floats: an intensity in [0, 1]
  // per number of a picture, a probability per tile and category, a number per
  // entry of a vector.
  void Frame(const Kernels& kernels, int64_t index, const float* scratch,
             float* frame) const;
  // How far each number of that frame may lie from its mean, `offset` steps
  // ahead: over `samples` frames drawn under `seed`, `seed` + 1, ..., and of
  // what is seen around each. Decodes them.
  void Deviation(const Kernels& kernels, int64_t index, uint64_t seed,
                 int64_t samples, int64_t offset, float* scratch,
                 float* deviation) const;

 private:
  // Where things lie within the scratch, in floats.
  struct Places {
    int64_t input, hidden, cell, tanh_cell, query, state, noise, predictions,
        sample, squares, rest, end;
  };
  Places places() const;
  // A step with the action that stands in its input already.
  void Advance(const Kernels& kernels, const float* contents,
               float* scratch) const;

  std::vector<ObservationSpec> observations_;
  int64_t predictions_ = 0;  // numbers of all observations
  int64_t reads_ = 0;
  bool actions_ = true;
  const Memory* memory_ = nullptr;
  Linear start_;
  Lstm lstm_;
  std::optional<Linear> query_;  // absent when there is nothing to read
  std::unique_ptr<FrameModel> model_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_SIMULATOR_H_
