#include "agents/runs/trainer.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <span>
#include <sstream>
#include <utility>

#include "agents/learning/rate_schedule.h"
#include "agents/runs/checkpoint_writer.h"
#include "agents/runs/evaluation.h"
#include "agents/runs/model_file.h"
#include "sdk/base/file.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                       begin)
      .count();
}

void PutMetrics(const std::vector<Metric>& metrics, const std::string& prefix,
                TensorFile& file) {
  std::string names;
  const at::Tensor values = torch::zeros(
      {static_cast<int64_t>(metrics.size()), 2}, torch::kDouble);
  double* value = values.data_ptr<double>();
  for (const Metric& metric : metrics) {
    names += metric.name + "\n";
    *value++ = metric.value;
    *value++ = metric.weight;
  }
  file.AddText(prefix + "names", names);
  AddTensor(file, prefix + "values", values);
}

// None where there are none.
Status GetMetrics(const TensorFile& file, const std::string& prefix,
                  std::vector<Metric>& metrics) {
  metrics.clear();
  if (file.Find(prefix + "names") == nullptr) return OkStatus();
  CREDO_ASSIGN_OR_RETURN(const std::string names,
                         file.Text(prefix + "names"));
  std::istringstream lines(names);
  std::string name;
  while (std::getline(lines, name)) metrics.push_back({name, 0});
  at::Tensor values = torch::zeros(
      {static_cast<int64_t>(metrics.size()), 2}, torch::kDouble);
  CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + "values", values));
  const double* value = values.const_data_ptr<double>();
  for (Metric& metric : metrics) {
    metric.value = *value++;
    metric.weight = *value++;
  }
  return OkStatus();
}

Status CheckRanks(const LearnerOptions& options, int64_t ranks) {
  if (options.IsSharedBy(ranks)) return OkStatus();
  return InvalidArgument(
      "learner.batch: expected for each of " + std::to_string(ranks) +
      " ranks and each of its learner.shards (" +
      std::to_string(options.shards) +
      ") an equal number of whole groups of characters "
      "(learner.actor_group " + std::to_string(options.actor_group) +
      "), found " + std::to_string(options.batch));
}

// Threads are for a CPU: a GPU is shared by none.
Result<at::Device> PlaceToLearn(const LearnerOptions& options,
                                const RankGroup* ranks) {
  const bool shared = options.shards > 1;
  const std::string name =
      shared && options.device == "auto" ? "cpu" : options.device;
  const Result<at::Device> device =
      DeviceOf(name, ranks == nullptr ? 0 : ranks->local());
  if (!device.ok()) return device.status().At("learner.device");
  if (shared && !device->is_cpu()) {
    return InvalidArgument("learner.shards: expected 1 on " + device->str() +
                           ", found " + std::to_string(options.shards));
  }
  return device;
}

Status FirstFailure(const std::vector<Status>& results) {
  for (const Status& result : results) CREDO_RETURN_IF_ERROR(result);
  return OkStatus();
}

}  // namespace

EnvironmentFactory MakeWorldFactory(const ExperimentOptions& options,
                                    const Parts& parts) {
  const WorldPart* world = FindPart(parts.worlds, options.world.kind);
  TORCH_CHECK(world != nullptr, "no world named ", options.world.kind);
  const Options& world_options = *options.world.options;
  return [world, &world_options] { return world->make(world_options); };
}

Trainer::Trainer(ExperimentOptions& options, const Parts& parts,
                 RankGroup* ranks)
    : options_(options), parts_(parts), ranks_(ranks), watch_(options) {}

