// The options that every kind of probe has, and the search for its target.
#ifndef CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
#define CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_

#include <string>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/config/options.h"

namespace credo {

struct ProbeOptions : Options {
  std::string target;
  std::string seen;     // default: TARGET.seen when the world has it
  std::string visible;  // default: TARGET.visible when the world has it
  void Visit(FieldVisitor& v) override;
};

// A target and its masks, found in the world's spec.
struct ProbeTarget {
  ObservationSpec target;
  std::string seen;
  std::string visible;
};

// Fails when a name is not that of a privileged observation, when the target is
// of another kind than `kind`, or when a mask has another shape than the
// target.
Result<ProbeTarget> FindTarget(const ProbeOptions& options,
                               const EnvironmentSpec& spec,
                               ObservationKind kind);

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
