// A world that is not here: a host plays it, and its learner is told of it
// (agents/hosting/host_learner.h).
//
//   world: {kind: host, episodes: 1000}
#ifndef CREDO_SDK_WORLDS_HOST_H_
#define CREDO_SDK_WORLDS_HOST_H_

#include <memory>

#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

inline constexpr char kHostWorld[] = "host";

struct HostWorldOptions : Options {
  void Visit(FieldVisitor& v) override {
    v.Int("episodes", episodes, {0, int64_t{1} << 20},
          "newest whole episodes that are kept in the run's folder, for probes "
          "and pictures");
  }
  int64_t episodes = 1000;
};

// Fails with kFailedPrecondition: nobody but the host can play it.
Result<std::unique_ptr<Environment>> MakeHostWorld(
    const HostWorldOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_HOST_H_
