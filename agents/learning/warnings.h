// What a configuration says that is legal and teaches nothing.
#ifndef CREDO_AGENTS_LEARNING_WARNINGS_H_
#define CREDO_AGENTS_LEARNING_WARNINGS_H_

#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"

namespace credo {

// One sentence each, "KEY: ..."; mostly none.
std::vector<std::string> WarningsOf(const ExperimentOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_WARNINGS_H_
