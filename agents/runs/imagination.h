// What an agent imagines: frames that its simulator predicts from one belief
// and a sequence of actions.
#ifndef CREDO_AGENTS_RUNS_IMAGINATION_H_
#define CREDO_AGENTS_RUNS_IMAGINATION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/unroll.h"
#include "agents/learning/learner.h"
#include "simcore/frame_model.h"

namespace credo {

// An observation as the world wrote it, u8 or f32 [...], in the form in which
// frame models show it (DecodedFrames).
at::Tensor AsShown(const ObservationSpec& spec, const at::Tensor& observed);

// The first auxiliary task whose simulator and frame model can show frames, or
// null. The runtime imagines with the same.
const AuxiliaryTask* ImaginingTask(const Learner& learner);

// The frames that `task` shows 0 .. steps after record t of column b, given the
// actions that were taken from there on: each [steps + 1, ...]. `beliefs` are
// those of `unroll`. With a `seed` latents are drawn, as the runtime draws them
// under the same seed; without, they are at the means of their priors.
// REQUIRES: the task imagines, t + steps <= unroll.steps.
DecodedFrames Imagine(const Agent& agent, const AuxiliaryTask& task,
                      const Unroll& unroll, const Beliefs& beliefs, int64_t t,
                      int64_t b, int64_t steps,
                      std::optional<uint64_t> seed = std::nullopt);

// What many samples of the same future have in common, and where they differ.
struct ImaginedFrames {
  NamedTensors mean;  // of the samples, each [steps + 1, ...]
  // Of what would be seen: that of the samples' means and that of the
  // observation around each of them, together.
  NamedTensors deviation;
  std::vector<NamedTensors> samples;
};

// `samples` futures as Imagine draws them, under the seeds `seed`, `seed` + 1,
// ... One where the model draws nothing. REQUIRES: samples >= 1, and what
// Imagine does.
ImaginedFrames ImagineSamples(const Agent& agent, const AuxiliaryTask& task,
                              const Unroll& unroll, const Beliefs& beliefs,
                              int64_t t, int64_t b, int64_t steps,
                              uint64_t seed, int64_t samples);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_IMAGINATION_H_
