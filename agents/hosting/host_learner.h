// A learner inside a host's process: it learns from what the host's characters
// live through, on a thread of its own, and hands new weights on.
//
//   auto learner = HostLearner::Open(options, parts, spec, folder);
//   auto experience = learner->Attach(/*rows=*/32, publish);
//   learner->Start({.threads = 1, .nice = 19});
//   ... experience->Add(record) ...
//   learner->Stop();
//
// Whatever happens to the thread, what acts goes on with the last weights that
// were handed on; status() says what happened.
//
// Threads: calls by one thread at a time; status by any. Attach and Detach may
// wait while weights are handed on; status never does.
#ifndef CREDO_AGENTS_HOSTING_HOST_LEARNER_H_
#define CREDO_AGENTS_HOSTING_HOST_LEARNER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "agents/hosting/experience.h"
#include "agents/learning/experiment_options.h"
#include "agents/learning/parts.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

// How the learner's thread runs.
struct HostThread {
  int threads = 1;  // that compute one update
  int nice = 0;     // 0 to 19; 19 gives way to all others
  int64_t publish_every = 1;  // updates
};

enum class HostState : int {
  kIdle = 0,      // not started
  kWaiting = 1,   // for experience
  kLearning = 2,  // in an update
  kDone = 3,      // all frames of the configuration are learned
  kStopped = 4,
  kFailed = 5,    // message tells why
};

struct HostStatus {
  HostState state = HostState::kIdle;
  // Of the failure that ended the thread, else of the last save or hand-over
  // that failed; empty when all is well.
  std::string message;
  int64_t updates = 0;
  int64_t frames = 0;
  int64_t publishes = 0;
  int64_t saves = 0;
  int64_t skipped_updates = 0;     // their gradient was not finite
  double frames_per_second = 0;    // learned, since the start
  double seconds_learning = 0;     // in updates, since Open
  double seconds_in_update = 0;    // since the one under way began
  ExperienceCounts experience;     // of all that is attached, or was
};

// Takes a model file's bytes over; by the learner's thread.
using Publish = std::function<Status(const std::string& model)>;

class HostLearner {
 public:
  // A learner with new weights, or with those of the folder's checkpoint when
  // it holds one: then the configuration must be that run's. Writes the
  // configuration there, and a model file where there is none: what acts can
  // be loaded from it. `parts` outlive the result.
  static Result<std::unique_ptr<HostLearner>> Open(
      std::unique_ptr<ExperimentOptions> options, const Parts& parts,
      const EnvironmentSpec& spec, const RunFolder& folder);
  ~HostLearner();  // as Stop

  const EnvironmentSpec& spec() const;

  // The weights that were handed on last, as a model file's bytes.
  std::string Model() const;

  // Room for what `rows` characters live through; `publish` is handed new
  // weights from now on. It is called before this returns, which fails as it
  // does. Fine while the learner is at work.
  Result<std::shared_ptr<Experience>> Attach(int64_t rows, Publish publish);
  // From then on `publish` is not called.
  void Detach(const Experience* experience);

  // Begins to learn. Fails when it was started.
  Status Start(const HostThread& thread);
  // Ends the thread after the update under way, and saves. When it does not end
  // within a second this fails with kUnavailable: it will save and end by
  // itself, and is left to that.
  Status Stop();
  // Asks for a checkpoint and a model file in the run's folder. Waits for them
  // up to `seconds`, and fails with kUnavailable when they take longer.
  Status Save(double seconds);

  HostStatus status() const;

 private:
  struct Core;
  explicit HostLearner(std::shared_ptr<Core> core);

  std::shared_ptr<Core> core_;
  std::thread thread_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_HOSTING_HOST_LEARNER_H_
