// The names of what a model file holds beside its weights: what the trainer
// writes and the runtime reads. docs/model_file.md specifies the format.
#ifndef CREDO_SDK_MODEL_METADATA_H_
#define CREDO_SDK_MODEL_METADATA_H_

namespace credo {

// The content of the tensor file.
inline constexpr char kModelContent[] = "model";

// Keys of the metadata.
inline constexpr char kModelSpec[] = "spec";            // SpecToJson
inline constexpr char kModelAgent[] = "agent";          // options, JSON
inline constexpr char kModelAuxiliary[] = "auxiliary";  // list of options
inline constexpr char kModelProbes[] = "probes";        // list of options
// {"reward_clip": x, "probe_hidden": [n, ...], "probe_reader": "flat"}
inline constexpr char kModelLearner[] = "learner";
inline constexpr char kModelFrames[] = "frames";        // decimal

// Golden records: what goes in and what must come out, for one character over
// T records.
inline constexpr char kGoldenObservation[] = "golden.observation.";  // + name
inline constexpr char kGoldenKinds[] = "golden.kinds";      // U8 [T]
inline constexpr char kGoldenActions[] = "golden.actions";  // F32 [T, W]
inline constexpr char kGoldenRewards[] = "golden.rewards";  // F32 [T]
inline constexpr char kGoldenBeliefs[] = "golden.beliefs";  // F32 [T, D]
inline constexpr char kGoldenPolicies[] = "golden.policies";  // F32 [T, P]
inline constexpr char kGoldenValues[] = "golden.values";      // F32 [T]

}  // namespace credo

#endif  // CREDO_SDK_MODEL_METADATA_H_
