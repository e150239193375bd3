// Golden files: model files that must load for ever, each with a trace of what
// the trainer computed with it.
//
// NAME.model is a model file, NAME.trace a tensor file with these tensors, for
// one character over T records:
//   kinds U8 [T], observation.NAME [T, ...], actions F32 [T, words] that led to
//   each record, rewards F32 [T], masks U8 [T, choices] when the world has them
//   states F32 [T, S]: the belief state before each record
//   beliefs, policies, values: what came out
//   probe.TARGET F32 [T, outputs], as credo_beliefs_probe gives them
//   imagined.NAME F32 [K + 1, numbers]: from record kImaginedFrom, given the
//   actions that were taken; latents are at their means
//   sampled.NAME likewise, drawn under kSampleSeed; older files lack it
#ifndef CREDO_TESTS_GOLDEN_GOLDEN_TRACE_H_
#define CREDO_TESTS_GOLDEN_GOLDEN_TRACE_H_

#include <cstdint>

namespace credo {

inline constexpr char kTraceContent[] = "trace";
inline constexpr char kModelEnding[] = ".model";
inline constexpr char kTraceEnding[] = ".trace";
inline constexpr char kStates[] = "states";
inline constexpr char kBeliefs[] = "beliefs";
inline constexpr char kPolicies[] = "policies";
inline constexpr char kValues[] = "values";
inline constexpr char kKinds[] = "kinds";
inline constexpr char kActions[] = "actions";
inline constexpr char kRewards[] = "rewards";
inline constexpr char kMasks[] = "masks";
inline constexpr char kObservation[] = "observation.";
inline constexpr char kProbe[] = "probe.";
inline constexpr char kImagined[] = "imagined.";
inline constexpr char kSampled[] = "sampled.";
inline constexpr uint64_t kSampleSeed = 77;
inline constexpr int64_t kImaginedFrom = 8;
inline constexpr int64_t kImaginedSteps = 6;

}  // namespace credo

#endif  // CREDO_TESTS_GOLDEN_GOLDEN_TRACE_H_
