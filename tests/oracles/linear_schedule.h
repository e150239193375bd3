// A number that goes from one value to another in equal steps, and stays there.
//
// Eslami et al., "Neural Scene Representation and Rendering", 2018: so do the
// noise of the pixels and the learning rate of the GQN.
#ifndef CREDO_TESTS_ORACLES_LINEAR_SCHEDULE_H_
#define CREDO_TESTS_ORACLES_LINEAR_SCHEDULE_H_

#include <algorithm>

namespace credo::oracle {

// first + (last - first) min(step / steps, 1).
inline double LinearSchedule(double first, double last, double steps,
                             double step) {
  return first + (last - first) * std::min(step / steps, 1.0);
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_LINEAR_SCHEDULE_H_
