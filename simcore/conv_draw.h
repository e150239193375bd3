// The frame model of the paper for one picture: a conditional ConvDRAW under
// GECO. Its generator and its source stand in sdk/model/conv_generator.h.
//
//   once       g = conv([linear(x - 1/2), c])
//   each step  prior      N(conv(h) + conv(c))
//              h', cell'  LSTM cell with gates g + conv([linear(x - 1/2 - u),
//                         h, h'])
//              posterior  N(conv(h')), while it learns
//              h, u       the generator's step with z out of one of both
//
// As in the paper the prior is looked at before the generator's step and the
// posterior after that of its own LSTM. That the prior sees the condition
// directly, not through h alone, is ours: else the first step's prior is the
// same for all frames.
#ifndef CREDO_SIMCORE_CONV_DRAW_H_
#define CREDO_SIMCORE_CONV_DRAW_H_

#include "simcore/frame_model.h"

namespace credo {

// Numbers of its loss: "kl" in nats, "squared_error" the mean square of what an
// intensity is off.
FrameModelPart ConvDrawPart();

}  // namespace credo

#endif  // CREDO_SIMCORE_CONV_DRAW_H_
