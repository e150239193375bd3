// A whole run: actors, learner, log, checkpoints, model.
//
// A run is a pure function of its configuration (threads and logging excepted):
// stopped and resumed any number of times, it ends in the same bytes.
#ifndef CREDO_AGENTS_RUNS_TRAINER_H_
#define CREDO_AGENTS_RUNS_TRAINER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/learning/learner.h"
#include "agents/learning/parts.h"
#include "agents/learning/rank_group.h"
#include "agents/runs/experience_watch.h"
#include "agents/runs/initial_weights.h"
#include "agents/runs/run_folder.h"
#include "agents/runs/shards.h"

namespace credo {

// What a listener hears after each logged update.
struct Progress {
  int64_t update;   // updates done
  int64_t updates;  // of the whole run
  int64_t frames;   // frames learned from so far
  double frames_per_second;  // since this process began, but evaluations
  std::vector<Metric> metrics;
  std::string note = {};  // what a user should know; mostly empty
};

class Trainer {
 public:
  using Listener = std::function<void(const Progress&)>;

  // Makes everything in memory; touches no file. All arguments outlive the
  // trainer. `ranks`: the processes that run the same together, each its share
  // of the columns; null: this one alone. Then Run and Checkpoint are called by
  // all of them, and of the files only rank 0 writes any. `place`: where is
  // learned, whatever learner.device says; null: as that says.
  static Result<std::unique_ptr<Trainer>> Make(ExperimentOptions& options,
                                               const Parts& parts,
                                               RankGroup* ranks = nullptr,
                                               const at::Device* place =
                                                   nullptr);

  // Begins with weights of another run. REQUIRES: before Restore and Run.
  WeightFit BeginWith(const TensorFile& file, bool partial);
  // Goes on from a checkpoint of the same configuration.
  Status Restore(const TensorFile& checkpoint);

  // Runs to the end, or until `stop` is not 0, here or at another rank: then
  // the run is saved and the result is kCancelled. When a world fails, in an
  // evaluation too, the run is saved and the result names it. So it is when no
  // update was finite. A rank that is lost is named by a std::runtime_error;
  // the newest checkpoint is what the run can go on from.
  // `listener` may be empty.
  Status Run(const RunFolder& folder, const std::atomic<int>& stop,
             const Listener& listener);

  const Learner& learner() const { return shards_->first().learner(); }
  const Shards& shards() const { return *shards_; }
  const EnvironmentSpec& spec() const { return spec_; }
  int64_t updates() const { return updates_; }
  int64_t update() const { return update_; }
  int64_t frames() const {
    return update_ * options_.learner.frames_per_update();
  }

  // The whole state as a checkpoint, and as its bytes; nothing but at rank 0.
  TensorFile Snapshot() const;
  std::string Checkpoint() const;
  // What acts and believes as a model file's bytes.
  std::string Model() const;

 private:
  Trainer(ExperimentOptions& options, const Parts& parts, RankGroup* ranks);

  bool writes() const { return ranks_ == nullptr || ranks_->member() == 0; }
  // Fills the current unrolls where they are not.
  Status FillFirst();
  void Step(bool log, std::vector<Metric>& metrics);
  // What all ranks do next: kCancelled where one is to stop, a failure where
  // one failed, in acting (`acted`) or in anything else. Where acting failed no
  // rank has filled its unrolls afterwards; `opened`: nor opened its episodes.
  // Else all have each other's kinds, in all_kinds_.
  Status Agree(bool stops, bool opened, const Status& acted,
               const Status& failure);
  // Writes the columns of all ranks; none but at rank 0.
  Status AddColumns(TensorFile& file) const;
  std::vector<Metric> OfAllRanks(std::vector<Metric> metrics) const;
  // Whether metrics, and among them those of an evaluation, are written after
  // `update` updates.
  bool IsLogged(int64_t update) const;
  bool IsEvaluated(int64_t update) const;
  // Writes what the last update brought, with an evaluation when it is time for
  // one. When that is stopped nothing is written: the checkpoint keeps it, and
  // the run that goes on begins with it.
  Status Log(const RunFolder& folder, const std::atomic<int>& stop,
             const Listener& listener, std::vector<Metric> metrics);
  // Why a device is slower than it could be; empty: it is not.
  std::string WhatIsSlow() const;
  // Adds the return on held-out episodes, and to `note` when evaluations are
  // left out. Fails with kCancelled when it is stopped.
  Status AddEvaluation(const std::atomic<int>& stop,
                       std::vector<Metric>& metrics, std::string& note);
  std::vector<Metric> TimeMetrics(double seconds) const;

  ExperimentOptions& options_;
  const Parts& parts_;
  EnvironmentSpec spec_;
  int64_t updates_ = 0;
  int64_t update_ = 0;
  RankGroup* ranks_;
  EnvironmentFactory worlds_;
  LearnsAlone alone_;
  std::unique_ptr<Shards> shards_;
  at::Tensor all_kinds_;  // u8 [T+1, B] of the current unrolls, where shared
  Status acted_;         // of the last unroll; a failure is final
  bool filled_ = false;  // whether the current unrolls are filled
  bool opened_ = false;  // whether episodes were opened
  bool too_long_ = false;  // whether episodes are too long for evaluations
  std::chrono::steady_clock::time_point begin_;  // of Run
  int64_t frames_before_ = 0;                    // learned before it
  double evaluating_ = 0;  // seconds of evaluations
  double saving_ = 0;      // seconds that learning waited for checkpoints
  std::vector<Metric> unlogged_;  // of an update whose evaluation was stopped
  ExperienceWatch watch_;
  std::string unreached_;   // why ranks do not reach each other's devices
  bool told_slow_ = false;
};

// A world of the configuration.
EnvironmentFactory MakeWorldFactory(const ExperimentOptions& options,
                                    const Parts& parts);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_TRAINER_H_
