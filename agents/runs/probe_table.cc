#include "agents/runs/probe_table.h"

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "agents/acting/episodes.h"
#include "agents/runs/frozen_probe.h"
#include "agents/runs/held_out.h"
#include "sdk/base/random.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

// Frames that the constant predictor is fitted to.
constexpr int64_t kConstantFrames = 50000;

// A row whose probe is to be trained.
struct Job {
  std::string name;
  std::string control;
  FrozenAgent frozen;
};

// For the comparison of worlds alone.
struct WorldOptions : Options {
  explicit WorldOptions(const Selection& world) : world(world) {}
  void Visit(FieldVisitor& v) override {
    v.Part("world", const_cast<Selection&>(world), {}, "");
  }
  const Selection& world;
};

std::vector<const ProbeHead*> Pointers(
    const std::vector<std::unique_ptr<ProbeHead>>& heads) {
  std::vector<const ProbeHead*> pointers;
  for (const auto& head : heads) pointers.push_back(head.get());
  return pointers;
}

class TableMaker {
 public:
  TableMaker(const std::vector<const LoadedRun*>& runs, const Parts& parts,
             const ProbeTableOptions& options, const std::atomic<int>& stop,
             const ProbeRowListener& listener)
      : runs_(runs),
        parts_(parts),
        options_(options),
        stop_(stop),
        listener_(listener),
        train_seed_(RandomStream(options.seed, "probe").SeedAt(0, 0)) {}

  Result<ProbeTable> Make() {
    CREDO_RETURN_IF_ERROR(CheckProbedRuns(runs_));
    CREDO_RETURN_IF_ERROR(AddJobs());
    CREDO_ASSIGN_OR_RETURN(
        groups_,
        HeldOutEpisodes(first(), options_.seed, options_.episodes,
                        ActionSource::kScripted));
    // One more row than jobs: the constant comes before the oracle.
    rows_.resize(jobs_.size());
    CREDO_RETURN_IF_ERROR(RunJobs());
    CREDO_ASSIGN_OR_RETURN(ProbeRow constant, ConstantRow());
    if (listener_) listener_(constant);
    ProbeTable table;
    table.options = options_;
    table.probe_frames = first().options.probing.frames;
    table.rows = std::move(rows_);
    const auto oracle = std::ranges::find_if(
        table.rows,
        [](const ProbeRow& row) { return row.control == "oracle"; });
    table.rows.insert(oracle, std::move(constant));
    return table;
  }

 private:
  const LoadedRun& first() const { return *runs_[0]; }

  Result<std::vector<std::unique_ptr<ProbeHead>>> Heads() const {
    return MakeProbeHeads(first().options.probes, parts_.probes, first().spec);
  }

  Status AddJobs() {
    std::vector<Job> controls;
    std::vector<Job> oracles;
    std::vector<std::string> known;  // options of agents that have controls
    std::vector<std::string> paths;
    for (const LoadedRun* run : runs_) paths.push_back(run->path);
    const std::vector<std::string> names = RunNames(paths);
    for (size_t i = 0; i < runs_.size(); ++i) {
      const LoadedRun* run = runs_[i];
      const std::string& name = names[i];
      const FrozenAgent belief{&run->agent(), ProbeInput::kBelief,
                               run->reward_clip()};
      if (run->options.oracle) {
        oracles.push_back({name, "oracle", belief});
        continue;
      }
      jobs_.push_back({name, "", belief});
      const std::string agent =
          WriteYaml(const_cast<AgentOptions&>(run->options.agent));
      if (std::ranges::find(known, agent) != known.end()) continue;
      const std::string suffix = known.empty() ? "" : " (" + name + ")";
      known.push_back(agent);
      controls.push_back({"encoder only" + suffix, "encoder_only",
                          {&run->agent(), ProbeInput::kEncoding,
                           run->reward_clip()}});
      CREDO_ASSIGN_OR_RETURN(std::unique_ptr<Learner> untrained,
                             Learner::Make(run->options, parts_, run->spec));
      // It sees as the trained one does: looking at frames is no learning.
      untrained->parameters().CopyObservedFrom(run->learner->parameters());
      controls.push_back({"untrained" + suffix, "untrained",
                          {&untrained->agent(), ProbeInput::kBelief,
                           run->reward_clip()}});
      untrained_.push_back(std::move(untrained));
    }
    std::ranges::move(controls, std::back_inserter(jobs_));
    std::ranges::move(oracles, std::back_inserter(jobs_));
    return OkStatus();
  }

