// The simulator of the loss `simcore` and the options of that loss.
//
//   [h_0, c_0] = Linear(recurrent part of the belief)
//   s_k = LSTM(s_{k-1}, a_k)                k = 0..K, a_0 is no action at all
//   r_k = memory.Read(contents at the start, Linear(s_k))    `reads` of them
//   a frame model explains the frame of t + k from [s_k, r_k]
//
// Source: Gregor et al. 2019, "Shaping Belief States with Generative
// Environment Models for RL"; the reading of a memory by address from the
// simulation is ours.
#ifndef CREDO_SDK_MODEL_SIMULATOR_H_
#define CREDO_SDK_MODEL_SIMULATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/model/memory_shape.h"
#include "sdk/model/options.h"

namespace credo {

struct SimcoreOptions : Options {
  // `decoders`: the frame models to choose from.
  explicit SimcoreOptions(PartCatalog decoders);
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;

  PartCatalog decoders;
  int64_t overshoot = 12;
  int64_t starts = 4;
  int64_t frames = 0;
  bool now = true;
  std::string scheme = "pairs";
  int64_t size = 64;
  double forget_bias = 1.0;
  double weight = 1.0;
  std::vector<std::string> observations;
  Selection decoder;
  int64_t reads = 1;
  bool actions = true;
};

struct SimulatorModel {
  // `recurrent`: leading columns of a belief that a simulation starts from;
  // `name`: of the loss, the simulator's own below it.
  SimulatorModel(const SimcoreOptions& options, const std::string& name,
                 int64_t recurrent, int64_t action_inputs,
                 const MemoryShape& memory);

  int64_t recurrent = 0;
  int64_t reads = 0;   // of the memory at each step; 0: nothing to read
  bool actions = true;  // whether it is told them
  LinearSpec start;    // hidden, then cell
  LstmSpec lstm;
  LinearSpec query;    // without outputs when there is nothing to read
  int64_t outputs = 0;  // numbers of [s_k, r_k]
};

// The observations of these names, in their order; all when there are none.
// Fails on a name that is unknown or stands twice.
Result<std::vector<ObservationSpec>> ChosenObservations(
    const std::vector<std::string>& names,
    const std::vector<ObservationSpec>& observations);

// What the latents of an imagined frame are drawn from, `offset` steps ahead.
inline Draws ImaginedDraws(uint64_t seed, int64_t offset) {
  return RandomStream(seed, "imagine").At(0, static_cast<uint64_t>(offset));
}

inline constexpr char kSimcore[] = "simcore";
PartInfo SimcoreInfo(PartCatalog decoders);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_SIMULATOR_H_
