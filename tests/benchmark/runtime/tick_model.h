// The model whose ticks are timed, and what each of them sees.
//
// A picture of 64x64 RGB, convolutions 16@8x8/4 and 32@4x4/2, a layer of 256,
// an LSTM of 256, one action out of 6. Weights are random: a tick costs the
// same whatever they are.
#ifndef CREDO_TESTS_BENCHMARK_RUNTIME_TICK_MODEL_H_
#define CREDO_TESTS_BENCHMARK_RUNTIME_TICK_MODEL_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/tensor_file.h"

namespace credo {

inline constexpr int64_t kSide = 64;
inline constexpr int64_t kColours = 3;
inline constexpr int64_t kPictureBytes = kSide * kSide * kColours;
inline constexpr int64_t kUnits = 256;
inline constexpr int64_t kBelief = 2 * kUnits;  // hidden, tanh of the cell
inline constexpr int64_t kActions = 6;
// The encoding, the action before as a one-hot, the reward.
inline constexpr int64_t kCoreInputs = 256 + kActions + 1;

// A model file, its golden record by plain loops in f64. `int8`: its weights
// are of 8 bits.
TensorFile MakeTickModel(bool int8);

// The numbers of an f32 tensor of the model.
std::span<const float> NumbersOf(const TensorFile& model,
                                 const std::string& name);

// Pictures [count, 64, 64, 3].
std::vector<uint8_t> MakePictures(int64_t count);

}  // namespace credo

#endif  // CREDO_TESTS_BENCHMARK_RUNTIME_TICK_MODEL_H_
