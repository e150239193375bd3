// An experiment run in its folder, from the start or from its checkpoint.
#ifndef CREDO_TOOLS_RUN_EXPERIMENT_H_
#define CREDO_TOOLS_RUN_EXPERIMENT_H_

#include <atomic>
#include <functional>
#include <string>

#include "agents/learning/experiment_options.h"
#include "agents/learning/parts.h"
#include "agents/learning/rank_group.h"
#include "agents/runs/run_folder.h"
#include "agents/runs/trainer.h"
#include "sdk/base/status.h"

namespace credo {

// How a run begins.
struct Beginning {
  // Goes on from the folder's checkpoint, if there is one.
  bool resume = false;
  // Then hyper-parameters of the learner may differ from those of the run.
  bool changes = false;
  // A run, or a model file, whose weights a new run begins with; empty: none.
  std::string from = {};
  // Then what does not fit by name and shape begins as it would anyway.
  bool partial = false;
};

// Runs `trainer`, made from `options`, to its end or until `stop` is not 0
// (kCancelled; everything is saved). Beside what the trainer writes, the folder
// gets config.yaml, event files and, at the end, pictures.
//
// A folder that holds a run is refused with kFailedPrecondition unless it is
// resumed, and then with kInvalidArgument when its configuration differs in
// what may not change. `listener` may be empty.
//
// Of several `ranks` (null: one alone) the first writes; all read the folder
// and the file of `beginning.from`. All fail when one does, but for what the
// first one writes after the last update.
Status RunExperiment(ExperimentOptions& options, const Parts& parts,
                     const RunFolder& folder, const Beginning& beginning,
                     const std::atomic<int>& stop,
                     const std::function<void(const Progress&)>& listener,
                     Trainer& trainer, RankGroup* ranks = nullptr);

}  // namespace credo

#endif  // CREDO_TOOLS_RUN_EXPERIMENT_H_
