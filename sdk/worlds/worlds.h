// The list of worlds that YAML may name.
#ifndef CREDO_SDK_WORLDS_WORLDS_H_
#define CREDO_SDK_WORLDS_WORLDS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

struct WorldPart {
  PartInfo info;
  // A new world of these options, which are of the type that info.defaults
  // makes. The options need not outlive the call.
  std::function<Result<std::unique_ptr<Environment>>(const Options&)> make;
  // Lives in another program: the options that it has by itself make none.
  bool elsewhere = false;
};

// blank, grid, city, host, gymnasium, process. A host adds its own to its copy.
std::vector<WorldPart> Worlds();

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_WORLDS_H_
