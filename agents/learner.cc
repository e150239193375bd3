#include "agents/learner.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "agents/actor_critic_loss.h"
#include "agents/beliefs.h"
#include "agents/probes/probe_batch.h"
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

// A copy of `tensor` where gradients gather, cut off from what made it.
at::Tensor Leaf(const at::Tensor& tensor) {
  return tensor.detach().requires_grad_(true);
}

// What one loss left at the beliefs, and at what else it read.
struct Sink {
  at::Tensor encoded;
  at::Tensor beliefs;
  at::Tensor memory;

  static Sink Of(const at::Tensor& encoded, const CoreOutput& core) {
    return {Leaf(encoded), Leaf(core.beliefs), Leaf(core.memory)};
  }
  // Over beliefs and memory together.
  double GradientNorm() const {
    double square = 0;
    for (const at::Tensor* tensor : {&beliefs, &memory}) {
      if (!tensor->grad().defined() || tensor->numel() == 0) continue;
      const double norm = tensor->grad().norm().item<double>();
      square += norm * norm;
    }
    return std::sqrt(square);
  }
  // Pairs (what the leaf was cut from, its gradient) for one backward pass.
  void Gather(const at::Tensor& encoded_root, const CoreOutput& core,
              std::vector<at::Tensor>& roots,
              std::vector<at::Tensor>& gradients) const {
    const auto add = [&](const at::Tensor& root, const at::Tensor& leaf) {
      if (!leaf.grad().defined() || !root.requires_grad()) return;
      for (size_t i = 0; i < roots.size(); ++i) {
        if (roots[i].is_same(root)) {
          gradients[i] = gradients[i] + leaf.grad();
          return;
        }
      }
      roots.push_back(root);
      gradients.push_back(leaf.grad());
    };
    add(encoded_root, encoded);
    add(core.beliefs, beliefs);
    add(core.memory, memory);
  }
};

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

Learner::Learner(const ExperimentOptions& options, const EnvironmentSpec&)
    : seed_(static_cast<uint64_t>(options.seed)),
      scripted_(options.actions == "scripted"),
      oracle_(options.oracle),
      options_(options.learner),
      probing_(options.probing),
      schedule_(options_, options_.frames) {}

Result<std::unique_ptr<Learner>> Learner::Make(
    const ExperimentOptions& options, const Parts& parts,
    const EnvironmentSpec& spec) {
  std::unique_ptr<Learner> learner(new Learner(options, spec));
  CREDO_ASSIGN_OR_RETURN(learner->agent_,
                         Agent::Make(options.agent, parts, spec,
                                     learner->parameters_));
  const AgentShape shape = learner->agent_->shape(options.learner.unroll,
                                                  options.learner.batch);
  for (size_t i = 0; i < options.auxiliary.size(); ++i) {
    const Selection& selection = options.auxiliary[i];
    const AuxiliaryTaskPart* part = FindPart(parts.tasks, selection.kind);
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
  learner->parameters_.Allocate(learner->seed_);
  const LearnerOptions& l = options.learner;
  learner->adam_ = std::make_unique<Adam>(
      learner->parameters_.size(),
      AdamOptions{l.beta1, l.beta2, l.epsilon, l.clip});
  CREDO_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<ProbeHead>> heads,
                         MakeProbeHeads(options.probes, parts, spec));
  if (!heads.empty()) {
    learner->probes_ = std::make_unique<ProbeNet>(
        options.probing, std::move(heads), shape.belief, learner->seed_);
  }
  learner->carried_ = learner->agent_->InitialState(l.batch);
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

UpdateReport Learner::Update(const Unroll& unroll,
                             const UpdateContext& context) {
  UpdateReport report;
  Stopwatch watch;
  const std::vector<Kind> kinds = unroll.kinds_list();
  const at::Tensor encoded = agent_->Encode(unroll.observations);
  const CoreInput core_input = MakeCoreInput(*agent_, unroll, kinds, encoded,
                                             options_.reward_clip);
  // The next unroll opens with record T, so what it needs is the state that
  // record T - 1 leaves.
  const CoreOutput core = agent_->core().Unroll(
      core_input, scripted_ ? carried_ : unroll.state, unroll.steps - 1);
  if (scripted_) carried_ = core.state.detach();
  watch.Lap(times_.core);

  LearnerBatch batch;
  batch.observations = unroll.observations;
  batch.actions = unroll.actions;
  batch.action_inputs = core_input.actions;
  batch.rewards = core_input.rewards;
  batch.kinds = kinds;
  batch.steps = unroll.steps;
  batch.columns = unroll.columns;
  std::vector<at::Tensor> roots;
  std::vector<at::Tensor> gradients;
  const auto run = [&](const std::string& name, const auto& loss) {
    const Sink sink = Sink::Of(encoded, core);
    batch.encoded = sink.encoded;
    batch.beliefs = sink.beliefs;
    batch.memory = sink.memory;
    const at::Tensor total = loss();
    if (!total.requires_grad()) return;
    total.backward();
    if (context.log) {
      report.metrics.push_back({"loss." + name, total.item<double>()});
      report.metrics.push_back({"gradient." + name, sink.GradientNorm()});
    }
    sink.Gather(encoded, core, roots, gradients);
  };

  if (!scripted_) {
    run("rl", [&] { return ActorCritic(unroll, batch, context, report); });
  }
  watch.Lap(times_.heads);
  for (size_t i = 0; i < tasks_.size(); ++i) {
    run(task_names_[i], [&] {
      LossTerms terms = tasks_[i]->Compute(batch, context);
      for (Metric& metric : terms.metrics) {
        report.metrics.push_back(
            {task_names_[i] + "." + metric.name, metric.value});
      }
      return terms.total;
    });
    watch.Lap(times_.tasks[i]);
  }
  const auto probe_loss = [&](const at::Tensor& beliefs) {
    return ProbeBatchLoss(*probes_, unroll, beliefs, probing_.times,
                          RandomStream(seed_, "probes.times"),
                          context.update);
  };
  const bool probe = probes_ && probing_.every > 0 &&
                     context.update % probing_.every == 0;
  if (probes_ && oracle_) {
    run("oracle", [&] { return probe_loss(batch.beliefs); });
  } else if (probe) {
    const at::Tensor loss = probe_loss(core.beliefs.detach());
    loss.backward();
    if (context.log) {
      report.metrics.push_back({"loss.probes", loss.item<double>()});
    }
  }
  if (probe || (probes_ && oracle_)) {
    probes_->Step(probing_.learning_rate * schedule_.Share(context.update));
  }
  watch.Lap(times_.probes);

  for (const NamedLoss& loss : core.losses) {
    roots.push_back(loss.value);
    gradients.push_back(at::ones_like(loss.value));
  }
  if (!roots.empty()) torch::autograd::backward(roots, gradients);
  watch.Lap(times_.core);
  const double rate =
      options_.learning_rate * schedule_.Share(context.update);
  const Adam::Step step =
      adam_->Update(rate, parameters_.gradients(), parameters_.values());
  parameters_.ZeroGradients();
  report.skipped = step.skipped;
  if (context.log) {
    report.metrics.push_back({"gradient.norm", step.norm});
    report.metrics.push_back({"learning_rate", rate});
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
  AddTensor(file, prefix + "carried", carried_);
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
  return LoadTensor(file, prefix + "carried", carried_);
}

}  // namespace credo
