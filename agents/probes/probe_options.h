// The search for what a probe reads, and for the masks that go with it.
#ifndef CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
#define CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_

#include <string>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/probes.h"

namespace credo {

// A target and its masks, found in the world's spec.
struct ProbeTarget {
  ObservationSpec target;
  std::string seen;
  std::string visible;
};

// For a probe of this kind. Fails when a name is not that of a privileged
// observation, when the target is of another kind than the probe reads, or when
// a mask has another shape than the target.
Result<ProbeTarget> FindTarget(const std::string& kind,
                               const ProbeOptions& options,
                               const EnvironmentSpec& spec);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
