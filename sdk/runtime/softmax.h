// A softmax that need not be fast.
#ifndef CREDO_SDK_RUNTIME_SOFTMAX_H_
#define CREDO_SDK_RUNTIME_SOFTMAX_H_

#include <algorithm>
#include <cstdint>

#include "sdk/base/fast_math.h"

namespace credo::runtime {

// softmax of logits [size], size >= 1. `out` may be `logits`.
inline void SoftmaxOf(const float* logits, int64_t size, float* out) {
  const float most = *std::max_element(logits, logits + size);
  float sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    out[i] = FastExp(logits[i] - most);
    sum += out[i];
  }
  for (int64_t i = 0; i < size; ++i) out[i] /= sum;
}

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_SOFTMAX_H_
