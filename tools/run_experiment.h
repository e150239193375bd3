// An experiment run in its folder, from the start or from its checkpoint.
#ifndef CREDO_TOOLS_RUN_EXPERIMENT_H_
#define CREDO_TOOLS_RUN_EXPERIMENT_H_

#include <atomic>
#include <functional>

#include "agents/learning/experiment_options.h"
#include "agents/learning/parts.h"
#include "agents/runs/run_folder.h"
#include "agents/runs/trainer.h"
#include "sdk/base/status.h"

namespace credo {

// Runs `trainer`, made from `options`, to its end or until `stop` is not 0
// (kCancelled; everything is saved). Beside what the trainer writes, the folder
// gets config.yaml, event files and, at the end, pictures.
//
// A folder that holds a run is refused with kFailedPrecondition unless
// `resume`, and then with kInvalidArgument when its configuration differs in
// more than learner.frames. `listener` may be empty.
Status RunExperiment(ExperimentOptions& options, const Parts& parts,
                     const RunFolder& folder, bool resume,
                     const std::atomic<int>& stop,
                     const std::function<void(const Progress&)>& listener,
                     Trainer& trainer);

}  // namespace credo

#endif  // CREDO_TOOLS_RUN_EXPERIMENT_H_
