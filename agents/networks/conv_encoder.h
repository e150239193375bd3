// The encoder `conv`: each picture through convolutions, then everything side
// by side into one linear layer with a ReLU.
//
// With channels [16, 32], kernels [8, 4] and strides [4, 2] this is the shallow
// network of Mnih et al. 2015 and of Espeholt et al. 2018, figure 3 (left).
#ifndef CREDO_AGENTS_NETWORKS_CONV_ENCODER_H_
#define CREDO_AGENTS_NETWORKS_CONV_ENCODER_H_

#include "agents/networks/encoder.h"

namespace credo {

EncoderPart ConvEncoder();

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_CONV_ENCODER_H_
