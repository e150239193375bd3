// Runs of a sweep, some at a time, each in a process of its own.
#ifndef CREDO_TOOLS_SWEEP_RUNNER_H_
#define CREDO_TOOLS_SWEEP_RUNNER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "tools/sweep_plan.h"

namespace credo {

// How far a run is, by what lies in its folder.
struct RunState {
  enum class Stage { kWaiting, kBegun, kDone, kFailed } stage = Stage::kWaiting;
  int64_t frames = 0;   // of a run that has begun
  std::string failure;  // why it failed
};
RunState LookAtRun(const SweepFolder& folder, const std::string& variant,
                   int64_t seed);

// Whether the seed's table of probes holds every run that is done.
bool IsProbed(const SweepFolder& folder, const SweepPlan& plan, int64_t seed);

// What begins and ends, in words.
using SweepListener = std::function<void(const std::string&)>;

struct SweepResult {
  std::vector<std::string> failures;  // "seed_1/VARIANT: why"
};

// Trains what is not done, `jobs` processes at a time, begun runs from their
// checkpoints; then probes the runs of each seed together. What failed in an
// earlier call is tried again. A run that fails is named and stops nothing
// else. When `stop` is not 0 the
// processes save what they have, and the result is kCancelled. Fails with
// kFailedPrecondition when another sweep is at work in the folder.
Result<SweepResult> RunSweep(const SweepPlan& plan, const SweepFolder& folder,
                             int64_t jobs, const std::atomic<int>& stop,
                             const SweepListener& tell);

}  // namespace credo

#endif  // CREDO_TOOLS_SWEEP_RUNNER_H_
