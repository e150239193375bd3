#include "agents/probes/categorical_probe.h"
#include "agents/probes/probe.h"
#include "agents/probes/vector_probe.h"

namespace credo {

std::vector<ProbePart> Probes() {
  return {CellsProbe(), ClassProbe(), RealProbe(), CircularProbe()};
}

}  // namespace credo
