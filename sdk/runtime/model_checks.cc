#include "sdk/runtime/model_checks.h"

#include <cmath>
#include <cstring>
#include <string>

#include "sdk/base/number_text.h"

namespace credo::runtime {
namespace {

// What golden records hold is compared with what is computed.
constexpr char kGolden[] = "golden.";

Status CheckCount(const char* what, size_t found, size_t most) {
  if (found <= most) return OkStatus();
  return InvalidArgument(std::string(what) + ": expected at most " +
                         std::to_string(most) + ", found " +
                         std::to_string(found));
}

}  // namespace

Status CheckLimits(const EnvironmentSpec& spec) {
  CREDO_RETURN_IF_ERROR(
      CheckCount("observations", spec.observations.size(), kMaxParts));
  CREDO_RETURN_IF_ERROR(
      CheckCount("action fields", spec.action.fields.size(), kMaxParts));
  for (const ObservationSpec& observation : spec.observations) {
    if (observation.shape.size() <= kMaxRank) continue;
    return InvalidArgument("observation '" + observation.name +
                           "': shape: expected at most " +
                           std::to_string(kMaxRank) + " sizes, found " +
                           ShapeText(observation.shape));
  }
  return OkStatus();
}

Status CheckTensors(const TensorFile& file) {
  CREDO_RETURN_IF_ERROR(
      CheckCount("tensors", file.tensors.size(), kMaxTensors));
  for (const NamedTensor& tensor : file.tensors) {
    if (tensor.type != DType::kF32 || tensor.name.starts_with(kGolden)) {
      continue;
    }
    for (size_t at = 0; at < tensor.bytes.size(); at += sizeof(float)) {
      float number;
      std::memcpy(&number, tensor.bytes.data() + at, sizeof number);
      if (std::isfinite(number)) continue;
      return DataLoss("tensor '" + tensor.name + "': number " +
                      std::to_string(at / sizeof number) +
                      ": expected a finite one, found " + NumberText(number));
    }
  }
  return OkStatus();
}

}  // namespace credo::runtime
