#include "agents/learning/learner.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "agents/acting/beliefs.h"
#include "agents/learning/actor_critic_loss.h"
#include "agents/learning/gradient_sink.h"
#include "agents/learning/memory_estimate.h"
#include "agents/probes/probe_batch.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/precision.h"
#include "sdk/tensor/state_rows.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

// Adds the seconds since its making, or since the last lap, to `sum`.
class Stopwatch {
 public:
  void Lap(double& sum) {
    const auto now = std::chrono::steady_clock::now();
    sum += std::chrono::duration<double>(now - start_).count();
    start_ = now;
  }

 private:
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

// Decisions in records of these kinds, [T+1, B].
int64_t Decisions(const std::vector<Kind>& kinds, int64_t columns) {
  return std::count_if(kinds.begin() + columns, kinds.end(),
                       [](Kind kind) { return kind != Kind::kFirst; });
}

ActorCriticOptions LossOptions(const LearnerOptions& options) {
  ActorCriticOptions loss;
  loss.discount = options.discount;
  loss.baseline_weight = options.baseline_weight;
  loss.entropy_weight = options.entropy_weight;
  loss.reward_clip = options.reward_clip;
  loss.vtrace.lambda = options.lambda;
  return loss;
}

}  // namespace

Learner::Learner(const ExperimentOptions& options, LearnerGroup* group,
                 at::Device device)
    : group_(group == nullptr ? &alone_ : group),
      device_(device),
      seed_(static_cast<uint64_t>(options.seed)),
      scripted_(options.actions == "scripted"),
      oracle_(options.oracle),
      options_(options.learner),
      probing_(options.probing),
      schedule_(options_, options_.frames) {}

Result<std::unique_ptr<Learner>> Learner::Make(
    const ExperimentOptions& options, const Parts& parts,
    const EnvironmentSpec& spec, LearnerGroup* group, at::Device device) {
  std::unique_ptr<Learner> learner(new Learner(options, group, device));
  CREDO_ASSIGN_OR_RETURN(learner->agent_,
                         Agent::Make(options.agent, parts, spec,
                                     learner->parameters_));
  const AgentShape shape = learner->agent_->shape(options.learner.unroll,
                                                  learner->columns());
  const std::vector<AuxiliaryTaskPart> task_parts = parts.AllTasks();
  for (size_t i = 0; i < options.auxiliary.size(); ++i) {
    const Selection& selection = options.auxiliary[i];
    const AuxiliaryTaskPart* part = FindPart(task_parts, selection.kind);
    TORCH_CHECK(part != nullptr, "no auxiliary task named ", selection.kind);
    const std::string name =
        "auxiliary." + std::to_string(i) + "." + selection.kind;
    Result<std::unique_ptr<AuxiliaryTask>> task =
        part->make(*selection.options, learner->parameters_, name, shape);
    if (!task.ok()) {
      return task.status().At("auxiliary[" + std::to_string(i) + "]");
    }
    learner->task_names_.push_back(name);
    learner->tasks_.push_back(*std::move(task));
  }
  learner->times_.tasks.resize(learner->tasks_.size());
  CREDO_RETURN_IF_ERROR(CheckMemory(
      EstimateMemory(options, spec, shape, learner->parameters_.size(),
                     learner->agent_->core().layout().floats()),
      AvailableMemory()));
  learner->parameters_.Allocate(learner->seed_);
  learner->parameters_.MoveTo(device);
  const LearnerOptions& l = options.learner;
  learner->adam_ = std::make_unique<Adam>(
      learner->parameters_.size(),
      AdamOptions{l.beta1, l.beta2, l.epsilon, l.clip});
  CREDO_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<ProbeHead>> heads,
                         MakeProbeHeads(options.probes, parts.probes, spec));
  if (!heads.empty()) {
    // Records 0 to T. The default is for unrolls of any length.
    if (options.probing.times > l.unroll + 1 &&
        options.probing.times != ProbingOptions().times) {
      return InvalidArgument(
          "probing: times: expected at most learner.unroll + 1 (" +
          std::to_string(l.unroll + 1) + "), found " +
          std::to_string(options.probing.times));
    }
    learner->probes_ = std::make_unique<ProbeNet>(
        options.probing, ReaderOf(options.probing), std::move(heads),
        ProbedShape(shape.belief, shape.recurrent, *shape.memory),
        learner->seed_);
    learner->probes_->parameters().MoveTo(device);
  }
  learner->carried_ =
      learner->agent_->InitialState(learner->columns()).to(device);
  return learner;
}

