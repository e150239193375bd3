// The probes `cells` and `class`: a category per number of a tiles observation.
//
// Both sum the cross-entropy over the target's numbers: means over cells were
// seen to learn far more slowly.
#ifndef CREDO_AGENTS_PROBES_CATEGORICAL_PROBE_H_
#define CREDO_AGENTS_PROBES_CATEGORICAL_PROBE_H_

#include "agents/probes/probe.h"

namespace credo {

ProbePart CellsProbe();  // a map of any shape
ProbePart ClassProbe();  // one number

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_CATEGORICAL_PROBE_H_
