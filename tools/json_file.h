// Files that hold an object of JSON.
#ifndef CREDO_TOOLS_JSON_FILE_H_
#define CREDO_TOOLS_JSON_FILE_H_

#include <nlohmann/json.hpp>
#include <string>

#include "sdk/base/status.h"

namespace credo {

// Fails as ReadFile does, and with kDataLoss when the file holds anything else.
Result<nlohmann::ordered_json> ReadJsonObject(const std::string& path);

// NaN where `value` is no number.
double NumberOf(const nlohmann::ordered_json& value);

}  // namespace credo

#endif  // CREDO_TOOLS_JSON_FILE_H_