at::Tensor Learner::ActorCritic(const Unroll& unroll,
                                const LearnerBatch& batch,
                                const UpdateContext& context,
                                UpdateReport& report) {
  const Agent::Heads heads = agent_->Evaluate(batch.beliefs);
  ActorCriticInput input;
  input.parameters = heads.policy;
  input.values = heads.values;
  input.actions = unroll.actions;
  input.log_probabilities = unroll.log_probabilities;
  input.rewards = unroll.rewards;
  input.masks = unroll.masks;
  input.kinds = batch.kinds;
  if (group_->size() > 1) {
    const int64_t decisions =
        Decisions(batch.kinds_of_all(), batch.all_columns());
    input.decisions =
        std::max(static_cast<double>(decisions), 1.0) / batch.shares();
  }
  const ActorCriticTerms terms = ActorCriticLoss(
      agent_->distribution(), input, LossOptions(options_));
  if (context.log) {
    report.metrics.push_back({"loss.policy", terms.policy.item<double>()});
    report.metrics.push_back({"loss.baseline", terms.baseline.item<double>()});
    report.metrics.push_back({"entropy", terms.entropy.item<double>()});
    report.metrics.push_back({"ratio", terms.mean_ratio.item<double>()});
  }
  return terms.total;
}

Learner::Forward Learner::RunForward(const Unroll& unroll,
                                     const Unroll& there) {
  Forward forward;
  forward.batch.kinds = unroll.kinds_list();
  forward.encoded = agent_->Encode(there.observations);
  const CoreInput input = MakeCoreInput(*agent_, unroll, forward.batch.kinds,
                                        forward.encoded, options_.reward_clip);
  // The next unroll opens with record T, so what it needs is the state that
  // record T - 1 leaves.
  forward.core =
      agent_->core().Unroll(input, there.state, unroll.steps - 1);
  carried_ = FiniteRows(forward.core.state.detach());
  forward.batch.observations = there.observations;
  forward.batch.actions = there.actions;
  forward.batch.action_inputs = input.actions;
  forward.batch.rewards = input.rewards;
  forward.batch.steps = unroll.steps;
  forward.batch.columns = unroll.columns;
  GatherOthers(there, forward.batch);
  return forward;
}

at::Tensor Learner::AllColumns(const at::Tensor& own) {
  // With one column each, the flattened view keeps strides of its own.
  return ToDeviceOf(own, group_->Gather(own.cpu().contiguous())
                             .movedim(0, 1)
                             .flatten(1, 2)
                             .contiguous());
}

void Learner::GatherOthers(const Unroll& unroll, LearnerBatch& batch) {
  if (group_->size() == 1) return;
  batch.first_column = first_column();
  batch.all_kinds = KindsOf(AllColumns(unroll.kinds));
  if (std::none_of(tasks_.begin(), tasks_.end(),
                   [](const auto& task) { return task->compares(); })) {
    return;
  }
  for (const auto& [name, tensor] : unroll.observations) {
    batch.all_observations.Add(name, AllColumns(tensor));
  }
}

void Learner::ShareGradients(const at::Tensor& gradients) {
  if (group_->size() == 1) return;
  SumWherever(*group_, gradients);
  gradients.mul_(1.0 / static_cast<double>(group_->size()));
}

void Learner::ShareSums() {
  if (group_->size() == 1) return;
  std::vector<at::Tensor> sums;
  std::vector<int64_t> sizes;
  for (const auto& task : tasks_) {
    const at::Tensor own = task->Sums();
    if (!own.defined()) continue;
    sums.push_back(own);
    sizes.push_back(own.numel());
  }
  if (sums.empty()) return;
  // All by one call: a small one takes as long as it takes to be heard.
  const at::Tensor all = at::cat(sums);
  group_->Sum(all);
  const std::vector<at::Tensor> parts = all.split_with_sizes(sizes);
  for (size_t i = 0; i < sums.size(); ++i) sums[i].copy_(parts[i]);
}

// `loss` sees leaves of its own; its gradient there joins the backward pass.
template <typename Loss>
void Learner::RunLoss(const std::string& name, Forward& forward,
                      BackwardPass& backward, const UpdateContext& context,
                      UpdateReport& report, const Loss& loss, bool compares) {
  const bool shared = compares && group_->size() > 1;
  GradientSink sink(forward.encoded, forward.core);
  if (shared) sink.TakeAll(AllColumns(forward.encoded.detach()));
  sink.PutInto(forward.batch);
  const at::Tensor total = loss();
  if (total.requires_grad()) total.backward();
  if (shared) sink.AddFromOthers(*group_, first_column());
  // A share without frames has a part in the mean over shares.
  if (!total.requires_grad() && group_->size() == 1) return;
  if (context.log) {
    report.metrics.push_back({"loss." + name, total.template item<double>()});
    report.metrics.push_back({"gradient." + name, sink.GradientNorm()});
  }
  backward.Add(sink);
}

at::Tensor Learner::TaskLoss(size_t i, const LearnerBatch& batch,
                             const UpdateContext& context,
                             UpdateReport& report) {
  LossTerms terms = tasks_[i]->Compute(batch, context);
  for (Metric& metric : terms.metrics) {
    report.metrics.push_back(
        {task_names_[i] + "." + metric.name, metric.value, metric.weight});
  }
  return terms.total;
}

