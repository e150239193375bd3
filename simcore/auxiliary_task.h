// The contract of an auxiliary loss: what shapes the belief beside the reward.
//
// A task sees beliefs, actions and frames as tensors, never the agent, and
// never a privileged observation. It declares its parameters beside the
// agent's, and one optimiser steps all of them.
//
// Shape letters: T steps (T + 1 records), B characters, E encoding, D belief,
// M numbers of the memory, W words of an action, A numbers of an encoded
// action.
#ifndef CREDO_SIMCORE_AUXILIARY_TASK_H_
#define CREDO_SIMCORE_AUXILIARY_TASK_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "memory/memory.h"
#include "sdk/base/record.h"
#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"
#include "sdk/config/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class Simulator;
class FrameModel;

// What a task may know of the agent when it is made.
struct AgentShape {
  std::vector<ObservationSpec> observations;  // none of them privileged
  int64_t encoding = 0;        // E
  int64_t belief = 0;          // D
  // The leading columns of a belief that are the core's own recurrent state;
  // the columns of the memory follow.
  int64_t recurrent = 0;
  const Memory* memory = nullptr;  // never null; outlives the task
  int64_t action_inputs = 0;   // A
  int64_t unroll = 0;          // T
  int64_t batch = 0;           // B
};

// One unroll as the learner sees it. Record t of column b; the action of record
// t is the one that led to it.
struct LearnerBatch {
  NamedTensors observations;  // u8 or f32 [T+1, B, ...], none privileged
  at::Tensor encoded;         // [T+1, B, E]
  at::Tensor beliefs;         // [T+1, B, D]
  at::Tensor memory;          // [T+1, B, M], after the write at each record
  at::Tensor actions;         // f32 [T+1, B, W]
  at::Tensor action_inputs;   // [T+1, B, A], zero at first records
  // [T+1, B], on arriving, clipped; zero at first records.
  at::Tensor rewards;
  // On the host, row-major [T+1, B]: masks and sample positions are computed
  // there.
  std::vector<Kind> kinds;
  int64_t steps = 0;          // T
  int64_t columns = 0;        // B
};

// What an update is, for those that take part in it.
struct UpdateContext {
  int64_t update = 0;   // number of the update, from 0
  uint64_t seed = 0;    // of the run; streams are keyed by (seed, name, update)
  bool log = false;     // whether metrics of this update are kept
};

struct Metric {
  std::string name;  // below the task's own name: "error.k4"
  double value;
};

struct LossTerms {
  at::Tensor total;              // a scalar, weighted, to be added to the loss
  std::vector<Metric> metrics;   // only when the context asks for a log
};

class AuxiliaryTask {
 public:
  virtual ~AuxiliaryTask() = default;

  virtual LossTerms Compute(const LearnerBatch& batch,
                            const UpdateContext& context) = 0;

  // The simulator and frame model that this task trains, for imagined frames;
  // null when it has none.
  virtual const Simulator* simulator() const { return nullptr; }
  virtual const FrameModel* frame_model() const { return nullptr; }

  // State that is neither a parameter nor a function of the update's number,
  // such as a multiplier. By default there is none.
  virtual void Save(const std::string& prefix, TensorFile& file) const;
  virtual Status Load(const std::string& prefix, const TensorFile& file);
};

struct AuxiliaryTaskPart {
  PartInfo info;
  // Declares the task's parameters below `name`. Fails when the options do not
  // fit the agent (an observation that is not there, an overshoot longer than
  // the unroll).
  std::function<Result<std::unique_ptr<AuxiliaryTask>>(
      const Options&, Parameters&, const std::string& name,
      const AgentShape&)>
      make;
};

}  // namespace credo

#endif  // CREDO_SIMCORE_AUXILIARY_TASK_H_