  Status RunJobs() {
    results_.assign(jobs_.size(), OkStatus());
    std::atomic<size_t> next{0};
    const auto work = [&] {
      at::set_num_threads(1);
      for (size_t i = next++; i < jobs_.size(); i = next++) {
        results_[i] = RunJob(i);
      }
    };
    std::vector<std::thread> threads;
    const size_t count = std::min(
        jobs_.size(), static_cast<size_t>(std::max<int64_t>(
                          1, options_.threads)));
    for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const Status& result : results_) CREDO_RETURN_IF_ERROR(result);
    return OkStatus();
  }

  // New probes of this reader, from scratch.
  Result<FrozenProbe> Train(const FrozenAgent& frozen,
                            ProbeReader reader) const {
    CREDO_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<ProbeHead>> heads,
                           Heads());
    return TrainFrozenProbe(frozen, reader, first().worlds,
                            first().options.learner, first().options.probing,
                            std::move(heads), train_seed_, stop_);
  }

  // Both readers where the memory can be queried; of each target the one whose
  // loss was lower at the end of its training, which no held-out episode
  // decides.
  Result<std::vector<HeadScore>> Probe(const FrozenAgent& frozen) const {
    CREDO_ASSIGN_OR_RETURN(const FrozenProbe flat,
                           Train(frozen, ProbeReader::kFlat));
    FrozenProbe query;
    if (frozen.can_be_queried()) {
      CREDO_ASSIGN_OR_RETURN(query, Train(frozen, ProbeReader::kQuery));
    }
    const auto queried = [&](size_t head) {
      return query.net != nullptr && query.losses[head] < flat.losses[head];
    };
    const auto predict = [&](const EpisodeGroup& group) {
      torch::NoGradGuard no_grad;
      at::Tensor state = frozen.InitialState(group.size());
      const ProbeView view = frozen.Read(*group.records, state).Flat();
      std::vector<at::Tensor> predictions = flat.net->Predict(view);
      if (query.net == nullptr) return predictions;
      const std::vector<at::Tensor> others = query.net->Predict(view);
      for (size_t i = 0; i < predictions.size(); ++i) {
        if (queried(i)) predictions[i] = others[i];
      }
      return predictions;
    };
    std::vector<HeadScore> scores = ScoreProbes(
        Pointers(flat.net->heads()), groups_, predict, options_.seed);
    for (size_t i = 0; i < scores.size(); ++i) {
      scores[i].reader = queried(i) ? "query" : "flat";
    }
    return scores;
  }

  Status RunJob(size_t i) {
    const Job& job = jobs_[i];
    try {
      CREDO_ASSIGN_OR_RETURN(std::vector<HeadScore> scores,
                             Probe(job.frozen));
      rows_[i] = {job.name, job.control, std::move(scores)};
    } catch (const std::exception& error) {
      return Internal("row '" + job.name + "': " + error.what());
    }
    const std::lock_guard lock(mutex_);
    if (listener_) listener_(rows_[i]);
    return OkStatus();
  }

  // The prediction that fits training frames best, whatever is seen.
  Result<ProbeRow> ConstantRow() const {
    CREDO_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<ProbeHead>> heads,
                           Heads());
    const LearnerOptions& learner = first().options.learner;
    CREDO_ASSIGN_OR_RETURN(
        std::unique_ptr<ScriptedStream> stream,
        ScriptedStream::Make(first().agent(), first().worlds, learner,
                             train_seed_));
    std::vector<std::vector<at::Tensor>> truth(heads.size());
    const int64_t size = learner.frames_per_update();
    for (int64_t frames = 0; frames < kConstantFrames; frames += size) {
      CREDO_ASSIGN_OR_RETURN(const Unroll* unroll, stream->Next());
      for (size_t h = 0; h < heads.size(); ++h) {
        // A copy: the stream writes the unroll again.
        truth[h].push_back(unroll->privileged[heads[h]->target().name]
                               .flatten(0, 1)
                               .clone());
      }
    }
    std::vector<at::Tensor> constants;
    for (size_t h = 0; h < heads.size(); ++h) {
      constants.push_back(heads[h]->Constant(at::cat(truth[h])));
    }
    const auto predict = [&](const EpisodeGroup& group) {
      const int64_t rows = (group.records->steps + 1) * group.size();
      std::vector<at::Tensor> predictions;
      for (const at::Tensor& constant : constants) {
        predictions.push_back(constant.unsqueeze(0).expand({rows, -1}));
      }
      return predictions;
    };
    return ProbeRow{"constant", "constant",
                    ScoreProbes(Pointers(heads), groups_, predict,
                                options_.seed)};
  }

  const std::vector<const LoadedRun*>& runs_;
  const Parts& parts_;
  const ProbeTableOptions& options_;
  const std::atomic<int>& stop_;
  const ProbeRowListener& listener_;
  uint64_t train_seed_;
  std::vector<std::unique_ptr<Learner>> untrained_;
  std::vector<Job> jobs_;
  std::vector<EpisodeGroup> groups_;
  std::vector<ProbeRow> rows_;  // of the jobs, in their order
  std::vector<Status> results_;
  std::mutex mutex_;
};

}  // namespace

const ProbeRow* ProbeTable::Find(const std::string& control,
                                 const std::string& name) const {
  for (const ProbeRow& row : rows) {
    if (row.control == control && (name.empty() || row.name == name)) {
      return &row;
    }
  }
  return nullptr;
}

Status CheckProbedRuns(const std::vector<const LoadedRun*>& runs) {
  TORCH_CHECK(!runs.empty(), "a table of probes without runs");
  const LoadedRun& first = *runs[0];
  if (first.options.probes.empty()) {
    return InvalidArgument(first.path +
                           ": expected probes in the configuration, found "
                           "probes: []");
  }
  for (const LoadedRun* run : runs) {
    WorldOptions was{first.options.world};
    WorldOptions is{run->options.world};
    for (const std::string& difference : CompareOptions(was, is)) {
      return InvalidArgument(run->path + ": expected the world of " +
                             first.path + ", found " + difference);
    }
  }
  return OkStatus();
}

Result<ProbeTable> MakeProbeTable(
    const std::vector<const LoadedRun*>& runs, const Parts& parts,
    const ProbeTableOptions& options, const std::atomic<int>& stop,
    const ProbeRowListener& listener) {
  return TableMaker(runs, parts, options, stop, listener).Make();
}

}  // namespace credo
