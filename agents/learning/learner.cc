#include "agents/learning/learner.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "agents/acting/beliefs.h"
#include "agents/learning/actor_critic_loss.h"
#include "agents/learning/gradient_sink.h"
#include "agents/learning/memory_estimate.h"
#include "agents/probes/probe_batch.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/host_values.h"
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
                 at::Device device, bool repeats)
    : group_(group == nullptr ? &alone_ : group),
      device_(device),
      seed_(static_cast<uint64_t>(options.seed)),
      scripted_(options.actions == "scripted"),
      oracle_(options.oracle),
      options_(options.learner),
      probing_(options.probing),
      schedule_(options_, options_.frames),
      repeats_(repeats) {}

Result<std::unique_ptr<Learner>> Learner::Make(
    const ExperimentOptions& options, const Parts& parts,
    const EnvironmentSpec& spec, LearnerGroup* group, at::Device device,
    bool repeats) {
  std::unique_ptr<Learner> learner(
      new Learner(options, group, device, repeats));
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
  const LearnerOptions& l = options.learner;
  const at::ScalarType type = l.precision == "f64" ? at::kDouble : at::kFloat;
  learner->parameters_.Allocate(learner->seed_, type);
  learner->parameters_.MoveTo(device);
  if (!device.is_cpu() || type != at::kFloat) {
    learner->host_ = std::make_unique<HostAgent>();
    CREDO_ASSIGN_OR_RETURN(learner->host_->agent,
                           Agent::Make(options.agent, parts, spec,
                                       learner->host_->parameters));
    learner->host_->parameters.Allocate(learner->seed_);
  }
  learner->adam_ = std::make_unique<Adam>(
      learner->parameters_.size(),
      AdamOptions{l.beta1, l.beta2, l.epsilon, l.clip}, type);
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

const Agent& Learner::agent_on_host() const {
  if (host_ == nullptr) return *agent_;
  host_->parameters.CopyFrom(parameters_);
  return *host_->agent;
}

void Learner::Begin(const Unroll& unroll, const UpdateContext& context,
                    const at::Tensor& all_kinds) {
  if (now_ == nullptr) {
    now_ = std::make_unique<Now>(Now{unroll, context, {}});
  } else {
    now_->unroll = unroll;
    now_->context = context;
  }
  BatchRecords& records = now_->records;
  records.kinds = unroll.kinds_list();
  records.steps = unroll.steps;
  records.columns = unroll.columns;
  if (group_->size() == 1) return;
  records.first_column = first_column();
  records.all_kinds = KindsOf(all_kinds);
}

at::Tensor Learner::ActorCritic(const Unroll& there, const LearnerBatch& batch,
                                MetricTensors& log) {
  const Agent::Heads heads = agent_->Evaluate(batch.beliefs);
  ActorCriticInput input;
  input.parameters = heads.policy;
  input.values = heads.values;
  input.actions = there.actions;
  input.log_probabilities = there.log_probabilities;
  input.rewards = there.rewards;
  input.masks = there.masks;
  const at::Tensor weights = FromHost(
      input.values,
      [&records = batch.records(), discount = options_.discount] {
        const auto decisions = static_cast<double>(
            Decisions(records.kinds_of_all(), records.all_columns()));
        const ActorCriticWeights made =
            WeighDecisions(records.kinds, records.columns, discount,
                           std::max(decisions, 1.0) / records.shares());
        return at::stack({made.transitions.discounts, made.transitions.valid,
                          made.weights});
      });
  const ActorCriticTerms terms = ActorCriticLoss(
      agent_->distribution(), input,
      {.transitions = {.discounts = weights[0], .valid = weights[1]},
       .weights = weights[2]},
      LossOptions(options_));
  if (now_->context.log) {
    log.Add("loss.policy", terms.policy);
    log.Add("loss.baseline", terms.baseline);
    log.Add("entropy", terms.entropy);
    log.Add("ratio", terms.mean_ratio);
  }
  return terms.total;
}

Learner::Forward Learner::RunForward(const Unroll& there) {
  const Unroll& unroll = now_->unroll;
  Forward forward;
  static_cast<BatchRecords&>(forward.batch) = now_->records;
  forward.batch.kept = &now_->records;
  forward.encoded = agent_->Encode(there.observations);
  const CoreInput input =
      MakeCoreInput(*agent_, unroll, now_->records.kinds, forward.encoded,
                    options_.reward_clip);
  // The next unroll opens with record T, so what it needs is the state that
  // record T - 1 leaves.
  forward.core = agent_->core().Unroll(
      input, there.state.to(forward.encoded.scalar_type()), unroll.steps - 1);
  // A program that is repeated leaves it where it did before.
  carried_.copy_(FiniteRows(forward.core.state.detach()));
  forward.batch.observations = there.observations;
  forward.batch.actions = there.actions;
  forward.batch.action_inputs = input.actions;
  forward.batch.rewards = input.rewards;
  GatherOthers(there, forward.batch);
  return forward;
}

at::Tensor Learner::AllColumns(const at::Tensor& own) {
  // With one column each, the flattened view keeps strides of its own.
  return GatherWherever(*group_, own)
      .movedim(0, 1)
      .flatten(1, 2)
      .contiguous();
}

void Learner::GatherOthers(const Unroll& there, LearnerBatch& batch) {
  if (group_->size() == 1 ||
      std::none_of(tasks_.begin(), tasks_.end(),
                   [](const auto& task) { return task->compares(); })) {
    return;
  }
  for (const auto& [name, tensor] : there.observations) {
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
  SumWherever(*group_, all);
  const std::vector<at::Tensor> parts = all.split_with_sizes(sizes);
  for (size_t i = 0; i < sums.size(); ++i) sums[i].copy_(parts[i]);
}

// `loss` sees leaves of its own; its gradient there joins the backward pass.
template <typename Loss>
void Learner::RunLoss(const std::string& name, Forward& forward,
                      BackwardPass& backward, MetricTensors& log,
                      const Loss& loss, bool compares) {
  const bool shared = compares && group_->size() > 1;
  GradientSink sink(forward.encoded, forward.core);
  if (shared) sink.TakeAll(AllColumns(forward.encoded.detach()));
  sink.PutInto(forward.batch);
  const at::Tensor total = loss();
  if (total.requires_grad()) total.backward();
  if (shared) sink.AddFromOthers(*group_, first_column());
  // A share without frames has a part in the mean over shares.
  if (!total.requires_grad() && group_->size() == 1) return;
  if (now_->context.log) {
    log.Add("loss." + name, total);
    log.Add("gradient." + name, sink.GradientNorm());
  }
  backward.Add(sink);
}

at::Tensor Learner::TaskLoss(size_t i, const LearnerBatch& batch,
                             MetricTensors& log) {
  const LossTerms terms = tasks_[i]->Compute(batch, now_->context);
  if (now_->context.log) log.Add(task_names_[i] + ".", terms.metrics);
  return terms.total;
}

bool Learner::ProbesLearn() const {
  return probes_ != nullptr && !oracle_ && probing_.every > 0 &&
         now_->context.update % probing_.every == 0;
}

void Learner::RunProbes(const Unroll& there, Forward& forward,
                        BackwardPass& backward, MetricTensors& log) {
  if (!probes_) return;
  const UpdateContext& context = now_->context;
  const auto loss = [&](const ProbeView& view) {
    const ProbeBatch batch = DrawProbeBatch(
        *probes_, there, view, probing_.times,
        RandomStream(seed_, "probes.times"), context, first_column());
    if (context.log) log.Add("probes.", ProbeBatchScores(*probes_, batch));
    return ProbeBatchLoss(*probes_, batch);
  };
  if (oracle_) {
    RunLoss("oracle", forward, backward, log, [&] {
      return loss({forward.batch.beliefs, forward.batch.memory});
    });
  } else {
    const bool learns = ProbesLearn();
    // What is logged is seen, however seldom probes learn.
    if (!learns && !(context.log && probing_.every > 0)) return;
    const at::AutoGradMode gradients(learns);
    const at::Tensor total =
        loss(ProbeView(forward.core.beliefs, forward.core.memory).Detached());
    if (context.log) log.Add("loss.probes", total);
    if (!learns) return;
    total.backward();
  }
  const at::Tensor gradients = probes_->parameters().gradients();
  ShareGradients(gradients);
  probes_->Step(RateThere(gradients, probing_.learning_rate));
}

// The memory's own losses, which reach it as part of the core.
void Learner::AddMemory(const CoreOutput& core, BackwardPass& backward,
                        MetricTensors& log) {
  const bool logged = now_->context.log;
  for (const NamedLoss& loss : core.losses) {
    backward.Add(loss);
    if (logged) log.Add("loss.memory." + loss.name, loss.value);
  }
  if (logged && core.strength.defined()) {
    log.Add("memory.write_strength", core.strength.mean());
  }
}

at::Tensor Learner::RateThere(const at::Tensor& like, double full) const {
  return FromHost(like, [this, full] {
    return torch::tensor(full * schedule_.Share(now_->context.update),
                         torch::kDouble);
  });
}

at::Tensor Learner::StepOptimiser(MetricTensors& log) {
  const at::Tensor gradients = parameters_.gradients();
  ShareGradients(gradients);
  ShareSums();
  const at::Tensor rate = RateThere(gradients, options_.learning_rate);
  const Adam::Step step =
      adam_->Update(rate, gradients, parameters_.values());
  parameters_.ZeroGradients();
  if (now_->context.log) {
    log.Add("gradient.norm", step.norm);
    log.Add("learning_rate", rate);
  }
  return step.taken;
}

void Learner::Run(MetricTensors& log) {
  Stopwatch watch;
  const Unroll there = now_->unroll.On(device_);
  agent_->Observe(there.observations, now_->context.update, *group_);
  Forward forward = RunForward(there);
  watch.Lap(times_.core);
  BackwardPass backward(forward.encoded, forward.core);
  if (!scripted_) {
    RunLoss("rl", forward, backward, log,
            [&] { return ActorCritic(there, forward.batch, log); });
  }
  watch.Lap(times_.heads);
  for (size_t i = 0; i < tasks_.size(); ++i) {
    RunLoss(task_names_[i], forward, backward, log,
            [&] { return TaskLoss(i, forward.batch, log); },
            tasks_[i]->compares());
    watch.Lap(times_.tasks[i]);
  }
  RunProbes(there, forward, backward, log);
  watch.Lap(times_.probes);
  AddMemory(forward.core, backward, log);
  backward.Run();
  watch.Lap(times_.core);
  const at::Tensor taken = StepOptimiser(log);
  for (const auto& task : tasks_) task->Learned(taken);
  if (now_->context.log) log.Pack();
  watch.Lap(times_.optimiser);
}

bool Learner::MayRepeat() const {
  // What goes by the host is heard there.
  return repeats_ && group_->Reaches(device_) &&
         !agent_->Observes(now_->context.update) &&
         std::ranges::all_of(tasks_,
                             [](const auto& task) { return task->repeats(); });
}

std::vector<Metric> Learner::Update(const Unroll& unroll,
                                    const UpdateContext& context,
                                    const at::Tensor& all_kinds) {
  const Bf16Products products(options_.precision == "bf16" && HasBf16());
  std::optional<OperatorsAlone> doubles;
  if (options_.precision == "f64") doubles.emplace();
  Begin(unroll, context, all_kinds);
  if (MayRepeat()) {
    std::unique_ptr<Program>& program =
        programs_[context.log ? 1 : 0][ProbesLearn() ? 1 : 0];
    if (!program) {
      program.reset(new Program{RepeatedProgram(
          device_,
          [group = group_](bool can) { return AllCan(*group, can); })});
    }
    const RepeatedProgram::Ran ran = program->repeated.Run([&] {
      program->log = {};
      Run(program->log);
    });
    if (ran == RepeatedProgram::Ran::kRepeated) {
      ++repeated_;
      group_->WatchDevice();
    }
    if (ran != RepeatedProgram::Ran::kNot) return program->log.Read();
    program->log = {};
  }
  MetricTensors log;
  Run(log);
  return log.Read();
}

std::string Learner::graph_fault() const {
  for (const size_t logged : {0, 1}) {
    for (const auto& program : programs_[logged]) {
      if (!program || program->repeated.fault().empty()) continue;
      return (logged ? "when logged: " : "") + program->repeated.fault();
    }
  }
  return "";
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
  // They go by tensors that are replaced here.
  programs_ = {};
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
