// Observations as the first layer of a network reads them.
#ifndef CREDO_SDK_RUNTIME_FLAT_INPUT_H_
#define CREDO_SDK_RUNTIME_FLAT_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/network_input.h"
#include "sdk/runtime/allocator.h"
#include "sdk/runtime/kernels.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class FlatInput {
 public:
  static Result<FlatInput> Load(const Source& source, const InputSpec& spec);
  static Result<std::vector<FlatInput>> Load(
      const Source& source, const std::vector<InputSpec>& specs);

  int64_t numbers() const { return spec_.observation.numbers(); }
  // `observed` as the world has it; numbers() floats go to `input`.
  void Write(const Kernels& kernels, const std::byte* observed,
             float* input) const;

 private:
  explicit FlatInput(const InputSpec& spec) : spec_(spec) {}

  InputSpec spec_;
  Buffer<float> mean_;     // where it is standardised
  Buffer<float> inverse_;  // 1 / max(deviation, floor)
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_FLAT_INPUT_H_
