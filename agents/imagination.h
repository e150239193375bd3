// What an agent imagines: frames that its simulator predicts from one belief
// and a sequence of actions.
#ifndef CREDO_AGENTS_IMAGINATION_H_
#define CREDO_AGENTS_IMAGINATION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "agents/beliefs.h"
#include "agents/learner.h"
#include "agents/unroll.h"
#include "sdk/tensor/named_tensors.h"

namespace credo {

// The first auxiliary task whose simulator and frame model can show frames, or
// null.
const AuxiliaryTask* ImaginingTask(const Learner& learner);

// The frames that `task` expects 0 .. steps after record t of column b, given
// the actions that were taken from there on: each [steps + 1, ...] as
// FrameModel::Decode gives them. `beliefs` are those of `unroll`.
// REQUIRES: the task imagines, t + steps <= unroll.steps.
NamedTensors Imagine(const Agent& agent, const AuxiliaryTask& task,
                     const Unroll& unroll, const Beliefs& beliefs, int64_t t,
                     int64_t b, int64_t steps);

}  // namespace credo

#endif  // CREDO_AGENTS_IMAGINATION_H_
