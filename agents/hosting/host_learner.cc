#include "agents/hosting/host_learner.h"

#include <ATen/Parallel.h>
#include <cxxabi.h>
#include <sys/resource.h>
#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/hosting/episode_keeper.h"
#include "agents/hosting/unroll_filler.h"
#include "agents/learning/learner.h"
#include "agents/learning/rate_schedule.h"
#include "agents/runs/model_file.h"
#include "agents/runs/run_differences.h"
#include "sdk/base/file.h"
#include "sdk/base/folder_lock.h"
#include "sdk/config/yaml.h"
#include "sdk/tensor/tensor_io.h"
#include "sdk/worlds/host.h"

namespace credo {
namespace {

using Clock = std::chrono::steady_clock;

// How long the thread sleeps when there is nothing to learn from.
constexpr auto kPause = std::chrono::milliseconds(2);
constexpr auto kStopWithin = std::chrono::milliseconds(900);
// Whole columns that wait, beside one that each row fills, in batches.
constexpr int64_t kWaitingBatches = 2;

int64_t Nanoseconds() { return Clock::now().time_since_epoch().count(); }

// The options of the run that lies in the folder must be those of now.
Status CheckSameRun(const RunFolder& folder, const Parts& parts,
                    ExperimentOptions& options) {
  CREDO_ASSIGN_OR_RETURN(const std::vector<std::string> differences,
                         RunDifferences(folder, parts, options));
  for (const std::string& difference : differences) {
    if (DifferenceKey(difference) == "learner.frames") continue;
    return InvalidArgument(
        folder.path() +
        ": expected a new folder or the configuration of the run in it (only "
        "learner.frames may change), found another: " +
        difference);
  }
  return OkStatus();
}

}  // namespace

// What the handle and the thread share: whoever is left last ends it.
struct HostLearner::Core {
  Core(std::unique_ptr<ExperimentOptions> options, const Parts& parts,
       const EnvironmentSpec& spec, const RunFolder& folder)
      : options(std::move(options)), parts(parts), spec(spec), folder(folder) {}

  struct Attached {
    std::shared_ptr<Experience> experience;
    Publish publish;
  };

  int64_t frames() const {
    return update * options->learner.frames_per_update();
  }
  std::string Model() const {
    return SerializeModel(spec, *options, *learner, frames());
  }
  Status Restore();
  Status PrepareFolder();
  Status WriteAll();
  void Run(const HostThread& how);
  void Loop(const HostThread& how);
  bool Gather();
  void Learn(const HostThread& how);
  void Log(std::vector<Metric> metrics);
  void PublishAll();
  void TakeSaveRequest();
  void Tell(const Status& failure);
  ExperienceCounts counts() const;
  void End(HostState with, const std::string& message);

  const std::unique_ptr<ExperimentOptions> options;
  const Parts& parts;
  const EnvironmentSpec spec;
  const RunFolder folder;
  std::optional<FolderLock> lock;

  // Of the learner's thread while it runs, else of the handle's.
  std::unique_ptr<Learner> learner;
  std::unique_ptr<Unroll> unroll;
  std::unique_ptr<UnrollFiller> filler;
  std::unique_ptr<EpisodeKeeper> keeper;
  int64_t update = 0;
  int64_t updates = 0;  // of the whole run
  int64_t frames_at_start = 0;
  Clock::time_point start;
  ExperienceCounts logged;  // when metrics were written last

  // Held while experience is taken and weights are handed on.
  std::mutex attaching;
  std::vector<Attached> attached;
  std::string model;  // the weights that were handed on last

  // Guarded by mutex, which is never held for long.
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::shared_ptr<Experience>> counted;  // what is attached
  ExperienceCounts detached;  // of what no longer is
  std::string message;
  bool running = false;
  bool save_wanted = false;

