#include "agents/networks/conv_encoder.h"
#include "agents/networks/encoder.h"
#include "agents/networks/mlp_encoder.h"

namespace credo {

std::vector<EncoderPart> Encoders() { return {MlpEncoder(), ConvEncoder()}; }

}  // namespace credo