void Learner::RunProbes(const Unroll& unroll, Forward& forward,
                        BackwardPass& backward, const UpdateContext& context,
                        UpdateReport& report) {
  if (!probes_) return;
  const auto loss = [&](const ProbeView& view) {
    const ProbeBatch batch = DrawProbeBatch(
        *probes_, unroll, view, probing_.times,
        RandomStream(seed_, "probes.times"), context.update, first_column());
    if (context.log) {
      for (Metric& score : ProbeBatchScores(*probes_, batch)) {
        report.metrics.push_back({"probes." + score.name, score.value});
      }
    }
    return ProbeBatchLoss(*probes_, batch);
  };
  if (oracle_) {
    RunLoss("oracle", forward, backward, context, report,
            [&] {
              return loss({forward.batch.beliefs, forward.batch.memory});
            });
  } else {
    const bool learns =
        probing_.every > 0 && context.update % probing_.every == 0;
    // What is logged is seen, however seldom probes learn.
    if (!learns && !(context.log && probing_.every > 0)) return;
    const at::AutoGradMode gradients(learns);
    const at::Tensor total =
        loss(ProbeView(forward.core.beliefs, forward.core.memory).Detached());
    if (context.log) {
      report.metrics.push_back({"loss.probes", total.item<double>()});
    }
    if (!learns) return;
    total.backward();
  }
  ShareGradients(probes_->parameters().gradients());
  probes_->Step(probing_.learning_rate * schedule_.Share(context.update));
}

// The memory's own losses, which reach it as part of the core.
void Learner::AddMemory(const CoreOutput& core, BackwardPass& backward,
                        const UpdateContext& context, UpdateReport& report) {
  for (const NamedLoss& loss : core.losses) {
    backward.Add(loss);
    if (!context.log) continue;
    report.metrics.push_back(
        {"loss.memory." + loss.name, loss.value.item<double>()});
  }
  if (!context.log || !core.strength.defined()) return;
  report.metrics.push_back(
      {"memory.write_strength", core.strength.mean().item<double>()});
}

void Learner::StepOptimiser(const UpdateContext& context,
                            UpdateReport& report) {
  const double rate =
      options_.learning_rate * schedule_.Share(context.update);
  ShareGradients(parameters_.gradients());
  ShareSums();
  const Adam::Step step =
      adam_->Update(rate, parameters_.gradients(), parameters_.values());
  parameters_.ZeroGradients();
  report.skipped = step.skipped;
  if (!context.log) return;
  report.metrics.push_back({"gradient.norm", step.norm});
  report.metrics.push_back({"learning_rate", rate});
}

UpdateReport Learner::Update(const Unroll& unroll,
                             const UpdateContext& context) {
  const Bf16Products products(options_.precision == "bf16" && HasBf16());
  UpdateReport report;
  Stopwatch watch;
  const Unroll there = unroll.On(device_);
  agent_->Observe(there.observations, context.update, *group_);
  Forward forward = RunForward(unroll, there);
  watch.Lap(times_.core);
  BackwardPass backward(forward.encoded, forward.core);
  if (!scripted_) {
    RunLoss("rl", forward, backward, context, report, [&] {
      return ActorCritic(there, forward.batch, context, report);
    });
  }
  watch.Lap(times_.heads);
  for (size_t i = 0; i < tasks_.size(); ++i) {
    RunLoss(task_names_[i], forward, backward, context, report, [&] {
      return TaskLoss(i, forward.batch, context, report);
    }, tasks_[i]->compares());
    watch.Lap(times_.tasks[i]);
  }
  RunProbes(there, forward, backward, context, report);
  watch.Lap(times_.probes);
  AddMemory(forward.core, backward, context, report);
  backward.Run();
  watch.Lap(times_.core);
  StepOptimiser(context, report);
  if (!report.skipped) {
    for (const auto& task : tasks_) task->Learned();
  }
  watch.Lap(times_.optimiser);
  return report;
}

void Learner::Save(const std::string& prefix, TensorFile& file) const {
  parameters_.Save(prefix + "parameters.", file);
  adam_->Save(prefix + "adam.", file);
  if (probes_) probes_->Save(prefix + "probes.", file);
  for (size_t i = 0; i < tasks_.size(); ++i) {
    tasks_[i]->Save(prefix + task_names_[i] + ".", file);
  }
}

Status Learner::Load(const std::string& prefix, const TensorFile& file) {
  CREDO_RETURN_IF_ERROR(parameters_.Load(prefix + "parameters.", file));
  CREDO_RETURN_IF_ERROR(adam_->Load(prefix + "adam.", file));
  if (probes_) {
    CREDO_RETURN_IF_ERROR(probes_->Load(prefix + "probes.", file));
  }
  for (size_t i = 0; i < tasks_.size(); ++i) {
    CREDO_RETURN_IF_ERROR(
        tasks_[i]->Load(prefix + task_names_[i] + ".", file));
  }
  return OkStatus();
}

}  // namespace credo
