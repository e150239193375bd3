#include "agents/runs/trainer.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "agents/learning/rate_schedule.h"
#include "agents/runs/evaluation.h"
#include "agents/runs/model_file.h"
#include "sdk/base/file.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                       begin)
      .count();
}

}  // namespace

EnvironmentFactory MakeWorldFactory(const ExperimentOptions& options,
                                    const Parts& parts) {
  const WorldPart* world = FindPart(parts.worlds, options.world.kind);
  TORCH_CHECK(world != nullptr, "no world named ", options.world.kind);
  const Options& world_options = *options.world.options;
  return [world, &world_options] { return world->make(world_options); };
}

Trainer::Trainer(ExperimentOptions& options, const Parts& parts)
    : options_(options), parts_(parts), watch_(options) {}

Result<std::unique_ptr<Trainer>> Trainer::Make(ExperimentOptions& options,
                                               const Parts& parts) {
  at::set_num_threads(1);
  std::unique_ptr<Trainer> trainer(new Trainer(options, parts));
  const EnvironmentFactory factory = MakeWorldFactory(options, parts);
  Result<std::unique_ptr<Environment>> world = MakeEnvironment(factory);
  if (!world.ok()) {
    const bool wrong_options =
        world.status().code() == StatusCode::kInvalidArgument;
    return world.status().At(
        wrong_options ? "world" : "world '" + options.world.kind + "'");
  }
  trainer->spec_ = (*world)->spec();
  if (Status status = CheckSpec(trainer->spec_); !status.ok()) {
    return status.At("world '" + options.world.kind + "'");
  }
  CREDO_ASSIGN_OR_RETURN(trainer->learner_,
                         Learner::Make(options, parts, trainer->spec_));
  CREDO_ASSIGN_OR_RETURN(
      trainer->acting_, Agent::Make(options.agent, parts, trainer->spec_,
                                    trainer->acting_parameters_));
  const uint64_t seed = static_cast<uint64_t>(options.seed);
  trainer->acting_parameters_.Allocate(seed);
  const LearnerOptions& learner = options.learner;
  const ActorSettings settings{SourceOf(options), seed, learner.reward_clip};
  CREDO_ASSIGN_OR_RETURN(
      trainer->actors_,
      ActorPool::Make(factory, *trainer->acting_, settings, learner.batch,
                      learner.actor_group, learner.actor_threads));
  const int64_t floats = trainer->acting_->core().layout().floats();
  for (auto* unroll : {&trainer->current_, &trainer->next_}) {
    *unroll = std::make_unique<Unroll>(trainer->spec_, learner.unroll,
                                       learner.batch, floats);
  }
  trainer->updates_ = RateSchedule(learner, learner.frames).updates();
  return trainer;
}

Status Trainer::FillFirst() {
  if (filled_ || !acted_.ok()) return acted_;
  if (options_.learner.lag == 0) {
    acting_parameters_.CopyFrom(learner_->parameters());
  }
  actors_->Start(opened_ ? next_.get() : nullptr, *current_);
  acted_ = actors_->Wait();
  CREDO_RETURN_IF_ERROR(acted_);
  filled_ = opened_ = true;
  return OkStatus();
}

Status Trainer::Step(bool log, std::vector<Metric>& metrics) {
  CREDO_RETURN_IF_ERROR(FillFirst());
  const bool last = update_ + 1 >= updates_;
  const bool lag = options_.learner.lag == 1;
  const bool overlap = lag && !last;
  if (lag) acting_parameters_.CopyFrom(learner_->parameters());
  if (overlap) actors_->Start(current_.get(), *next_);
  // Where no agent acts nobody else knows the state before record 0.
  if (options_.actions == "scripted") {
    current_->state.copy_(learner_->carried());
  }
  watch_.Add(*current_);
  const UpdateContext context{
      update_, static_cast<uint64_t>(options_.seed), log};
  UpdateReport report = learner_->Update(*current_, context);
  metrics = std::move(report.metrics);
  ++update_;
  // A failure is told by the next step: this update is whole.
  if (overlap) acted_ = actors_->Wait();
  std::swap(current_, next_);
  filled_ = overlap && acted_.ok();
  return OkStatus();
}

bool Trainer::IsEvaluated(int64_t update) const {
  const int64_t every = options_.learner.evaluate_every;
  return every > 0 && options_.actions == "policy" &&
         (update % every == 0 || update == updates_);
}

