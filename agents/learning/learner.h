// The learner: one update of agent, auxiliary tasks and probes from one unroll.
//
//   unroll -> encode all records -> core -> beliefs --+--> policy, value
//                 ^                   ^               +--> auxiliary tasks
//                 |                   |               +--> probes (detached)
//                 +---- backward -----+<-- sum of gradients at the beliefs
//
// Each loss runs backward to the beliefs on its own, which is how the time and
// the gradient of each are told apart; then one backward pass through core and
// encoder, one flat optimiser step.
#ifndef CREDO_AGENTS_LEARNING_LEARNER_H_
#define CREDO_AGENTS_LEARNING_LEARNER_H_

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/learning/experiment_options.h"
#include "agents/learning/rate_schedule.h"
#include "agents/networks/agent.h"
#include "agents/probes/probe_net.h"
#include "sdk/tensor/adam.h"
#include "sdk/tensor/learner_group.h"
#include "sdk/tensor/metrics.h"
#include "sdk/tensor/repeated_program.h"

namespace credo {

class BackwardPass;

// Where the seconds of an update go. One that is repeated as a graph counts in
// none: the host cannot tell.
struct UpdateTimes {
  double core = 0;       // encoder and core, forward and backward
  double heads = 0;      // policy, value and V-trace
  std::vector<double> tasks;
  double probes = 0;
  double optimiser = 0;
};

class Learner {
 public:
  // Declares and allocates everything that learns. Fails when a part does not
  // fit the world or the agent. `group`, which outlives the learner, are those
  // that learn the same model from shares of learner.batch; null: it learns
  // alone. All is computed on `device`, whatever the options say; unrolls come
  // from the host.
  //
  // `repeats`: updates are recorded once, and repeated by those that are alike
  // (docs/architecture.md, "An update as a graph").
  static Result<std::unique_ptr<Learner>> Make(
      const ExperimentOptions& options, const Parts& parts,
      const EnvironmentSpec& spec, LearnerGroup* group = nullptr,
      at::Device device = at::kCPU, bool repeats = false);

  const Agent& agent() const { return *agent_; }
  // The same on the CPU and in floats, as its weights are now: for worlds and
  // files. Another one where it learns elsewhere or in doubles, whose weights
  // the next call takes anew.
  const Agent& agent_on_host() const;
  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }
  const std::vector<std::unique_ptr<AuxiliaryTask>>& tasks() const {
    return tasks_;
  }
  // Null when there are no probes.
  const ProbeNet* probes() const { return probes_.get(); }
  ProbeNet* probes() { return probes_.get(); }
  at::Device device() const { return device_; }
  const UpdateTimes& times() const { return times_; }
  // Updates whose gradient was not finite. Waits for the device.
  int64_t skipped() const { return adam_->skipped(); }
  // Columns of its share of the batch, and the first of them.
  int64_t columns() const { return options_.batch / group_->size(); }
  int64_t first_column() const { return group_->member() * columns(); }
  // [B, S] before record T of the last unroll, as the weights of then have it:
  // what the next one opens with where no agent acts. Zeros at first.
  const at::Tensor& carried() const { return carried_; }

  // One update, with all of the group at the same time. `all_kinds` u8
  // [T+1, columns of all], in the group's order; undefined for one that learns
  // alone. What is to be logged waits for the device, and gives its metrics.
  // Throws what the group throws; then this is of no further use.
  std::vector<Metric> Update(const Unroll& unroll, const UpdateContext& context,
                             const at::Tensor& all_kinds = {});
  // Updates that repeated a recorded one.
  int64_t repeated() const { return repeated_; }
  // Why the device could not record one; empty where it could.
  std::string graph_fault() const;

  // All but what it carried, which is that of its own columns.
  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);
  void TakeCarried(const at::Tensor& carried) { carried_.copy_(carried); }

 private:
  Learner(const ExperimentOptions& options, LearnerGroup* group,
          at::Device device, bool repeats);

  // What an update computes of an unroll before its losses.
  struct Forward {
    at::Tensor encoded;
    CoreOutput core;
    LearnerBatch batch;  // with the leaves of the loss that runs
  };
  // What the host knows of the update under way, where the values that it makes
  // for the device find it in later updates as well.
  struct Now {
    Unroll unroll;
    UpdateContext context;
    BatchRecords records;
  };
  void Begin(const Unroll& unroll, const UpdateContext& context,
             const at::Tensor& all_kinds);
  bool ProbesLearn() const;
  // Whether the update under way could repeat one.
  bool MayRepeat() const;
  // All of the update under way.
  void Run(MetricTensors& log);
  // `there` is the unroll on the device.
  Forward RunForward(const Unroll& there);
  // Tells the batch of the columns that others learn from.
  void GatherOthers(const Unroll& there, LearnerBatch& batch);
  // [T+1, B, ...] of all members -> [T+1, all columns, ...], where `own` is.
  at::Tensor AllColumns(const at::Tensor& own);
  // Adds up what all members found, and leaves its mean.
  void ShareGradients(const at::Tensor& gradients);
  // Adds up what tasks go by beside gradients.
  void ShareSums();
  template <typename Loss>
  void RunLoss(const std::string& name, Forward& forward,
               BackwardPass& backward, MetricTensors& log, const Loss& loss,
               bool compares = false);
  at::Tensor TaskLoss(size_t i, const LearnerBatch& batch, MetricTensors& log);
  void RunProbes(const Unroll& there, Forward& forward, BackwardPass& backward,
                 MetricTensors& log);
  void AddMemory(const CoreOutput& core, BackwardPass& backward,
                 MetricTensors& log);
  // One step along the parameters' gradients, which are zero thereafter. A bool
  // scalar where they are: whether it was taken.
  at::Tensor StepOptimiser(MetricTensors& log);
  // f64 [] where `like` is: `full` as scheduled.
  at::Tensor RateThere(const at::Tensor& like, double full) const;

  // An update that others repeat, and where it leaves what it tells the log.
  struct Program {
    RepeatedProgram repeated;
    MetricTensors log;
  };

  // The agent again, with parameters of its own.
  struct HostAgent {
    Parameters parameters;
    std::unique_ptr<Agent> agent;
  };

  // The loss of acting; adds its metrics.
  at::Tensor ActorCritic(const Unroll& there, const LearnerBatch& batch,
                         MetricTensors& log);

  LearnsAlone alone_;
  LearnerGroup* group_;
  at::Device device_;
  uint64_t seed_;
  bool scripted_;
  bool oracle_;
  LearnerOptions options_;
  ProbingOptions probing_;
  RateSchedule schedule_;
  Parameters parameters_;
  std::unique_ptr<Agent> agent_;
  std::unique_ptr<HostAgent> host_;  // null where agent_ is like that
  std::vector<std::string> task_names_;
  std::vector<std::unique_ptr<AuxiliaryTask>> tasks_;
  std::unique_ptr<Adam> adam_;
  std::unique_ptr<ProbeNet> probes_;
  at::Tensor carried_;
  UpdateTimes times_;
  std::unique_ptr<Now> now_;
  bool repeats_;
  // By whether the update is logged, and whether probes learn in it.
  std::array<std::array<std::unique_ptr<Program>, 2>, 2> programs_;
  int64_t repeated_ = 0;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_LEARNER_H_
