#include "sdk/runtime/encoder.h"

namespace credo::runtime {

std::vector<EncoderPart> Encoders() {
  return {MlpEncoderPart(), ConvEncoderPart()};
}

}  // namespace credo::runtime
