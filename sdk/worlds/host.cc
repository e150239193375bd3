#include "sdk/worlds/host.h"

namespace credo {

Result<std::unique_ptr<Environment>> MakeHostWorld(const HostWorldOptions&) {
  return FailedPrecondition(
      "expected a world that can be played here, found one that its host "
      "plays: open this configuration with credo_learner_open");
}

}  // namespace credo
