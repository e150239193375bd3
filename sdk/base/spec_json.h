// A spec as text, and what differs between two: how a model file keeps the spec
// it was trained for, and how a host that does not fit is told so.
#ifndef CREDO_SDK_BASE_SPEC_JSON_H_
#define CREDO_SDK_BASE_SPEC_JSON_H_

#include <string>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

// JSON in one line. Equal specs, equal texts. Infinite bounds are the texts
// "inf" and "-inf". Throws std::invalid_argument when CheckSpec finds a fault.
std::string SpecToJson(const EnvironmentSpec& spec);

// The spec that SpecToJson wrote. Fails with kInvalidArgument that opens with
// `place` and names the entry when a key is missing, unknown or of the wrong
// type, or when CheckSpec finds a fault.
Result<EnvironmentSpec> SpecFromJson(const std::string& json,
                                     const std::string& place);

// Ok when both are equal. Else kInvalidArgument that names the first field that
// differs: "observation 'view': shape: expected [3, 3], found [5, 5]".
Status CompareSpecs(const EnvironmentSpec& expected,
                    const EnvironmentSpec& found);

}  // namespace credo

#endif  // CREDO_SDK_BASE_SPEC_JSON_H_
