// What a model must keep to, whatever its parts.
#ifndef CREDO_SDK_RUNTIME_MODEL_CHECKS_H_
#define CREDO_SDK_RUNTIME_MODEL_CHECKS_H_

#include <cstddef>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo::runtime {

// Observations and action fields of an agent: as many as beliefs keep bits for,
// of as many dimensions as the C interface has room for.
inline constexpr size_t kMaxParts = 64;
inline constexpr size_t kMaxRank = 8;
// Finding one looks at all.
inline constexpr size_t kMaxTensors = 8192;

Status CheckLimits(const EnvironmentSpec& spec);

// That there are at most kMaxTensors and that every weight is a finite number.
// Golden records do not reach simulators and probes, and what acts may meet a
// weight that they do not.
Status CheckTensors(const TensorFile& file);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_MODEL_CHECKS_H_
