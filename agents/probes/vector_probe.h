// The probes `real` and `circular`: the numbers of a vector observation.
//
//   real      squared error; scored by the absolute error
//   circular  angles in radians, predicted as a direction (cos, sin); squared
//             error of the direction; scored by |atan2(sin d, cos d)|
#ifndef CREDO_AGENTS_PROBES_VECTOR_PROBE_H_
#define CREDO_AGENTS_PROBES_VECTOR_PROBE_H_

#include "agents/probes/probe.h"

namespace credo {

ProbePart RealProbe();
ProbePart CircularProbe();

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_VECTOR_PROBE_H_
