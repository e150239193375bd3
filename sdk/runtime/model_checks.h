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

Status CheckLimits(const EnvironmentSpec& spec);

// That every weight is a finite number. Golden records do not reach simulators
// and probes, and what acts may meet a weight that they do not.
Status CheckWeights(const TensorFile& file);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_MODEL_CHECKS_H_
