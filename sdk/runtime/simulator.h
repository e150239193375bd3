// Imagination in the runtime: the twin of simcore/simulator.h and of the frame
// models that decode.
#ifndef CREDO_SDK_RUNTIME_SIMULATOR_H_
#define CREDO_SDK_RUNTIME_SIMULATOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/runtime/core.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/lstm.h"
#include "sdk/runtime/memory.h"
#include "sdk/runtime/options.h"

namespace credo::runtime {

class FrameModel {
 public:
  virtual ~FrameModel() = default;
  virtual int64_t scratch() const = 0;
  // The raw predictions for all observations one after the other; Padded.
  virtual void Predict(const Kernels& kernels, float* state, float* scratch,
                       float* predictions) const = 0;
};

// The kinds mean_frame and deterministic.
Result<std::unique_ptr<FrameModel>> LoadFrameModel(
    const Source& source, const Options& options, const std::string& name,
    int64_t inputs, const std::vector<ObservationSpec>& observations);

// The simulator of one auxiliary loss with its frame model.
class Simulator {
 public:
  // `core` outlives this object.
  static Result<Simulator> Load(
      const Source& source, const Options& options, const std::string& name,
      const Core& core, int64_t action_inputs,
      const std::vector<ObservationSpec>& observations);

  // What it predicts, in the order of its frames.
  const std::vector<ObservationSpec>& observations() const {
    return observations_;
  }
  // Floats that Begin and Next need.
  int64_t scratch() const;

  // From a belief: afterwards the frame of that very record can be decoded.
  // `scratch` keeps the simulation between the calls.
  void Begin(const Kernels& kernels, const float* belief,
             const float* contents, float* scratch) const;
  // One step on under an action, as network input.
  void Next(const Kernels& kernels, const float* action, const float* contents,
            float* scratch) const;
  // The frame of observation `index` at the present step, numbers() floats: an
  // intensity in [0, 1] per number of a picture, a probability per tile and
  // category, a number per entry of a vector.
  void Frame(const Kernels& kernels, int64_t index, const float* scratch,
             float* frame) const;

 private:
  // Where things lie within the scratch, in floats.
  struct Places {
    int64_t input, hidden, cell, tanh_cell, query, state, predictions, rest;
  };
  Places places() const;

  std::vector<ObservationSpec> observations_;
  int64_t recurrent_ = 0;
  int64_t action_inputs_ = 0;
  int64_t frame_ = 0;  // all predictions
  const Memory* memory_ = nullptr;
  Linear start_;
  Lstm lstm_;
  std::optional<Linear> query_;
  std::unique_ptr<FrameModel> model_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_SIMULATOR_H_
