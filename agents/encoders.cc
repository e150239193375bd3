#include "agents/conv_encoder.h"
#include "agents/encoder.h"
#include "agents/mlp_encoder.h"

namespace credo {

std::vector<EncoderPart> Encoders() { return {MlpEncoder(), ConvEncoder()}; }

}  // namespace credo
