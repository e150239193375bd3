// What differs between the run of a folder and one that is to go on with it.
#ifndef CREDO_AGENTS_RUNS_RUN_DIFFERENCES_H_
#define CREDO_AGENTS_RUNS_RUN_DIFFERENCES_H_

#include <string>
#include <string_view>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/learning/parts.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/status.h"

namespace credo {

// The differences, in the form of CompareOptions, between the configuration in
// the folder and `options`.
Result<std::vector<std::string>> RunDifferences(const RunFolder& folder,
                                                const Parts& parts,
                                                ExperimentOptions& options);

// The key of such a difference: "learner.frames".
std::string_view DifferenceKey(std::string_view difference);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_RUN_DIFFERENCES_H_
