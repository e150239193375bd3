// The sizes and resets that the tests of sequence functions share.
#ifndef CREDO_TESTS_SDK_TENSOR_RECURRENT_ROWS_H_
#define CREDO_TESTS_SDK_TENSOR_RECURRENT_ROWS_H_

#include <torch/types.h>

#include <cstdint>

namespace credo {

inline constexpr int64_t kSteps = 7;
inline constexpr int64_t kRows = 3;
inline constexpr int64_t kUnits = 5;

// Row 0 resets at step 0, row 1 at steps 2 and 3, row 2 never.
inline at::Tensor KeepMask(at::ScalarType type) {
  at::Tensor keep = torch::ones({kSteps, kRows}, type);
  keep[0][0] = 0;
  keep[2][1] = 0;
  keep[3][1] = 0;
  return keep;
}

}  // namespace credo

#endif  // CREDO_TESTS_SDK_TENSOR_RECURRENT_ROWS_H_
