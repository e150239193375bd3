#include "sdk/model/network_input.h"

#include <cmath>
#include <utility>

namespace credo {

InputSpec::InputSpec(std::string name, const ObservationSpec& observation,
                     int64_t updates)
    : name(std::move(name)),
      observation(observation),
      updates(observation.kind == ObservationKind::kTiles ? 0 : updates) {}

float InputSpec::floor() const {
  const bool bounded = observation.kind == ObservationKind::kPicture ||
                       (std::isfinite(observation.low) &&
                        std::isfinite(observation.high));
  return bounded ? 0.05f : 1e-4f;
}

void VisitStandardise(FieldVisitor& v, int64_t& updates) {
  v.Int("standardise", updates, {0, 1'000'000},
        Later("updates whose frames tell the mean and deviation that each "
              "number of a picture or vector is standardised by; 0: none are"));
}

}  // namespace credo
