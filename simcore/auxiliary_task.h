// The contract of an auxiliary loss: what shapes the belief beside the reward.
//
// A task sees beliefs, actions and frames as tensors, never the agent, and
// never a privileged observation. It declares its parameters beside the
// agent's, and one optimiser steps all of them.
//
// Shape letters: T steps (T + 1 records), B characters, E encoding, D belief,
// A numbers of an encoded action.
#ifndef CREDO_SIMCORE_AUXILIARY_TASK_H_
#define CREDO_SIMCORE_AUXILIARY_TASK_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "memory/memory.h"
#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/options.h"
#include "sdk/tensor/learner_batch.h"
#include "sdk/tensor/metrics.h"
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

struct LossTerms {
  at::Tensor total;       // a scalar, weighted, to be added to the loss
  MetricTensors metrics;  // only when the context asks for a log
};

class AuxiliaryTask {
 public:
  virtual ~AuxiliaryTask() = default;

  // The loss of one update. A task may draw from streams of (seed, its name,
  // update) alone: computed twice, it is the same.
  virtual LossTerms Compute(const LearnerBatch& batch,
                            const UpdateContext& context) = 0;
  // Whether Compute and Learned may be recorded and repeated for later updates
  // (docs/architecture.md, "An update as a graph"). Then they ask FromHost
  // (sdk/tensor/host_values.h) for what the host knows, with makers that refer
  // to batch.records() and the context, which stay, and read nothing of the
  // device. Updates that are logged are repeated by such alone.
  virtual bool repeats() const { return false; }
  // Whether its loss of a record depends on other columns than the record's.
  virtual bool compares() const { return false; }
  // What Learned goes by of the last Compute, as f64 numbers of which each is a
  // sum over columns, always as many: the learner adds those of all shares of
  // the batch to them. Undefined: none.
  virtual at::Tensor Sums() const { return {}; }
  // Once after each update that Compute took part in: what moves beside
  // parameters moves here, where `taken`, a bool scalar where the parameters
  // are, says that the optimiser took its step.
  virtual void Learned(const at::Tensor& taken) { (void)taken; }

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
