// Whether a machine has the memory that learning will take, before it takes it.
#ifndef CREDO_AGENTS_LEARNING_MEMORY_ESTIMATE_H_
#define CREDO_AGENTS_LEARNING_MEMORY_ESTIMATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agents/learning/experiment_options.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "simcore/auxiliary_task.h"

namespace credo {

struct MemoryShare {
  std::string key;   // the options that it grows with: "learner.unroll, ..."
  double bytes = 0;
};

// From below: what must be held at once, without what allocators add. `floats`
// is the number of all weights, `state` that of a belief state.
std::vector<MemoryShare> EstimateMemory(const ExperimentOptions& options,
                                        const EnvironmentSpec& spec,
                                        const AgentShape& shape,
                                        int64_t floats, int64_t state);

// Bytes that this process may still take, by the machine and by the limits of
// its control group; infinite where nobody says.
double AvailableMemory();

// Fails with kInvalidArgument, the heaviest share's key first, when the sum is
// more than `available`.
Status CheckMemory(const std::vector<MemoryShare>& shares, double available);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_MEMORY_ESTIMATE_H_