  std::atomic<bool> stop = false;
  std::atomic<HostState> state = HostState::kIdle;
  std::atomic<int64_t> updates_done = 0;
  std::atomic<int64_t> publishes = 0;
  std::atomic<int64_t> saves = 0;
  std::atomic<int64_t> skipped_updates = 0;
  std::atomic<double> rate = 0;
  std::atomic<double> seconds_learning = 0;
  std::atomic<int64_t> update_began = 0;  // 0: none is under way
};

namespace {

void AddCounts(const ExperienceCounts& more, ExperienceCounts& sum) {
  sum.records += more.records;
  sum.lost += more.lost;
  sum.skipped += more.skipped;
  sum.columns += more.columns;
  sum.episodes += more.episodes;
  sum.return_sum += more.return_sum;
  sum.length_sum += more.length_sum;
}

}  // namespace

Status HostLearner::Core::Restore() {
  if (!folder.HasCheckpoint()) return OkStatus();
  CREDO_RETURN_IF_ERROR(CheckSameRun(folder, parts, *options));
  CREDO_ASSIGN_OR_RETURN(const TensorFile checkpoint,
                         folder.ReadCheckpoint());
  CREDO_ASSIGN_OR_RETURN(update, checkpoint.MetadataCount("update"));
  updates_done = update;
  at::Tensor carried = torch::zeros_like(learner->carried());
  Status loaded = learner->Load("learner.", checkpoint);
  if (loaded.ok()) loaded = LoadTensor(checkpoint, "learner.carried", carried);
  learner->TakeCarried(carried);
  return loaded.At(folder.checkpoint());
}

// What a folder holds from the first moment on.
Status HostLearner::Core::PrepareFolder() {
  CREDO_RETURN_IF_ERROR(ReplaceFile(folder.config(), WriteYaml(*options)));
  std::error_code error;
  if (std::filesystem::exists(folder.model(), error)) return OkStatus();
  return ReplaceFile(folder.model(), model);
}

// A checkpoint and a model of the present weights.
Status HostLearner::Core::WriteAll() {
  TensorFile file;
  file.content = "checkpoint";
  file.metadata["update"] = std::to_string(update);
  learner->Save("learner.", file);
  AddTensor(file, "learner.carried", learner->carried());
  CREDO_RETURN_IF_ERROR(folder.WriteCheckpoint(SerializeTensorFile(file)));
  CREDO_RETURN_IF_ERROR(ReplaceFile(folder.model(), Model()));
  const RecordedEpisodes kept = keeper->Kept();
  if (kept.count() > 0) {
    CREDO_RETURN_IF_ERROR(ReplaceFile(folder.records(), kept.Serialize()));
  }
  ++saves;
  return OkStatus();
}

void HostLearner::Core::Tell(const Status& failure) {
  const std::lock_guard lock(mutex);
  message = failure.message();
}

void HostLearner::Core::End(HostState with, const std::string& why) {
  const std::lock_guard lock(mutex);
  if (!why.empty()) message = why;
  update_began = 0;
  state = with;
  running = false;
  changed.notify_all();
}

ExperienceCounts HostLearner::Core::counts() const {
  const std::lock_guard lock(mutex);
  ExperienceCounts sum = detached;
  for (const auto& experience : counted) {
    AddCounts(experience->counts(), sum);
  }
  return sum;
}

// Fills the unroll from all that is attached, in turn. Whether it is full.
bool HostLearner::Core::Gather() {
  const std::lock_guard lock(attaching);
  bool found = true;
  while (found && !filler->full()) {
    found = false;
    for (const Attached& one : attached) {
      if (filler->full()) break;
      const auto filled = one.experience->Take();
      if (!filled) continue;
      filler->Add(*one.experience, *filled, learner->carried());
      keeper->Add(*one.experience, *filled);
      one.experience->Return(*filled);
      found = true;
    }
  }
  return filler->full();
}

void HostLearner::Core::PublishAll() {
  std::string newest = Model();
  const std::lock_guard lock(attaching);
  model = std::move(newest);
  for (const Attached& one : attached) {
    if (const Status status = one.publish(model); !status.ok()) Tell(status);
  }
  ++publishes;
}

void HostLearner::Core::Log(std::vector<Metric> metrics) {
  const double seconds =
      std::chrono::duration<double>(Clock::now() - start).count();
  metrics.insert(metrics.begin(), {"frames_per_second", rate.load()});
  const ExperienceCounts now = counts();
  const auto episodes = static_cast<double>(now.episodes - logged.episodes);
  if (episodes > 0) {
    metrics.push_back(
        {"episode.return", (now.return_sum - logged.return_sum) / episodes});
    metrics.push_back(
        {"episode.length",
         static_cast<double>(now.length_sum - logged.length_sum) / episodes});
  }
  logged = now;
  metrics.push_back({"records", static_cast<double>(now.records)});
  metrics.push_back({"records.lost", static_cast<double>(now.lost)});
  metrics.push_back({"time.seconds", seconds});
  metrics.push_back({"skipped", static_cast<double>(learner->skipped())});
  const Status status = folder.AppendMetrics(update, frames(), metrics);
  if (!status.ok()) Tell(status);
}

void HostLearner::Core::Learn(const HostThread& how) {
  update_began = Nanoseconds();
  state = HostState::kLearning;
  const LearnerOptions& options_of = options->learner;
  const bool log =
      (update + 1) % options_of.log_every == 0 || update + 1 == updates;
  std::vector<Metric> metrics = learner->Update(
      *unroll, {update, static_cast<uint64_t>(options->seed), log});
  seconds_learning =
      seconds_learning +
      static_cast<double>(Nanoseconds() - update_began) * 1e-9;
  filler->Learned();
  updates_done = ++update;
  skipped_updates = learner->skipped();
  const double seconds =
      std::chrono::duration<double>(Clock::now() - start).count();
  rate = static_cast<double>(frames() - frames_at_start) / seconds;
  if (update % how.publish_every == 0 || update == updates) PublishAll();
  if (log) Log(std::move(metrics));
  if (update % options_of.checkpoint_every == 0 || update == updates) {
    if (const Status status = WriteAll(); !status.ok()) Tell(status);
  }
  update_began = 0;
}

void HostLearner::Core::TakeSaveRequest() {
  {
    const std::lock_guard lock(mutex);
    if (!save_wanted) return;
  }
  const Status status = WriteAll();
  const std::lock_guard lock(mutex);
  if (!status.ok()) message = status.message();
  save_wanted = false;
  changed.notify_all();
}

void HostLearner::Core::Loop(const HostThread& how) {
  at::set_num_threads(how.threads);
  start = Clock::now();
  frames_at_start = frames();
  while (!stop && update < updates) {
    TakeSaveRequest();
    if (Gather()) {
      Learn(how);
    } else {
      state = HostState::kWaiting;
      std::this_thread::sleep_for(kPause);
    }
  }
  while (!stop) {
    // Done: what acts goes on, and may ask for another save.
    state = HostState::kDone;
    TakeSaveRequest();
    Gather();
    filler->Drop();
    std::this_thread::sleep_for(kPause);
  }
  if (const Status status = WriteAll(); !status.ok()) {
    End(HostState::kFailed, status.message());
    return;
  }
  TakeSaveRequest();
  End(update < updates ? HostState::kStopped : HostState::kDone, "");
}

void HostLearner::Core::Run(const HostThread& how) {
#ifdef __linux__
  // On Linux this is of the calling thread alone.
  if (how.nice > 0) setpriority(PRIO_PROCESS, 0, how.nice);
#endif
  try {
    Loop(how);
  } catch (const abi::__forced_unwind&) {
    End(HostState::kFailed, "the learner's thread was ended from outside");
    throw;
  } catch (const std::bad_alloc&) {
    End(HostState::kFailed, "out of memory");
  } catch (const std::exception& exception) {
    End(HostState::kFailed, exception.what());
  } catch (...) {
    End(HostState::kFailed, "an unknown exception");
  }
}

HostLearner::HostLearner(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Result<std::unique_ptr<HostLearner>> HostLearner::Open(
    std::unique_ptr<ExperimentOptions> options, const Parts& parts,
    const EnvironmentSpec& spec, const RunFolder& folder) {
  CREDO_RETURN_IF_ERROR(CheckSpec(spec).At("spec"));
  if (options->learner.device == "cuda") {
    return InvalidArgument(
        "learner.device: expected cpu or auto, as a host's learner computes on "
        "the CPU, found cuda");
  }
  auto core = std::make_shared<Core>(std::move(options), parts, spec, folder);
  CREDO_ASSIGN_OR_RETURN(core->learner,
                         Learner::Make(*core->options, parts, spec));
  CREDO_RETURN_IF_ERROR(folder.Create());
  CREDO_ASSIGN_OR_RETURN(core->lock, folder.Lock());
  const LearnerOptions& learner = core->options->learner;
  core->updates = RateSchedule(learner, learner.frames).updates();
  CREDO_RETURN_IF_ERROR(core->Restore());
  core->unroll = std::make_unique<Unroll>(
      spec, learner.unroll, learner.batch,
      core->learner->agent().core().layout().floats());
  core->filler = std::make_unique<UnrollFiller>(
      *core->unroll, core->options->actions == "scripted");
  core->keeper = std::make_unique<EpisodeKeeper>(
      spec,
      dynamic_cast<const HostWorldOptions&>(*core->options->world.options)
          .episodes);
  core->model = core->Model();
  CREDO_RETURN_IF_ERROR(core->PrepareFolder());
  return std::unique_ptr<HostLearner>(new HostLearner(std::move(core)));
}

HostLearner::~HostLearner() {
  (void)Stop();
  // A thread that is left to itself hands nothing on.
  const std::lock_guard lock(core_->attaching);
  core_->attached.clear();
}

const EnvironmentSpec& HostLearner::spec() const { return core_->spec; }

std::string HostLearner::Model() const {
  const std::lock_guard lock(core_->attaching);
  return core_->model;
}

Result<std::shared_ptr<Experience>> HostLearner::Attach(int64_t rows,
                                                        Publish publish) {
  const LearnerOptions& learner = core_->options->learner;
  CREDO_ASSIGN_OR_RETURN(
      std::shared_ptr<Experience> experience,
      Experience::Make(core_->spec, learner.unroll,
                       core_->learner->agent().core().layout().bytes(), rows,
                       kWaitingBatches * learner.batch));
  const std::lock_guard lock(core_->attaching);
  CREDO_RETURN_IF_ERROR(publish(core_->model));
  core_->attached.push_back({experience, std::move(publish)});
  const std::lock_guard flags(core_->mutex);
  core_->counted.push_back(experience);
  return experience;
}

void HostLearner::Detach(const Experience* experience) {
  const std::lock_guard lock(core_->attaching);
  std::erase_if(core_->attached, [&](const Core::Attached& one) {
    return one.experience.get() == experience;
  });
  const std::lock_guard flags(core_->mutex);
  std::erase_if(core_->counted, [&](const std::shared_ptr<Experience>& one) {
    if (one.get() != experience) return false;
    AddCounts(experience->counts(), core_->detached);
    return true;
  });
}

Status HostLearner::Start(const HostThread& thread) {
  if (thread.threads < 1 || thread.nice < 0 || thread.nice > 19 ||
      thread.publish_every < 1) {
    return InvalidArgument(
        "expected threads of 1 or more, nice of 0 to 19 and publish_every of 1 "
        "or more, found " +
        std::to_string(thread.threads) + ", " + std::to_string(thread.nice) +
        " and " + std::to_string(thread.publish_every));
  }
  Core& core = *core_;
  {
    const std::lock_guard lock(core.mutex);
    if (core.state != HostState::kIdle && core.state != HostState::kStopped) {
      return FailedPrecondition(
          "expected a learner that is idle or stopped, found one that is "
          "neither");
    }
  }
  CREDO_RETURN_IF_ERROR(core.folder.CutMetrics(core.update));
  {
    const std::lock_guard lock(core.mutex);
    core.running = true;
    core.state = HostState::kWaiting;
  }
  core.stop = false;
  thread_ = std::thread([core = core_, thread] { core->Run(thread); });
  return OkStatus();
}

Status HostLearner::Stop() {
  core_->stop = true;
  if (!thread_.joinable()) return OkStatus();
  std::unique_lock lock(core_->mutex);
  if (core_->changed.wait_for(lock, kStopWithin,
                              [this] { return !core_->running; })) {
    lock.unlock();
    thread_.join();
    return core_->state == HostState::kFailed ? Unavailable(core_->message)
                                              : OkStatus();
  }
  thread_.detach();
  return Unavailable(
      "expected the update under way to end within a second, found it going "
      "on; it saves and ends by itself");
}

Status HostLearner::Save(double seconds) {
  std::unique_lock lock(core_->mutex);
  if (!core_->running) {
    lock.unlock();
    return core_->WriteAll();
  }
  core_->save_wanted = true;
  const auto most = std::chrono::duration<double>(std::max(0.0, seconds));
  if (seconds <= 0 ||
      core_->changed.wait_for(lock, most, [this] {
        return !core_->save_wanted || !core_->running;
      })) {
    return OkStatus();
  }
  return Unavailable("expected to be saved within " + std::to_string(seconds) +
                     " s, found the learner at work; it will save");
}

HostStatus HostLearner::status() const {
  const Core& core = *core_;
  HostStatus status;
  status.state = core.state;
  status.updates = core.updates_done;
  status.frames =
      status.updates * core.options->learner.frames_per_update();
  status.publishes = core.publishes;
  status.saves = core.saves;
  status.skipped_updates = core.skipped_updates;
  status.frames_per_second = core.rate;
  status.seconds_learning = core.seconds_learning;
  const int64_t began = core.update_began;
  if (began != 0) {
    status.seconds_in_update =
        static_cast<double>(Nanoseconds() - began) * 1e-9;
  }
  status.experience = core.counts();
  const std::lock_guard lock(core.mutex);
  status.message = core.message;
  return status;
}

}  // namespace credo
