// What a frame model is made for, in trainer and runtime alike.
#ifndef CREDO_SDK_MODEL_FRAME_SHAPE_H_
#define CREDO_SDK_MODEL_FRAME_SHAPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"

namespace credo {

struct FramePlace {
  std::string name;      // of its parameters: "auxiliary.0.simcore.decoder"
  int64_t states = 0;    // S, numbers of a simulated state with what it read
  int64_t encoding = 0;  // E, numbers of an encoding
  std::vector<ObservationSpec> observations;  // those that it explains
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_FRAME_SHAPE_H_
