// The contract of what is timed: one character, or several, that play on.
#ifndef CREDO_TESTS_BENCHMARK_RUNTIME_CONTESTANT_H_
#define CREDO_TESTS_BENCHMARK_RUNTIME_CONTESTANT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "sdk/base/tensor_file.h"
#include "tests/benchmark/runtime/tick_model.h"

namespace credo {

// Of the last tick, of character 0.
struct TickResult {
  std::array<float, kBelief> belief;
  std::array<float, kActions> probabilities;
  float value;
  int64_t action;  // the most probable one
};

class Contestant {
 public:
  virtual ~Contestant() = default;
  // From a picture of each character to the most probable actions, which are
  // what the next tick is told. The only call that is timed.
  virtual void Tick(const uint8_t* picture, float reward) = 0;
  virtual TickResult Result() = 0;
};

// Through credo.h. All characters see the same picture.
std::unique_ptr<Contestant> MakeCredo(const std::string& model_path,
                                      int32_t characters);
// `library`: libonnxruntime.so; `model_path`: the ONNX file.
std::unique_ptr<Contestant> MakeOnnxRuntime(const std::string& library,
                                            const std::string& model_path);
std::unique_ptr<Contestant> MakeLibTorch(const TensorFile& model);

// The result of logits; for those whose networks end there.
TickResult ResultOf(const float* belief, const float* logits, float value);

}  // namespace credo

#endif  // CREDO_TESTS_BENCHMARK_RUNTIME_CONTESTANT_H_
