#include "sdk/runtime/parts.h"

namespace credo::runtime {

RuntimeParts BuiltInParts() {
  return {Encoders(), Cores(Memories()), FrameModels()};
}

}  // namespace credo::runtime
