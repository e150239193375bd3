// From a configuration file to an experiment that can run.
#ifndef CREDO_TOOLS_LOAD_EXPERIMENT_H_
#define CREDO_TOOLS_LOAD_EXPERIMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "agents/learning/parts.h"
#include "agents/runs/trainer.h"
#include "sdk/base/status.h"

namespace credo {

// Reads `config` with `overrides` on top into `options` and makes its trainer;
// touches no other file. What is wrong with the configuration fails with
// kInvalidArgument and a message that starts "FILE:LINE:COLUMN: ", whoever
// found it: the reader, a world, a network, a loss or a probe. `options`,
// `parts` and `ranks`, those that run it together or null, outlive the trainer.
Result<std::unique_ptr<Trainer>> LoadExperiment(
    const std::string& config, const std::vector<std::string>& overrides,
    const Parts& parts, ExperimentOptions& options,
    RankGroup* ranks = nullptr);

// As Fail (tools/subcommand.h), but what is wrong with a configuration is
// printed without "credo: " before it, so that the message starts with its
// place and editors find it.
int FailToLoad(const Status& status);

}  // namespace credo

#endif  // CREDO_TOOLS_LOAD_EXPERIMENT_H_
