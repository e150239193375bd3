// The search for what a probe reads, and for the masks that go with it.
#ifndef CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
#define CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_

#include <memory>
#include <string>
#include <utility>

#include "agents/probes/probe.h"
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

// The part of a probe whose head is made of a ProbeTarget.
template <typename Head>
ProbePart ProbePartOf(PartInfo info) {
  const std::string kind = info.name;
  return {std::move(info),
          [kind](const Options& options, const EnvironmentSpec& spec)
              -> Result<std::unique_ptr<ProbeHead>> {
            CREDO_ASSIGN_OR_RETURN(
                ProbeTarget target,
                FindTarget(kind, As<ProbeOptions>(options), spec));
            return std::unique_ptr<ProbeHead>(
                std::make_unique<Head>(std::move(target)));
          }};
}

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_OPTIONS_H_
