// Golden records: a few random records with what the agent computes for them,
// kept in the model file so that whoever loads it can prove that it computes
// the same.
#ifndef CREDO_AGENTS_RUNS_GOLDEN_RECORDS_H_
#define CREDO_AGENTS_RUNS_GOLDEN_RECORDS_H_

#include "agents/networks/agent.h"
#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// Adds the tensors that sdk/model/metadata.h names "golden.*". A pure
// function of the agent's weights.
void AddGoldenRecords(const Agent& agent, const EnvironmentSpec& spec,
                      double reward_clip, TensorFile& file);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_GOLDEN_RECORDS_H_
