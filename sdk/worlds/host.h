// A world that is not here: a host plays it, and its learner is told of it
// (agents/hosting/host_learner.h).
//
//   world: {kind: host}
#ifndef CREDO_SDK_WORLDS_HOST_H_
#define CREDO_SDK_WORLDS_HOST_H_

#include <memory>

#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

struct HostWorldOptions : Options {
  void Visit(FieldVisitor&) override {}
};

// Fails with kFailedPrecondition: nobody but the host can play it.
Result<std::unique_ptr<Environment>> MakeHostWorld(
    const HostWorldOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_HOST_H_
