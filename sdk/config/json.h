// Option structs as JSON, for readers that know no YAML.
#ifndef CREDO_SDK_CONFIG_JSON_H_
#define CREDO_SDK_CONFIG_JSON_H_

#include <string>
#include <vector>

#include "sdk/model/options.h"

namespace credo {

// All fields as an object in one line, every default written out, in the order
// of Visit. Equal options, equal texts. Reals are finite or written as texts
// ("inf"). A part is an object whose first key is "kind".
std::string WriteJson(Options& options);

// A list of parts.
std::string WriteJson(std::vector<Selection>& parts);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_JSON_H_