bool Trainer::IsLogged(int64_t update) const {
  return update % options_.learner.log_every == 0 || update == updates_ ||
         IsEvaluated(update);
}

Status Trainer::AddEvaluation(const std::atomic<int>& stop,
                              std::vector<Metric>& metrics,
                              std::string& note) {
  const LearnerOptions& learner = options_.learner;
  if (too_long_ || !IsEvaluated(update_)) return OkStatus();
  const auto begin = std::chrono::steady_clock::now();
  const Result<Evaluation> evaluation =
      Evaluate(learner_->agent(), MakeWorldFactory(options_, parts_),
               static_cast<uint64_t>(options_.seed), learner.evaluate_episodes,
               ActionSource::kPolicy, learner.reward_clip, kLongestEpisode,
               &stop);
  evaluating_ += SecondsSince(begin);
  // A world without end can be learned in all the same.
  too_long_ = evaluation.status().code() == StatusCode::kFailedPrecondition;
  if (too_long_) {
    note += (note.empty() ? "" : "; ") +
            ("learner.evaluate_every: evaluations are left out: " +
             evaluation.status().message());
    return OkStatus();
  }
  CREDO_RETURN_IF_ERROR(evaluation.status());
  metrics.push_back({"eval.return", evaluation->episode_return.mean});
  metrics.push_back({"eval.length", evaluation->length});
  return OkStatus();
}

std::vector<Metric> Trainer::TimeMetrics(double seconds) const {
  const UpdateTimes& times = learner_->times();
  std::vector<Metric> metrics = {{"time.seconds", seconds},
                                 {"time.acting", actors_->busy_seconds()},
                                 {"time.core", times.core},
                                 {"time.heads", times.heads},
                                 {"time.probes", times.probes},
                                 {"time.optimiser", times.optimiser}};
  double learning =
      times.core + times.heads + times.probes + times.optimiser;
  for (const double task : times.tasks) learning += task;
  for (size_t i = 0; i < times.tasks.size(); ++i) {
    const std::string name = "time.auxiliary." + std::to_string(i);
    metrics.push_back({name, times.tasks[i]});
    metrics.push_back(
        {name + ".share", learning > 0 ? times.tasks[i] / learning : 0});
  }
  return metrics;
}

Status Trainer::Log(const RunFolder& folder, const std::atomic<int>& stop,
                    const Listener& listener, std::vector<Metric> metrics) {
  std::string note = watch_.Note();
  std::vector<Metric> learned = metrics;
  const Status evaluated = AddEvaluation(stop, metrics, note);
  if (evaluated.code() == StatusCode::kCancelled) {
    unlogged_ = std::move(learned);
    return evaluated;
  }
  const double seconds = SecondsSince(begin_);
  const double rate = static_cast<double>(frames() - frames_before_) /
                      (seconds - evaluating_);
  metrics.insert(metrics.begin(), {"frames_per_second", rate});
  for (Metric& metric : TimeMetrics(seconds)) metrics.push_back(metric);
  metrics.push_back({"skipped", static_cast<double>(learner_->skipped())});
  CREDO_RETURN_IF_ERROR(folder.AppendMetrics(update_, frames(), metrics));
  if (listener) {
    listener({update_, updates_, frames(), rate, metrics, note});
  }
  return evaluated;
}

Status Trainer::Run(const RunFolder& folder, const std::atomic<int>& stop,
                    const Listener& listener) {
  begin_ = std::chrono::steady_clock::now();
  frames_before_ = frames();
  const auto save = [&] { return folder.WriteCheckpoint(Checkpoint()); };
  const auto stopped = [&]() -> Status {
    CREDO_RETURN_IF_ERROR(save());
    return Cancelled("stopped at " + std::to_string(frames()) +
                     " frames; --resume goes on from there");
  };
  // Saves all that was learned before `failure`, and returns it.
  const auto fail = [&](const Status& failure) -> Status {
    if (failure.code() == StatusCode::kCancelled) return stopped();
    CREDO_RETURN_IF_ERROR(save());
    CREDO_RETURN_IF_ERROR(ReplaceFile(folder.model(), Model()));
    return failure;
  };
  if (!unlogged_.empty()) {
    const Status status =
        Log(folder, stop, listener, std::exchange(unlogged_, {}));
    if (!status.ok()) return fail(status);
  }
  while (update_ < updates_) {
    if (stop.load() != 0) return stopped();
    const bool log = IsLogged(update_ + 1);
    std::vector<Metric> metrics;
    Status status = Step(log, metrics);
    if (status.ok() && log) {
      status = Log(folder, stop, listener, std::move(metrics));
    }
    if (!status.ok()) return fail(status);
    if (update_ % options_.learner.checkpoint_every == 0 &&
        update_ < updates_) {
      CREDO_RETURN_IF_ERROR(save());
    }
  }
  CREDO_RETURN_IF_ERROR(ReplaceFile(folder.model(), Model()));
  CREDO_RETURN_IF_ERROR(save());
  if (learner_->skipped() < updates_) return OkStatus();
  return Internal(
      "nothing was learned: expected finite gradients, found none in all " +
      std::to_string(updates_) +
      " updates; are observations or rewards too large?");
}