Result<std::unique_ptr<Trainer>> Trainer::Make(ExperimentOptions& options,
                                               const Parts& parts,
                                               RankGroup* ranks,
                                               const at::Device* place) {
  at::set_num_threads(1);
  std::unique_ptr<Trainer> trainer(new Trainer(options, parts, ranks));
  trainer->worlds_ = MakeWorldFactory(options, parts);
  Result<std::unique_ptr<Environment>> world =
      MakeEnvironment(trainer->worlds_);
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
  CREDO_ASSIGN_OR_RETURN(
      const at::Device device,
      place == nullptr ? PlaceToLearn(options.learner, ranks) : *place);
  LearnerGroup* group = &trainer->alone_;
  if (ranks != nullptr) {
    group = ranks;
    const std::string why =
        ranks->Reach(device, device.is_cpu() ? "" : "libnccl.so.2");
    if (!device.is_cpu()) trainer->unreached_ = why;
  }
  CREDO_RETURN_IF_ERROR(CheckRanks(options.learner, group->size()));
  CREDO_ASSIGN_OR_RETURN(trainer->shards_,
                         Shards::Make(options, parts, trainer->worlds_,
                                      trainer->spec_, *group, device));
  trainer->updates_ =
      RateSchedule(options.learner, options.learner.frames).updates();
  return trainer;
}

Status Trainer::FillFirst() {
  if (filled_ || !acted_.ok()) return acted_;
  std::vector<Status> acted(shards_->count());
  shards_->Each([&](int64_t i) {
    acted[i] = (*shards_)[i].FillCurrent(/*opens=*/!opened_);
  });
  acted_ = FirstFailure(acted);
  CREDO_RETURN_IF_ERROR(acted_);
  filled_ = opened_ = true;
  return OkStatus();
}

void Trainer::Step(bool log, std::vector<Metric>& metrics) {
  const bool last = update_ + 1 >= updates_;
  const bool overlap = options_.learner.lag == 1 && !last;
  const int64_t count = shards_->count();
  for (int64_t i = 0; i < count; ++i) watch_.Add((*shards_)[i].current());
  const UpdateContext context{
      update_, static_cast<uint64_t>(options_.seed), log};
  std::vector<Status> acted(count);
  std::vector<std::vector<Metric>> told(count);
  shards_->Each([&](int64_t i) {
    told[i] = (*shards_)[i].Step(context, all_kinds_, overlap, acted[i]);
  });
  metrics = MetricsOfAll(told);
  if (log) metrics = OfAllRanks(std::move(metrics));
  ++update_;
  // A failure is told by the next step: this update is whole.
  acted_ = FirstFailure(acted);
  filled_ = overlap && acted_.ok();
}

Status Trainer::Agree(bool stops, bool opened, const Status& acted,
                      const Status& failure) {
  if (ranks_ == nullptr) {
    CREDO_RETURN_IF_ERROR(failure);
    CREDO_RETURN_IF_ERROR(acted);
    if (shards_->count() > 1) all_kinds_ = shards_->kinds();
    return stops ? Cancelled("stopped") : OkStatus();
  }
  // All that is small by one call: what it takes is to be heard.
  const at::Tensor kinds = shards_->kinds();
  const at::Tensor votes =
      torch::tensor({stops, !acted.ok(), !failure.ok()}, torch::kByte);
  const at::Tensor all = ranks_->Gather(at::cat({votes, kinds.flatten()}));
  all_kinds_ = all.narrow(1, 3, kinds.numel())
                   .view({-1, kinds.size(0), kinds.size(1)})
                   .movedim(0, 1)
                   .flatten(1, 2)
                   .contiguous();
  const at::Tensor any = std::get<0>(all.narrow(1, 0, 3).max(0));
  const auto* const vote = any.const_data_ptr<uint8_t>();
  const Status another = Internal("another rank failed");
  if (vote[1] > 0) {
    acted_ = acted.ok() ? another : acted;
    filled_ = false;
    if (opened) opened_ = false;
    return acted_;
  }
  if (vote[2] > 0) return failure.ok() ? another : failure;
  return vote[0] > 0 ? Cancelled("stopped") : OkStatus();
}

