// sigmoid and tanh of both precisions: the shared polynomials in f32, the C
// library in f64.
#ifndef CREDO_SDK_TENSOR_ACTIVATIONS_H_
#define CREDO_SDK_TENSOR_ACTIVATIONS_H_

#include <cmath>

#include "sdk/base/fast_math.h"

namespace credo {

[[gnu::always_inline]] inline float Sigmoid(float x) { return FastSigmoid(x); }
[[gnu::always_inline]] inline float Tanh(float x) { return FastTanh(x); }
inline double Sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
inline double Tanh(double x) { return std::tanh(x); }

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_ACTIVATIONS_H_