std::string Trainer::Checkpoint() const {
  TensorFile file;
  file.content = "checkpoint";
  file.metadata["update"] = std::to_string(update_);
  learner_->Save("learner.", file);
  acting_parameters_.Save("acting.", file);
  actors_->Save("actors.", /*before_fill=*/!acted_.ok(), file);
  current_->Save("unroll.", file);
  next_->Save("unroll_before.", file);
  AddTensor(file, "progress",
            torch::tensor({update_, int64_t{filled_}, int64_t{opened_}},
                          torch::kLong));
  SaveUnlogged(file);
  return SerializeTensorFile(file);
}

void Trainer::SaveUnlogged(TensorFile& file) const {
  if (unlogged_.empty()) return;
  std::string names;
  std::vector<double> values;
  for (const Metric& metric : unlogged_) {
    names += metric.name + "\n";
    values.push_back(metric.value);
  }
  file.AddText("unlogged.names", names);
  AddTensor(file, "unlogged.values", torch::tensor(values, torch::kDouble));
}

Status Trainer::LoadUnlogged(const TensorFile& file) {
  unlogged_.clear();
  if (file.Find("unlogged.names") == nullptr) return OkStatus();
  CREDO_ASSIGN_OR_RETURN(const std::string names, file.Text("unlogged.names"));
  std::istringstream lines(names);
  std::string name;
  while (std::getline(lines, name)) unlogged_.push_back({name, 0});
  at::Tensor values = torch::zeros(
      {static_cast<int64_t>(unlogged_.size())}, torch::kDouble);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, "unlogged.values", values));
  for (size_t i = 0; i < unlogged_.size(); ++i) {
    unlogged_[i].value = values.const_data_ptr<double>()[i];
  }
  return OkStatus();
}

WeightFit Trainer::BeginWith(const TensorFile& file, bool partial) {
  WeightFit fit = TakeInitialWeights(file, partial, *learner_);
  acting_parameters_.CopyFrom(learner_->parameters());
  return fit;
}

Status Trainer::Restore(const TensorFile& checkpoint) {
  CREDO_RETURN_IF_ERROR(learner_->Load("learner.", checkpoint));
  CREDO_RETURN_IF_ERROR(acting_parameters_.Load("acting.", checkpoint));
  CREDO_RETURN_IF_ERROR(actors_->Load("actors.", checkpoint));
  CREDO_RETURN_IF_ERROR(current_->Load("unroll.", checkpoint));
  CREDO_RETURN_IF_ERROR(next_->Load("unroll_before.", checkpoint));
  at::Tensor progress = torch::zeros({3}, torch::kLong);
  CREDO_RETURN_IF_ERROR(LoadTensor(checkpoint, "progress", progress));
  const int64_t* numbers = progress.const_data_ptr<int64_t>();
  if (numbers[0] < 0 || (numbers[1] | numbers[2] | 1) != 1) {
    return InvalidArgument(
        "progress: expected a number of updates and two of 0 or 1, found " +
        std::to_string(numbers[0]) + ", " + std::to_string(numbers[1]) +
        ", " + std::to_string(numbers[2]));
  }
  update_ = numbers[0];
  filled_ = numbers[1] != 0;
  opened_ = numbers[2] != 0;
  return LoadUnlogged(checkpoint);
}

std::string Trainer::Model() const {
  return SerializeModel(spec_, options_, *learner_, frames());
}

}  // namespace credo