std::vector<Metric> Trainer::OfAllRanks(std::vector<Metric> metrics) const {
  if (ranks_ == nullptr) return metrics;
  TensorFile own;
  own.content = "metrics";
  PutMetrics(metrics, "", own);
  std::vector<std::vector<Metric>> all;
  for (const std::string& bytes :
       ranks_->Collect(SerializeTensorFile(own))) {
    const auto file = ParseTensorFile(std::as_bytes(std::span(bytes)),
                                      "metrics", "metrics of a rank");
    TORCH_CHECK(file.ok(), file.status().message());
    const Status got = GetMetrics(*file, "", all.emplace_back());
    TORCH_CHECK(got.ok(), got.message());
  }
  return all.empty() ? metrics : MetricsOfAll(all);
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
  const LearnerOptions& how = options_.learner;
  if (too_long_ || !IsEvaluated(update_)) return OkStatus();
  const auto begin = std::chrono::steady_clock::now();
  // All ranks evaluate the same, so that none waits for another; they must
  // end together.
  static const std::atomic<int> kNeverStops = 0;
  const Result<Evaluation> evaluation =
      Evaluate(learner().agent_on_host(), worlds_,
               static_cast<uint64_t>(options_.seed), how.evaluate_episodes,
               ActionSource::kPolicy, how.reward_clip, kLongestEpisode,
               ranks_ == nullptr ? &stop : &kNeverStops);
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
  const UpdateTimes& times = learner().times();
  std::vector<Metric> metrics = {{"time.seconds", seconds},
                                 {"time.acting", shards_->acting_seconds()},
                                 {"time.core", times.core},
                                 {"time.heads", times.heads},
                                 {"time.probes", times.probes},
                                 {"time.optimiser", times.optimiser},
                                 {"time.saving", saving_}};
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

std::string Trainer::WhatIsSlow() const {
  const auto without_graph = [](const std::string& what,
                                const std::string& why) {
    return what + " run operator by operator, for a graph cannot hold them: " +
           why.substr(0, why.find('\n'));
  };
  if (!unreached_.empty()) {
    return without_graph("updates",
                         "their sums go by the host (" + unreached_ + ")");
  }
  if (const std::string fault = learner().graph_fault(); !fault.empty()) {
    return without_graph("updates", fault);
  }
  const std::string fault = shards_->first().actors().graph_fault();
  return fault.empty() ? "" : without_graph("decisions", fault);
}

Status Trainer::Log(const RunFolder& folder, const std::atomic<int>& stop,
                    const Listener& listener, std::vector<Metric> metrics) {
  std::string note = watch_.Note();
  if (note.empty() && !told_slow_) {
    note = WhatIsSlow();
    told_slow_ = !note.empty();
  }
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
  metrics.push_back({"skipped", static_cast<double>(learner().skipped())});
  if (!writes()) return evaluated;
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
  CheckpointWriter writer(folder);
  const auto begin_to_save = [&]() -> Status {
    const auto begin = std::chrono::steady_clock::now();
    TensorFile snapshot = Snapshot();
    const Status begun =
        writes() ? writer.Begin(std::move(snapshot)) : OkStatus();
    saving_ += SecondsSince(begin);
    return begun;
  };
  const auto save = [&]() -> Status {
    CREDO_RETURN_IF_ERROR(begin_to_save());
    return writer.End();
  };
  const auto save_model = [&] {
    return writes() ? ReplaceFile(folder.model(), Model()) : OkStatus();
  };
  const auto stopped = [&]() -> Status {
    CREDO_RETURN_IF_ERROR(save());
    return Cancelled("stopped at " + std::to_string(frames()) +
                     " frames; --resume goes on from there");
  };
  // Saves all that was learned before `failure`, and returns it.
  const auto fail = [&](const Status& failure) -> Status {
    if (failure.code() == StatusCode::kCancelled) return stopped();
    CREDO_RETURN_IF_ERROR(save());
    CREDO_RETURN_IF_ERROR(save_model());
    return failure;
  };
  bool is_due = false;  // whether a checkpoint is to be written
  Status status;
  if (!unlogged_.empty()) {
    status = Log(folder, stop, listener, std::exchange(unlogged_, {}));
  }
  while (true) {
    const bool stops = stop.load() != 0 && update_ < updates_;
    if (status.ok()) status = writer.SoFar();
    const bool opened = !opened_;
    Status acted;
    // Ranks fill all the same: what is saved is of one moment.
    if (update_ < updates_ && (ranks_ != nullptr || (status.ok() && !stops))) {
      acted = FillFirst();
    }
    status = Agree(stops, opened, acted, status);
    if (!status.ok()) return fail(status);
    if (update_ >= updates_) break;
    if (std::exchange(is_due, false)) CREDO_RETURN_IF_ERROR(begin_to_save());
    const bool log = IsLogged(update_ + 1);
    std::vector<Metric> metrics;
    Step(log, metrics);
    if (log) status = Log(folder, stop, listener, std::move(metrics));
    // Saved once all ranks agreed that they got here.
    is_due = update_ % options_.learner.checkpoint_every == 0;
  }
  // Both are done: the second one by all ranks.
  const Status model_saved = save_model();
  CREDO_RETURN_IF_ERROR(save());
  CREDO_RETURN_IF_ERROR(model_saved);
  if (learner().skipped() < updates_) return OkStatus();
  return Internal(
      "nothing was learned: expected finite gradients, found none in all " +
      std::to_string(updates_) +
      " updates; are observations or rewards too large?");
}

TensorFile Trainer::Snapshot() const {
  TensorFile file;
  file.content = "checkpoint";
  file.metadata["update"] = std::to_string(update_);
  const Status added = AddColumns(file);
  TORCH_CHECK(added.ok(), added.message());
  if (!writes()) return file;
  learner().Save("learner.", file);
  shards_->first().acting_parameters().Save("acting.", file);
  AddTensor(file, "progress",
            torch::tensor({update_, int64_t{filled_}, int64_t{opened_}},
                          torch::kLong));
  if (!unlogged_.empty()) PutMetrics(unlogged_, "unlogged.", file);
  return file;
}

std::string Trainer::Checkpoint() const {
  const TensorFile file = Snapshot();
  return writes() ? SerializeTensorFile(file) : "";
}

Status Trainer::AddColumns(TensorFile& file) const {
  const bool before_fill = !acted_.ok();
  if (ranks_ == nullptr) {
    shards_->SaveColumns(before_fill, spec_, file);
    return OkStatus();
  }
  TensorFile own;
  own.content = "columns";
  // What is taken off a device is there once all sums are over, and none of it
  // is saved if one was broken off: then this call throws.
  shards_->SaveColumns(before_fill, spec_, own);
  std::vector<TensorFile> all;
  for (const std::string& bytes :
       ranks_->Collect(SerializeTensorFile(own))) {
    CREDO_ASSIGN_OR_RETURN(
        TensorFile one, ParseTensorFile(std::as_bytes(std::span(bytes)),
                                        "columns", "columns of a rank"));
    all.push_back(std::move(one));
  }
  return all.empty() ? OkStatus() : shards_->JoinColumns(all, spec_, file);
}

WeightFit Trainer::BeginWith(const TensorFile& file, bool partial) {
  WeightFit fit;
  for (int64_t i = 0; i < shards_->count(); ++i) {
    Shard& shard = (*shards_)[i];
    fit = TakeInitialWeights(file, partial, shard.learner());
    shard.acting_parameters().CopyFrom(shard.learner().parameters());
  }
  return fit;
}

Status Trainer::Restore(const TensorFile& checkpoint) {
  for (int64_t i = 0; i < shards_->count(); ++i) {
    Shard& shard = (*shards_)[i];
    CREDO_RETURN_IF_ERROR(shard.learner().Load("learner.", checkpoint));
    CREDO_RETURN_IF_ERROR(
        shard.acting_parameters().Load("acting.", checkpoint));
  }
  CREDO_RETURN_IF_ERROR(shards_->LoadColumns(checkpoint, spec_));
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
  return GetMetrics(checkpoint, "unlogged.", unlogged_);
}

std::string Trainer::Model() const {
  return SerializeModel(spec_, options_, learner(), frames());
}

}  // namespace credo
