#include "tools/json_file.h"

#include <limits>
#include <utility>

#include "sdk/base/file.h"

namespace credo {

using Json = nlohmann::ordered_json;

Result<Json> ReadJsonObject(const std::string& path) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return DataLoss(path + ": expected a JSON object, found it damaged");
  }
  return json;
}

double NumberOf(const Json& value) {
  return value.is_number() ? value.get<double>()
                           : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace credo
