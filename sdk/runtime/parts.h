// What a network may be made of: the lists of all parts that are named in a
// model file.
#ifndef CREDO_SDK_RUNTIME_PARTS_H_
#define CREDO_SDK_RUNTIME_PARTS_H_

#include <vector>

#include "sdk/runtime/core.h"
#include "sdk/runtime/encoder.h"
#include "sdk/runtime/frame_model.h"

namespace credo::runtime {

// Memories belong to the cores that choose among them: a host's own build that
// adds one makes the cores anew, `parts.cores = Cores(memories)`.
struct RuntimeParts {
  std::vector<EncoderPart> encoders;
  std::vector<CorePart> cores;
  std::vector<FrameModelPart> frame_models;
};

RuntimeParts BuiltInParts();

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_PARTS_H_
