// The model file: all that acts, believes, imagines and is probed, with the
// spec of the world that it was trained for.
//
// A tensor file (sdk/base/tensor_file.h) with the metadata that
// sdk/model/metadata.h names. Tensors: "agent.*", "auxiliary.*",
// "probes.*" when there are probes, and golden records (golden_records.h). The
// runtime loads it without LibTorch: sdk/runtime/network.h.
#ifndef CREDO_AGENTS_RUNS_MODEL_FILE_H_
#define CREDO_AGENTS_RUNS_MODEL_FILE_H_

#include <cstdint>
#include <string>

#include "agents/learning/experiment_options.h"
#include "agents/learning/learner.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// The file's bytes. A pure function of its arguments.
std::string SerializeModel(const EnvironmentSpec& spec,
                           ExperimentOptions& options, const Learner& learner,
                           int64_t frames);

// The same with weights of 8 bits (sdk/base/int8_weights.h), for the runtime
// alone: LoadModel refuses it. The learner's own weights become those that the
// file stands for.
Result<std::string> SerializeInt8Model(const EnvironmentSpec& spec,
                                       ExperimentOptions& options,
                                       Learner& learner, int64_t frames);

// Takes the weights of `model` over. Fails with kInvalidArgument when it was
// trained for another spec (the first field that differs is named) or other
// options of the agent, and when a tensor is missing or of another shape.
Status LoadModel(const TensorFile& model, const EnvironmentSpec& spec,
                 AgentOptions& agent, Learner& learner);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_MODEL_FILE_H_
