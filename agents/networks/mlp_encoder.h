// The encoder `mlp`: all observations side by side into linear layers, each
// followed by a ReLU.
#ifndef CREDO_AGENTS_NETWORKS_MLP_ENCODER_H_
#define CREDO_AGENTS_NETWORKS_MLP_ENCODER_H_

#include "agents/networks/encoder.h"

namespace credo {

EncoderPart MlpEncoder();

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_MLP_ENCODER_H_
