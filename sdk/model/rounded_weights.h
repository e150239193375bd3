// Which weights of a model become whole numbers of 8 bits (sdk/base/
// int8_weights.h).
#ifndef CREDO_SDK_MODEL_ROUNDED_WEIGHTS_H_
#define CREDO_SDK_MODEL_ROUNDED_WEIGHTS_H_

#include <string>

namespace credo {

// Whether a model of 8 bits rounds the weights of this name. Parameters that
// are no layer's stay floats, and so do some layers' weights: heads decide
// between actions that may be close, a memory keeps for long what its few
// weights write, and the first layer of an encoder is read by all others:
// rounded, each of them cost decisions of trained agents. Losses that the
// runtime does not compute stay floats, too.
bool IsRoundedInModels(const std::string& name);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_ROUNDED_WEIGHTS_H_
